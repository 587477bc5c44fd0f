// What Swift cannot say about memory: giving it back, and searching it.
#ifndef GUEST_AGENT_CMEMORY_H
#define GUEST_AGENT_CMEMORY_H

#include <stddef.h>

/// Unmaps what the process has touched of its own program text, and returns free heap to the system.
///
/// The text is clean and in the page cache, from where what is still needed comes back by itself, a minor fault for
/// each 64 KiB. Nothing is lost and nothing has to stand still meanwhile (`man 2 madvise`, MADV_DONTNEED).
void ga_memory_trim(void);

/// Limits how many heaps the threads of the process share, `count` from now on (`man 3 mallopt`, M_ARENA_MAX).
///
/// By default there are eight for each processor, and each keeps what its threads have needed at most: with the large
/// buffers of pictures that is some 25 MB in every heap.
void ga_memory_limit_heaps(int count);

/// The first place where `needle` stands in `haystack`, or NULL: `man 3 memmem`, which glibc hides behind _GNU_SOURCE.
const void *_Nullable ga_memory_find(
    const void *_Nonnull haystack, size_t size, const void *_Nonnull needle, size_t needle_size);

#endif
