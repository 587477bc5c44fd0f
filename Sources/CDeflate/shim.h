// ISA-L compresses, libdeflate sums: together they write a PNG about ten times faster than libpng does.
#ifndef GUEST_AGENT_CDEFLATE_H
#define GUEST_AGENT_CDEFLATE_H

#include <isa-l/igzip_lib.h>
#include <libdeflate.h>
// malloc_trim, which Swift's Glibc leaves out.
#include <malloc.h>

/// The working memory of level 2; the macro is too elaborate for Swift to read.
static inline uint32_t ga_isal_level2_bytes(void) {
    return ISAL_DEF_LVL2_DEFAULT;
}

#endif
