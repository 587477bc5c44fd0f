#define _GNU_SOURCE
#include "ga_terminal.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

int ga_terminal_open(int *master, int *slave) {
    *master = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC | O_NONBLOCK);
    if (*master < 0) return -1;
    int unlocked = 0;
    if (ioctl(*master, TIOCSPTLCK, &unlocked) == 0) {
        // By descriptor, not by name: /dev/pts need not be that of this process's mounts (`man 2 TIOCGPTPEER`).
        *slave = ioctl(*master, TIOCGPTPEER, O_RDWR | O_NOCTTY | O_CLOEXEC);
        if (*slave >= 0) return 0;
    }
    int error = errno;
    close(*master);
    errno = error;
    return -1;
}

int ga_terminal_resize(int terminal, uint16_t rows, uint16_t columns) {
    struct winsize size = {.ws_row = rows, .ws_col = columns};
    return ioctl(terminal, TIOCSWINSZ, &size);
}

uint8_t ga_terminal_end_of_file(int terminal) {
    struct termios settings;
    return tcgetattr(terminal, &settings) == 0 ? settings.c_cc[VEOF] : 4;
}
