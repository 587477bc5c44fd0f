#include "CAgentShims.h"
int ga_shims_placeholder(void) { return 0; }
