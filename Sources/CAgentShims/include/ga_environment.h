#ifndef GUEST_AGENT_GA_ENVIRONMENT_H
#define GUEST_AGENT_GA_ENVIRONMENT_H

#include <unistd.h>

/// The process's own environment, ended by a null pointer (`man 7 environ`). Not to be called while another thread
/// changes it.
static inline char *const *ga_environment(void) {
    extern char **environ;
    return environ;
}

#endif
