// Giving memory back to the system.
#ifndef GUEST_AGENT_CMEMORY_H
#define GUEST_AGENT_CMEMORY_H

/// Unmaps what the process has touched of its own program text, and returns free heap to the system.
///
/// The text is clean and in the page cache, from where what is still needed comes back by itself, a minor fault for
/// each 64 KiB. Nothing is lost and nothing has to stand still meanwhile (`man 2 madvise`, MADV_DONTNEED).
void ga_memory_trim(void);

#endif
