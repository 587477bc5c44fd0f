#include "ga_descriptors.h"

#include <sys/resource.h>

// Written once, before the first child.
static struct rlimit inherited;

int ga_descriptor_limit_raise(void) {
    if (getrlimit(RLIMIT_NOFILE, &inherited) != 0) return -1;
    struct rlimit raised = inherited;
    raised.rlim_cur = raised.rlim_max;
    return setrlimit(RLIMIT_NOFILE, &raised);
}

void ga_descriptor_limit_restore(void) {
    if (inherited.rlim_max != 0) setrlimit(RLIMIT_NOFILE, &inherited);
}
