"""A daemon of a test's own, for settings and ends that the others must not notice."""

import os
import socket
import subprocess
from collections.abc import Sequence
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import requests
from target import TARGET
from waiting import eventually


def free_ports(count: int) -> list[int]:
    opened = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    ports = [each.getsockname()[1] for each in opened]
    for each in opened:
        each.close()
    return ports


def only_here() -> None:
    if TARGET:
        pytest.skip(f"starts a daemon of its own; here the {TARGET}'s is tested")


def binary() -> str:
    only_here()
    return os.environ["GUEST_AGENT_BINARY"]


def stack_browser() -> str:
    """Where the stack's Chromium itself listens, as DEVTOOLS_UPSTREAM_ADDR has it."""
    only_here()
    return urlsplit(os.environ["GUEST_AGENT_DIRECT_CDP_URL"]).netloc


def stack_driver() -> str:
    """Where the stack's chromedriver itself listens, as CHROMEDRIVER_UPSTREAM_ADDR has it."""
    only_here()
    return urlsplit(os.environ["GUEST_AGENT_DIRECT_WEBDRIVER_URL"]).netloc


class OwnAgent(requests.Session):
    """Runs between `with` and its end, on free ports, with the settings given."""

    def __init__(
            self, user: str | None = None, prefix: Sequence[str] = (), log: Path | None = None, preexec_fn=None,
            **settings: str):
        """`user` runs it as somebody else, without any further groups; only root can do that. `prefix` is a program
        that runs it, with arguments. `log` gets its output."""
        only_here()
        super().__init__()
        self.settings = settings
        self.prefix = prefix
        self.log = log
        self.identity = {"user": user, "extra_groups": []} if user else {}
        self.preexec_fn = preexec_fn
        self.verify = settings.get("TLS_CERTIFICATE_FILE", True)

    def __enter__(self):
        ports = free_ports(4)
        port, devtools, webdriver, metrics = map(str, ports)
        scheme = "https" if "TLS_CERTIFICATE_FILE" in self.settings else "http"
        self.url, self.cdp_url, self.webdriver_url, self.metrics_url = (
            f"{scheme}://127.0.0.1:{each}" for each in ports)
        self.settings = {
            "PORT": port, "DEVTOOLS_PROXY_PORT": devtools, "CHROMEDRIVER_PROXY_PORT": webdriver,
            "METRICS_PORT": metrics, "LOG_LEVEL": "error"} | self.settings
        output = self.log.open("wb") if self.log else None
        self.process = subprocess.Popen(
            [*self.prefix, binary()], env=os.environ | self.settings, cwd="/", stdout=output,
            stderr=output, preexec_fn=self.preexec_fn, **self.identity)
        if output:
            output.close()
        eventually(self._answers)
        return self

    def __exit__(self, *_):
        self.close()
        if self.process.poll() is None:
            self.process.terminate()
            self.process.wait(15)

    def request(self, method, path, **options):
        options.setdefault("timeout", 60)
        # Said here, it wins over REQUESTS_CA_BUNDLE of the environment.
        options.setdefault("verify", self.verify)
        return super().request(method, path if "://" in path else self.url + path, **options)

    def _answers(self) -> bool:
        assert self.process.poll() is None, "the daemon did not start"
        try:
            return self.get("/health").ok
        except requests.ConnectionError:
            return False
