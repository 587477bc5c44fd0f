// What Swift cannot say about processes: code that runs between clone and exec, and the unions of siginfo_t.
#ifndef GUEST_AGENT_CAGENTSHIMS_H
#define GUEST_AGENT_CAGENTSHIMS_H

#include "environment.h"
#include "pipe.h"
#include "spawn.h"
#include "wait.h"

#endif
