"""Waiting for facts instead of sleeping."""

import time


def eventually(fact, timeout=10.0, interval=0.02):
    """Waits until `fact()` is true and returns it; fails with its last value."""
    deadline = time.monotonic() + timeout
    while not (value := fact()):
        assert time.monotonic() < deadline, f"still {value!r} after {timeout} s"
        time.sleep(interval)
    return value
