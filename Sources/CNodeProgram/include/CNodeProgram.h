// The program that the agent has Node.js run, embedded so that the binary needs no files beside it.
#ifndef GUEST_AGENT_CNODEPROGRAM_H
#define GUEST_AGENT_CNODEPROGRAM_H

#include <stddef.h>

/// One source file. Neither text ends with a NUL.
struct ga_node_module {
    const char *name;
    const unsigned char *text;
    size_t length;
};

/// What is given to `node --eval`: it reads the rest from descriptor 0.
struct ga_node_module ga_node_bootstrap(void);

/// The modules of the program, each after those that it requires; the last one is its main module.
size_t ga_node_module_count(void);
struct ga_node_module ga_node_module_at(size_t index);

#endif
