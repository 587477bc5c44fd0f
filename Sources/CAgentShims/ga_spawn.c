#define _GNU_SOURCE
#include "ga_spawn.h"
#include "ga_descriptors.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdint.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

// Shared with the child, which runs in this memory while the calling thread is suspended.
struct birth {
    const struct ga_spawn_plan *plan;
    volatile enum ga_spawn_step step;
    volatile int error;
};

// Ignored signals would stay ignored in the new program (`man 2 execve`). The system call, because glibc's function
// refuses the two signals it uses itself, which an ancestor may have left ignored.
static void reset_signal_dispositions(void) {
    // The kernel's own struct sigaction: handler, flags, restorer and a mask of 64 signals; all zero is SIG_DFL.
    const unsigned long defaults[4] = {0};
    for (int number = 1; number < NSIG; number++) {
        syscall(SYS_rt_sigaction, number, defaults, NULL, sizeof(uint64_t));
    }
}

// A source below 3 would be overwritten by the dup2 of another stream.
static int above_standard_streams(int descriptor) {
    return descriptor > 2 ? descriptor : fcntl(descriptor, F_DUPFD_CLOEXEC, 3);
}

static int arrange_descriptors(const struct ga_spawn_plan *plan) {
    int sources[] = {plan->input, plan->output, plan->error};
    for (int target = 0; target < 3; target++) {
        sources[target] = above_standard_streams(sources[target]);
        if (sources[target] < 0) return -1;
    }
    for (int target = 0; target < 3; target++) {
        if (dup2(sources[target], target) < 0) return -1;
    }
    return (int)syscall(SYS_close_range, 3u, ~0u, 0u);
}

// System calls, not glibc's functions: those change the user of every thread (`man 7 nptl`), and the threads here are
// the parent's.
static int take_identity(const struct ga_identity *identity) {
    if (syscall(SYS_setgroups, identity->group_count, identity->groups) != 0) return -1;
    if (syscall(SYS_setresgid, identity->gid, identity->gid, identity->gid) != 0) return -1;
    return (int)syscall(SYS_setresuid, identity->uid, identity->uid, identity->uid);
}

static int enter_groups(const struct ga_spawn_plan *plan) {
    for (size_t index = 0; index < plan->group_count; index++) {
        if (write(plan->groups[index], "0", 1) != 1) return -1;
    }
    return 0;
}

// The agent may be protected from being killed when memory runs out (`man 5 proc_pid_oom_score_adj`); what clients start
// is not. In a child of vfork the value is the child's alone. Whoever may not see the file was not protected through it.
static void give_up_protection(void) {
    char score = 0;
    int file = open("/proc/self/oom_score_adj", O_RDWR | O_CLOEXEC);
    if (file < 0) return;
    if (read(file, &score, 1) == 1 && score == '-') pwrite(file, "0", 1, 0);
    close(file);
}

static int fail(struct birth *birth, enum ga_spawn_step step) {
    birth->error = errno;
    birth->step = step;
    _exit(127);
}

static int child_main(void *argument) {
    struct birth *birth = argument;
    const struct ga_spawn_plan *plan = birth->plan;
    reset_signal_dispositions();
    ga_descriptor_limit_restore();
    give_up_protection();
    if (enter_groups(plan) != 0) fail(birth, GA_SPAWN_GROUP);
    if (setsid() < 0) fail(birth, GA_SPAWN_SESSION);
    if (arrange_descriptors(plan) != 0) fail(birth, GA_SPAWN_DESCRIPTORS);
    if (plan->controlling_terminal && ioctl(0, TIOCSCTTY, 0) != 0) fail(birth, GA_SPAWN_TERMINAL);
    if (plan->identity && take_identity(plan->identity) != 0) fail(birth, GA_SPAWN_IDENTITY);
    if (plan->directory && chdir(plan->directory) != 0) fail(birth, GA_SPAWN_DIRECTORY);
    sigset_t none;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
    execve(plan->path, plan->arguments, plan->environment);
    return fail(birth, GA_SPAWN_EXEC);
}

// A handler of the parent's must not run in the child: it would write to the memory of a suspended thread.
static int clone_with_signals_blocked(struct birth *birth, int *pidfd) {
    uint8_t stack[32 * 1024] __attribute__((aligned(16)));
    sigset_t all, saved;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &saved);
    int flags = CLONE_VM | CLONE_VFORK | CLONE_PIDFD | SIGCHLD;
    int pid = clone(child_main, stack + sizeof stack, flags, birth, pidfd);
    int error = errno;
    pthread_sigmask(SIG_SETMASK, &saved, NULL);
    errno = error;
    return pid;
}

int ga_spawn(const struct ga_spawn_plan *plan, struct ga_spawn_result *result) {
    struct birth birth = {.plan = plan, .step = GA_SPAWN_CLONE, .error = 0};
    int pidfd = -1;
    int pid = clone_with_signals_blocked(&birth, &pidfd);
    if (pid < 0) {
        result->step = GA_SPAWN_CLONE;
        return errno;
    }
    if (birth.error != 0) {
        while (waitpid(pid, NULL, 0) < 0 && errno == EINTR) {}
        close(pidfd);
        result->step = birth.step;
        return birth.error;
    }
    result->pid = pid;
    result->pidfd = pidfd;
    return 0;
}
