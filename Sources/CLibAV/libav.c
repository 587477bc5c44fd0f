#include "CLibAV.h"
int ga_libav_placeholder(void) { return 0; }
