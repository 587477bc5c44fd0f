"""Prints shell assignments of free ports and a free display, for a stack beside whatever else runs here."""

import os
import socket

KEYS = ["PORT", "DEVTOOLS_PROXY_PORT", "CHROMEDRIVER_PROXY_PORT", "METRICS_PORT", "INTERNAL_PORT", "CHROMEDRIVER_PORT"]


def main():
    sockets = [socket.create_server(("127.0.0.1", 0)) for _ in KEYS]
    for key, listener in zip(KEYS, sockets):
        print(f"export {key}={listener.getsockname()[1]}")
    display = next(
        number
        for number in range(100, 1000)
        if not os.path.exists(f"/tmp/.X11-unix/X{number}") and not os.path.exists(f"/tmp/.X{number}-lock")
    )
    print(f"export DISPLAY_NUM={display}")


if __name__ == "__main__":
    main()
