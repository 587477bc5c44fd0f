"""Prints shell assignments of five free ports and a free display, for a stack beside whatever else runs here."""

import os
import socket
from pathlib import Path

KEYS = ["PORT", "DEVTOOLS_PROXY_PORT", "CHROMEDRIVER_PROXY_PORT", "METRICS_PORT", "INTERNAL_PORT", "CHROMEDRIVER_PORT"]


def main():
    sockets = [socket.create_server(("127.0.0.1", 0)) for _ in KEYS]
    for key, listener in zip(KEYS, sockets):
        print(f"export {key}={listener.getsockname()[1]}")
    display = next(number for number in range(100, 1000) if is_free(number))
    print(f"export DISPLAY_NUM={display}")


def is_free(display: int) -> bool:
    """X servers of containers may be seen by their abstract sockets alone."""
    names = (f"/tmp/.X11-unix/X{display}", f"/tmp/.X{display}-lock")
    sockets = Path("/proc/net/unix").read_text().split()
    return not any(os.path.exists(name) or f"@{name}" in sockets for name in names)


if __name__ == "__main__":
    main()
