// Flags of Linux that glibc hides behind _GNU_SOURCE, where Swift's import of it does not see them.
#ifndef GUEST_AGENT_CFILESYSTEM_H
#define GUEST_AGENT_CFILESYSTEM_H

#include <stdint.h>
#include <sys/xattr.h>

/// Opens a file only as a place to name others from: no permission on it, no side effect (`man 2 open`).
extern const int GA_O_PATH;
/// Opens a new file without a name in the directory given (`man 2 open`).
extern const int GA_O_TMPFILE;
/// The next data, and the next hole, of a sparse file (`man 2 lseek`).
extern const int GA_SEEK_DATA;
extern const int GA_SEEK_HOLE;

/// Says which mount an open directory belongs to (`man 2 statx`); -1 with errno on failure.
int ga_mount_id(int directory, uint64_t *mount);

/// The magic number of the file system an open file is on (`man 2 statfs`); -1 with errno on failure.
int ga_file_system_magic(int file, uint32_t *magic);

#endif
