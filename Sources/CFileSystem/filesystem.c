#define _GNU_SOURCE
#include "CFileSystem.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

const int GA_O_PATH = O_PATH;
const int GA_O_TMPFILE = O_TMPFILE;
const int GA_SEEK_DATA = SEEK_DATA;
const int GA_SEEK_HOLE = SEEK_HOLE;

int ga_mount_id(int directory, uint64_t *mount) {
    struct statx status;
    if (statx(directory, "", AT_EMPTY_PATH, STATX_MNT_ID, &status) != 0) return -1;
    // Kernels before 5.8 leave it at 0: then a rename will tell.
    *mount = status.stx_mask & STATX_MNT_ID ? status.stx_mnt_id : 0;
    return 0;
}

uint64_t ga_file_system_type(int descriptor) {
    struct statfs status;
    return fstatfs(descriptor, &status) == 0 ? (uint64_t)status.f_type : 0;
}
