"""Prints shell assignments of free ports and a free display, for a stack beside whatever else runs here."""

import os
import socket

KEYS = ["PORT", "DEVTOOLS_PROXY_PORT", "CHROMEDRIVER_PROXY_PORT", "METRICS_PORT", "INTERNAL_PORT", "CHROMEDRIVER_PORT"]


def main():
    sockets = [socket.create_server(("127.0.0.1", 0)) for _ in KEYS]
    for key, listener in zip(KEYS, sockets):
        print(f"export {key}={listener.getsockname()[1]}")
    print(f"export DISPLAY_NUM={next(number for number in range(100, 1000) if is_free(number))}")


def is_free(display: int) -> bool:
    """An X server in a container has its files elsewhere, but its socket in the network that it shares with us."""
    with open("/proc/net/unix") as sockets:
        is_listening = any(line.rstrip().endswith(f"/tmp/.X11-unix/X{display}") for line in sockets)
    return not is_listening and not any(
        os.path.exists(path) for path in (f"/tmp/.X11-unix/X{display}", f"/tmp/.X{display}-lock"))


if __name__ == "__main__":
    main()
