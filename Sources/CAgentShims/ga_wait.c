#include "ga_wait.h"

#include <errno.h>
#include <sys/wait.h>

// Linux's P_PIDFD; glibc spells it as an enumerator that older headers lack.
static const idtype_t pidfd_type = (idtype_t)3;

int ga_reap(int pidfd, struct ga_exit *result) {
    siginfo_t info = {0};
    int code;
    do {
        code = waitid(pidfd_type, (id_t)pidfd, &info, WEXITED | WNOHANG);
    } while (code != 0 && errno == EINTR);
    if (code != 0) return errno;
    if (info.si_pid == 0) return EAGAIN;
    result->status = info.si_status;
    result->signalled = info.si_code != CLD_EXITED;
    return 0;
}

int ga_peek_exited(void) {
    siginfo_t info = {0};
    if (waitid(P_ALL, 0, &info, WEXITED | WNOHANG | WNOWAIT) != 0) return -1;
    return info.si_pid != 0;
}
