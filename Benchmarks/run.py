"""Runs every benchmark side by side with its alternative and prints one table.

Both sides of a row run in the same minute on the same machine, taking turns: read the ratios, not the times.
Give names of rows' modules as arguments to run only those: `run.py files browser`.
"""

import os
import platform
import sys

import archives
import browser
import browser_setup
import computer
import crowd
import daemon
import files
import humanness
import idle_connections
import keyboard
import listings
import logs
import playwright_code
import processes
import recordings
import screenshots
import terminals
import watches
from harness import print_table

MODULES = {
    module.__name__: module
    for module in (
        daemon, computer, keyboard, screenshots, recordings, humanness, processes, terminals, logs, browser,
        browser_setup, playwright_code, files, listings, archives, watches, idle_connections, crowd)
}


def main(names: list[str]) -> None:
    unknown = [name for name in names if name not in MODULES]
    if unknown:
        sys.exit(f"no such benchmark: {', '.join(unknown)}; there are {', '.join(MODULES)}")
    rows = []
    for name in names or MODULES:
        print(f"… {name}", file=sys.stderr, flush=True)
        rows += MODULES[name].rows()
    print(f"\n{platform.platform()}, {len(os.sched_getaffinity(0))} CPUs\n")
    print_table(rows)


if __name__ == "__main__":
    main(sys.argv[1:])
