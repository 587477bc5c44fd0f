#define _GNU_SOURCE
#include "ga_pipe.h"

#include <fcntl.h>
#include <unistd.h>

int ga_pipe(int ends[2]) {
    return pipe2(ends, O_CLOEXEC);
}
