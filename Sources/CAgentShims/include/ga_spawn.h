#ifndef GUEST_AGENT_GA_SPAWN_H
#define GUEST_AGENT_GA_SPAWN_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

/// The user a child runs as.
struct ga_identity {
    uid_t uid;
    gid_t gid;
    const gid_t *groups;
    size_t group_count;
};

/// Everything a child is born with. All pointers are borrowed for the duration of `ga_spawn`.
struct ga_spawn_plan {
    /// The program file; no search in PATH. A relative path counts from `directory`.
    const char *path;
    char *const *arguments;
    char *const *environment;
    /// The working directory, entered after the change of user; null keeps the parent's.
    const char *directory;
    /// Become descriptors 0, 1 and 2. Nothing else is inherited.
    int input, output, error;
    /// Makes `input`, a terminal, the controlling terminal of the child's session.
    bool controlling_terminal;
    /// Open `cgroup.procs` files of the control groups to enter.
    const int *groups;
    size_t group_count;
    /// Null keeps the parent's user.
    const struct ga_identity *identity;
};

/// Where a child failed on its way to the new program.
enum ga_spawn_step {
    GA_SPAWN_CLONE,
    GA_SPAWN_GROUP,
    GA_SPAWN_SESSION,
    GA_SPAWN_TERMINAL,
    GA_SPAWN_DESCRIPTORS,
    GA_SPAWN_IDENTITY,
    GA_SPAWN_DIRECTORY,
    GA_SPAWN_EXEC,
};

struct ga_spawn_result {
    pid_t pid;
    /// Close-on-exec; the caller closes it.
    int pidfd;
    /// The step that failed, when `ga_spawn` returned an error number.
    enum ga_spawn_step step;
};

/// Starts a program as leader of its own session and process group, with default signal dispositions and an empty
/// signal mask.
///
/// The child borrows the parent's memory until it executes (`man 2 clone`, CLONE_VM and CLONE_VFORK), so the cost does
/// not grow with the parent. The calling thread waits that long; all others go on.
///
/// Returns 0, or the error number of `result->step`; a child that failed is reaped already.
int ga_spawn(const struct ga_spawn_plan *plan, struct ga_spawn_result *result);

#endif
