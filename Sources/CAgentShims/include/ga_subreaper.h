#ifndef GUEST_AGENT_GA_SUBREAPER_H
#define GUEST_AGENT_GA_SUBREAPER_H

/// Makes orphans among this process's descendants its children, instead of those of process 1
/// (`man 2 PR_SET_CHILD_SUBREAPER`). Children do not inherit it.
///
/// Returns 0, or -1 with errno set.
int ga_subreaper_become(void);

#endif
