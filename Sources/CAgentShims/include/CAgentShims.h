// What Swift cannot say about processes: code that runs between clone and exec, the unions of siginfo_t, and variadic
// calls on terminals.
#ifndef GUEST_AGENT_CAGENTSHIMS_H
#define GUEST_AGENT_CAGENTSHIMS_H

#include "ga_descriptors.h"
#include "ga_environment.h"
#include "ga_pipe.h"
#include "ga_spawn.h"
#include "ga_subreaper.h"
#include "ga_terminal.h"
#include "ga_wait.h"

#endif
