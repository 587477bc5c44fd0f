// zlib and libzstd undo the content codings of request bodies.
#ifndef GUEST_AGENT_CCOMPRESSION_H
#define GUEST_AGENT_CCOMPRESSION_H

#include <zlib.h>
#include <zstd.h>

#endif
