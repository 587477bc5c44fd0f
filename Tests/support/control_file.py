"""The control file of a platform that puts idle machines to sleep."""

import os
import time
from pathlib import Path

from waiting import eventually


class ControlFile:
    """Takes the orders down, in the order they came. Exists between `with` and its end."""

    def __init__(self, path: Path):
        self.path = path

    def __enter__(self):
        os.mkfifo(self.path)
        # Open for both, so that the agent finds a reader and this never sees an end.
        self.descriptor = os.open(self.path, os.O_RDWR | os.O_NONBLOCK)
        self._orders = ""
        return self

    def __exit__(self, *_):
        os.close(self.descriptor)

    @property
    def orders(self) -> str:
        try:
            self._orders += os.read(self.descriptor, 1000).decode()
        except BlockingIOError:
            pass
        return self._orders

    def expect(self, orders: str):
        """Waits until exactly these have come."""
        eventually(lambda: len(self.orders) >= len(orders))
        assert self.orders == orders

    def stays(self, orders: str, seconds: float):
        """Fails when another order comes within that time."""
        time.sleep(seconds)
        assert self.orders == orders
