"""What every benchmark row shares: timing, the agent's memory, and the table."""

import json
import os
import re
import socket
import statistics
import sys
import time
from dataclasses import dataclass
from urllib.parse import urlsplit


@dataclass
class Row:
    """One comparison of one run: ours against what a user would otherwise use."""

    work: str
    ours: str
    other: str
    #: ours / other; below 1 means less time or memory.
    ratio: str
    target: str
    #: What exactly was run, printed below the table.
    how: str


def required(name: str) -> str:
    value = os.environ.get(name)
    if not value:
        sys.exit(f"{name} is not set: run the benchmarks through `make bench`")
    return value.rstrip("/")


def times(action, count: int, warm_up: int = 3) -> list[float]:
    """Seconds each of `count` calls took."""
    for _ in range(warm_up):
        action()
    result = []
    for _ in range(count):
        start = time.perf_counter()
        action()
        result.append(time.perf_counter() - start)
    return result


def alternate(actions: dict, rounds: int, count: int, warm_up: int = 3) -> dict[str, float]:
    """Medians in seconds, the contenders taking turns so that a noisy minute hits all of them."""
    samples = {name: [] for name in actions}
    for _ in range(rounds):
        for name, action in actions.items():
            samples[name] += times(action, count, warm_up)
    return {name: statistics.median(values) for name, values in samples.items()}


def milliseconds(seconds: float) -> str:
    return f"{seconds * 1000:.3g} ms"


def ratio(ours: float, other: float) -> str:
    return f"{ours / other:.3g} ×" if other else "-"


class Agent:
    """A keep-alive connection to the API that sends each request in one piece.

    Python's own HTTP client takes longer than most calls of the agent; this one adds about 0.1 ms.
    """

    def __init__(self, url: str):
        address = urlsplit(url)
        self.host = address.netloc
        self.socket = socket.create_connection((address.hostname, address.port), timeout=60)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def call(self, method: str, path: str, body=None) -> bytes:
        data = b"" if body is None else json.dumps(body).encode()
        head = f"{method} {path} HTTP/1.1\r\nHost: {self.host}\r\nContent-Length: {len(data)}\r\n\r\n"
        self.socket.sendall(head.encode() + data)
        answer = bytearray()
        while (end := answer.find(b"\r\n\r\n")) < 0:
            answer += self.socket.recv(1 << 20)
        length = re.search(rb"content-length: (\d+)", answer[:end], re.IGNORECASE)
        missing = end + 4 + (int(length[1]) if length else 0)
        while len(answer) < missing:
            answer += self.socket.recv(1 << 20)
        if not answer.startswith(b"HTTP/1.1 20"):
            raise SystemExit(f"{method} {path} answered {bytes(answer[:300])!r}")
        return bytes(answer[end + 4:])


def memory(pid: int, field: str = "VmRSS") -> float:
    """MiB of a process, as `/proc` tells: `VmRSS` now, `VmHWM` at its highest."""
    with open(f"/proc/{pid}/status") as status:
        return next(int(line.split()[1]) for line in status if line.startswith(field + ":")) / 1024


def print_table(rows: list[Row]) -> None:
    cells = [("work", "ours", "other", "ours / other", "target")]
    cells += [(row.work, row.ours, row.other, row.ratio, row.target) for row in rows]
    widths = [max(len(line[column]) for line in cells) for column in range(5)]
    for index, line in enumerate(cells):
        print("| " + " | ".join(text.ljust(width) for text, width in zip(line, widths)) + " |")
        if index == 0:
            print("|" + "|".join("-" * (width + 2) for width in widths) + "|")
    print("\nWhat was run:")
    for row in rows:
        print(f"- {row.work}: {row.how}")
