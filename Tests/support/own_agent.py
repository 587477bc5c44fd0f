"""A daemon of a test's own, for settings and ends that the others must not notice."""

import os
import socket
import subprocess
from collections.abc import Sequence

import requests
from waiting import eventually


def free_ports(count: int) -> list[int]:
    opened = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    ports = [each.getsockname()[1] for each in opened]
    for each in opened:
        each.close()
    return ports


class OwnAgent(requests.Session):
    """Runs between `with` and its end, on free ports, with the settings given."""

    def __init__(self, user: str | None = None, prefix: Sequence[str] = (), **settings: str):
        """`user` runs it as somebody else, without any further groups; only root can do that. `prefix` is a program
        that runs it, with arguments."""
        super().__init__()
        self.settings = settings
        self.prefix = prefix
        self.identity = {"user": user, "extra_groups": []} if user else {}

    def __enter__(self):
        port, devtools, webdriver = free_ports(3)
        self.url = f"http://127.0.0.1:{port}"
        environment = os.environ | {
            "PORT": str(port), "DEVTOOLS_PROXY_PORT": str(devtools), "CHROMEDRIVER_PROXY_PORT": str(webdriver),
            "LOG_LEVEL": "error"}
        self.process = subprocess.Popen(
            [*self.prefix, os.environ["GUEST_AGENT_BINARY"]], env=environment | self.settings, cwd="/", **self.identity)
        eventually(self._answers)
        return self

    def __exit__(self, *_):
        self.close()
        if self.process.poll() is None:
            self.process.terminate()
            self.process.wait(15)

    def request(self, method, path, **options):
        options.setdefault("timeout", 60)
        return super().request(method, self.url + path, **options)

    def _answers(self) -> bool:
        assert self.process.poll() is None, "the daemon did not start"
        try:
            return self.get("/health").ok
        except requests.ConnectionError:
            return False
