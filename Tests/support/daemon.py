"""A daemon of a test's own, beside that of the stack."""

import os
import socket
import subprocess

import requests
from waiting import eventually


def free_ports(count: int) -> list[int]:
    sockets = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    ports = [opened.getsockname()[1] for opened in sockets]
    for opened in sockets:
        opened.close()
    return ports


class Daemon:
    """Runs the binary of the stack as another user; ended on every path."""

    def __init__(self, user: str):
        api, cdp, webdriver = free_ports(3)
        self.url = f"http://127.0.0.1:{api}"
        environment = {
            "PORT": str(api), "DEVTOOLS_PROXY_PORT": str(cdp), "CHROMEDRIVER_PROXY_PORT": str(webdriver),
            "LOG_LEVEL": "error"}
        self.process = subprocess.Popen(
            [os.environ["GUEST_AGENT_BINARY"]], env=environment, user=user, extra_groups=[], cwd="/")

    def __enter__(self):
        eventually(self._answers)
        return self

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait(15)

    def _answers(self) -> bool:
        assert self.process.poll() is None, "the daemon did not start"
        try:
            return requests.get(self.url + "/health", timeout=5).ok
        except requests.ConnectionError:
            return False
