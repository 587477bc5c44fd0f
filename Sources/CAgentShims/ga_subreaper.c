#include "ga_subreaper.h"

#include <sys/prctl.h>

int ga_subreaper_become(void) {
    return prctl(PR_SET_CHILD_SUBREAPER, 1);
}
