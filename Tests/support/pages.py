"""The pages the tests open, served from loopback."""

import functools
from http.server import SimpleHTTPRequestHandler
from pathlib import Path

from loopback_server import LoopbackServer


class PageServer(LoopbackServer):
    """Serves a directory; tests may add files to it."""

    def __init__(self, directory: Path, address: str = "127.0.0.1"):
        self.directory = directory
        super().__init__(functools.partial(QuietHandler, directory=str(directory)), address)


class QuietHandler(SimpleHTTPRequestHandler):
    def log_message(self, *arguments):
        pass
