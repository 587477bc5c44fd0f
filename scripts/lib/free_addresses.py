"""Prints shell assignments of free ports and a free display, for a stack beside whatever else runs here."""

import os
import socket
from pathlib import Path

KEYS = ["PORT", "DEVTOOLS_PROXY_PORT", "CHROMEDRIVER_PROXY_PORT", "METRICS_PORT", "INTERNAL_PORT"]
#: Those of the Fetch standard's "bad ports" that anybody may listen at; no page can open them.
BAD_PORTS = [10080, 6697, 6679, 6669, 6668, 6667, 6666, 6665, 6566, 5061, 5060, 4190, 4045, 3659, 1723, 1720, 1719]


def main():
    sockets = [socket.create_server(("127.0.0.1", 0)) for _ in KEYS]
    for key, listener in zip(KEYS, sockets):
        print(f"export {key}={listener.getsockname()[1]}")
    print(f"export CHROMEDRIVER_PORT={next(filter(is_unused, BAD_PORTS))}")
    display = next(number for number in range(100, 1000) if is_free(number))
    print(f"export DISPLAY_NUM={display}")


def is_unused(port: int) -> bool:
    try:
        socket.create_server(("127.0.0.1", port)).close()
        return True
    except OSError:
        return False


def is_free(display: int) -> bool:
    """X servers of containers may be seen by their abstract sockets alone."""
    names = (f"/tmp/.X11-unix/X{display}", f"/tmp/.X{display}-lock")
    sockets = Path("/proc/net/unix").read_text().split()
    return not any(os.path.exists(name) or f"@{name}" in sockets for name in names)


if __name__ == "__main__":
    main()
