"""The pages the tests open, served from loopback."""

import functools
import os
from http.server import SimpleHTTPRequestHandler
from pathlib import Path

from loopback_server import LoopbackServer


class PageServer(LoopbackServer):
    """Serves a directory; tests may add files to it."""

    def __init__(self, directory: Path, address: str = "127.0.0.1"):
        self.directory = directory
        super().__init__(functools.partial(QuietHandler, directory=str(directory)), address)
        # From inside a VM the tests' machine has another address than its own loopback.
        host = os.environ.get("GUEST_AGENT_PAGES_HOST", address)
        self.url = f"http://{host}:{self.server.server_port}"


class QuietHandler(SimpleHTTPRequestHandler):
    def log_message(self, *arguments):
        pass
