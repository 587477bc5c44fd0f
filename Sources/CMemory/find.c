#define _GNU_SOURCE
#include "CMemory.h"

#include <string.h>

const void *ga_memory_find(const void *haystack, size_t size, const void *needle, size_t needle_size) {
    return memmem(haystack, size, needle, needle_size);
}
