#ifndef GUEST_AGENT_GA_WAIT_H
#define GUEST_AGENT_GA_WAIT_H

#include <stdbool.h>

/// How a child ended.
struct ga_exit {
    /// The exit code, or the number of the signal.
    int status;
    bool signalled;
};

/// Reaps the child behind `pidfd`, and no other, without waiting (`man 2 waitid`, P_PIDFD).
///
/// Returns 0 with `result` set, EAGAIN while the child lives, or the error number.
int ga_reap(int pidfd, struct ga_exit *result);

/// Whether any child of this process has exited and waits to be reaped, by whomever: 1 or 0, or -1 when there are no
/// children at all. Reaps nothing.
int ga_peek_exited(void);

#endif
