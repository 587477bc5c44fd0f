#define _GNU_SOURCE
#include "CLibAV.h"

#include <dlfcn.h>
#include <pthread.h>
#include <stdio.h>
#include <sys/mman.h>
#include <unistd.h>

#define TEXT_OF(value) #value
#define TEXT(value) TEXT_OF(value)
#define SONAME(library, major) "lib" #library ".so." TEXT(major)

// The majors the headers were written for: another one has other structures.
static const char *const sonames[] = {
    SONAME(avutil, LIBAVUTIL_VERSION_MAJOR),
    SONAME(avcodec, LIBAVCODEC_VERSION_MAJOR),
    SONAME(avformat, LIBAVFORMAT_VERSION_MAJOR),
    SONAME(swscale, LIBSWSCALE_VERSION_MAJOR),
};
enum { avutil, avcodec, avformat, swscale, library_count };

static ga_libav_functions functions;
static int loaded;
static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;

static int load_all(void) {
    void *handles[library_count];
    for (int index = 0; index < library_count; index++) {
        handles[index] = dlopen(sonames[index], RTLD_LAZY | RTLD_LOCAL);
        if (!handles[index]) return 0;
    }
#define LOAD(library, function)                                                      \
    functions.function = (__typeof__(&function))dlsym(handles[library], #function); \
    if (!functions.function) return 0;
    GA_LIBAV_FUNCTIONS(LOAD)
#undef LOAD
    return 1;
}

const ga_libav_functions *ga_libav_load(const char **missing) {
    pthread_mutex_lock(&mutex);
    if (!loaded) {
        loaded = load_all();
        if (!loaded) *missing = dlerror();
    }
    pthread_mutex_unlock(&mutex);
    return loaded ? &functions : NULL;
}

// Where Debian and its relatives keep shared libraries; the loader's own cache is not readable without loading.
static const char *const directories[] = {
    "/usr/lib/x86_64-linux-gnu", "/usr/lib/aarch64-linux-gnu", "/usr/local/lib", "/usr/lib64", "/usr/lib",
};

static int is_in_some_directory(const char *soname) {
    for (size_t index = 0; index < sizeof directories / sizeof *directories; index++) {
        char path[256];
        snprintf(path, sizeof path, "%s/%s", directories[index], soname);
        if (access(path, R_OK) == 0) return 1;
    }
    return 0;
}

int ga_libav_is_installed(const char **name) {
    for (int index = 0; index < library_count; index++) {
        if (is_in_some_directory(sonames[index])) continue;
        *name = sonames[index];
        return 0;
    }
    return 1;
}

int ga_memory_file(void) { return memfd_create("guest-agent", MFD_CLOEXEC); }
