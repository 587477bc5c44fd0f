// ISA-L compresses, libdeflate sums: together they write a PNG about ten times faster than libpng does.
#ifndef GUEST_AGENT_CDEFLATE_H
#define GUEST_AGENT_CDEFLATE_H

#include <isa-l/igzip_lib.h>
#include <libdeflate.h>

#endif
