#ifndef GUEST_AGENT_GA_TERMINAL_H
#define GUEST_AGENT_GA_TERMINAL_H

#include <stdint.h>
#include <sys/types.h>

/// Opens a new pseudoterminal (`man 7 pty`). Neither end is inherited, and neither becomes the agent's own terminal; reads
/// and writes of the master do not block.
///
/// Returns 0, or -1 with errno set.
int ga_terminal_open(int *master, int *slave);

/// Tells the terminal its size in characters; its foreground process group gets SIGWINCH (`man 2 TIOCSWINSZ`).
///
/// Returns 0, or -1 with errno set.
int ga_terminal_resize(int terminal, uint16_t rows, uint16_t columns);

/// The character that ends the input of a program that reads lines: Ctrl-D, unless the program has changed it.
uint8_t ga_terminal_end_of_file(int terminal);

#endif
