"""Waiting for facts instead of sleeping."""

import os
import time

#: How many times slower than an ordinary machine the tested one is; an emulated processor takes its time.
PATIENCE = float(os.environ.get("GUEST_AGENT_PATIENCE", "1"))


def eventually(fact, timeout=10.0, interval=0.02):
    """Waits until `fact()` is true and returns it; fails with its last value."""
    deadline = time.monotonic() + timeout * PATIENCE
    while not (value := fact()):
        assert time.monotonic() < deadline, f"still {value!r} after {timeout * PATIENCE} s"
        time.sleep(interval)
    return value
