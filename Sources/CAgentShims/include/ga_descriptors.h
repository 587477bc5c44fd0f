// How many files the process may have open.
#ifndef GUEST_AGENT_GA_DESCRIPTORS_H
#define GUEST_AGENT_GA_DESCRIPTORS_H

/// Lets the process open as many files as the system allows it at all, and remembers what it had before. Called once, at
/// start. -1 and `errno` on failure.
int ga_descriptor_limit_raise(void);

/// Gives the process back what `ga_descriptor_limit_raise` found: programs that use select(2) cannot work with more.
/// Safe between fork and exec.
void ga_descriptor_limit_restore(void);

#endif
