#ifndef GUEST_AGENT_GA_PIPE_H
#define GUEST_AGENT_GA_PIPE_H

/// Creates a pipe with both ends close-on-exec from the start (`man 2 pipe2`), which glibc hides behind _GNU_SOURCE.
///
/// Returns 0, or -1 with errno set.
int ga_pipe(int ends[2]);

#endif
