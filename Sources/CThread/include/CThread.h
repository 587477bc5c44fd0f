// What glibc hides behind _GNU_SOURCE, or types in a way Swift cannot call.
#ifndef GUEST_AGENT_CTHREAD_H
#define GUEST_AGENT_CTHREAD_H

#include <sys/prctl.h>
#include <sys/resource.h>

/// Names the calling thread; the kernel keeps the first 15 bytes (`man 2 prctl`, PR_SET_NAME).
static inline void ga_thread_set_name(const char *name) {
    prctl(PR_SET_NAME, (unsigned long)name, 0, 0, 0);
}

/// Sets the niceness of the calling thread. On Linux priorities belong to threads, and `who` 0 is the calling one.
static inline int ga_thread_set_niceness(int niceness) {
    return setpriority(PRIO_PROCESS, 0, niceness);
}

#endif
