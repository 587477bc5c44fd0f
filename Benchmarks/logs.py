"""Following a log: one client, one line, many clients."""

import os
import selectors
import socket
import statistics
import subprocess
import tempfile
import time
from pathlib import Path
from urllib.parse import quote

from harness import Agent, Row, milliseconds, ratio, required

LINES = 100_000
CLIENTS = 200
LINES_FOR_EACH = 5_000


class Follower:
    """An event stream of a file, counted by its blank lines and thrown away."""

    def __init__(self, url: str, path: Path):
        agent = Agent(url)
        self.socket = agent.socket
        self.socket.sendall(
            f"GET /logs/stream?source=path&path={quote(str(path))} HTTP/1.1\r\nHost: {agent.host}\r\n\r\n".encode())
        head = b""
        while b"\r\n\r\n" not in head:
            head += self.receive()
        self.events = 0
        self.last = b""

    def receive(self) -> bytes:
        piece = self.socket.recv(1 << 20)
        if not piece:
            raise SystemExit("the log stream ended")
        return piece

    def take(self) -> None:
        piece = self.receive()
        # The end of an event may be cut in two.
        self.events += (self.last + piece).count(b"}\n\n") - self.last.count(b"}\n\n")
        self.last = piece[-2:]

    def wait(self, events: int) -> None:
        while self.events < events:
            self.take()


def processor_seconds(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def lines(count: int) -> bytes:
    return b"".join(b"2026-11-21 12:00:00,000 line %08d of a log as programs write them\n" % number for number in range(count))


def append(path: Path, content: bytes) -> None:
    with open(path, "ab") as file:
        file.write(content)


def many_lines(url: str, path: Path) -> float:
    follower = Follower(url, path)
    append(path, b"short\n")
    follower.wait(1)
    start = time.perf_counter()
    append(path, lines(LINES))
    follower.wait(1 + LINES)
    took = time.perf_counter() - start
    follower.socket.close()
    return took


def tail(path: Path) -> float:
    """Seconds until `tail -f` has passed the same lines on."""
    append(path, b"short\n")
    with subprocess.Popen(["tail", "-n", "1", "-f", path], stdout=subprocess.PIPE) as process:
        os.read(process.stdout.fileno(), 100)
        content = lines(LINES)
        start = time.perf_counter()
        append(path, content)
        missing = len(content)
        while missing > 0:
            missing -= len(os.read(process.stdout.fileno(), 1 << 20))
        took = time.perf_counter() - start
        process.terminate()
    return took


def one_line(url: str, path: Path) -> float:
    follower = Follower(url, path)
    samples = []
    for number in range(1, 201):
        start = time.perf_counter()
        append(path, b"a line\n")
        follower.wait(number)
        samples.append(time.perf_counter() - start)
    follower.socket.close()
    return statistics.median(samples)


def followed_by(clients: int, count: int, url: str, pid: int, path: Path) -> float:
    """The agent's processor time until every client has got as many lines, appended 500 at a time."""
    followers = [Follower(url, path) for _ in range(clients)]
    selector = selectors.DefaultSelector()
    for follower in followers:
        follower.socket.setblocking(True)
        selector.register(follower.socket, selectors.EVENT_READ, follower)
    piece = lines(500)
    before = processor_seconds(pid)
    for expected in range(500, count + 1, 500):
        append(path, piece)
        behind = clients
        while behind:
            for key, _ in selector.select():
                key.data.take()
                behind -= key.data.events == expected
    took = processor_seconds(pid) - before
    for follower in followers:
        follower.socket.close()
    return took


def rows() -> list[Row]:
    url, pid = required("GUEST_AGENT_URL"), int(required("GUEST_AGENT_PID"))
    with tempfile.TemporaryDirectory() as directory:
        path = Path(directory) / "log"
        path.touch()
        many = statistics.median(many_lines(url, path) for _ in range(5))
        others = statistics.median(tail(path) for _ in range(5))
        single = one_line(url, path)
        spread = followed_by(CLIENTS, LINES_FOR_EACH, url, pid, path)
        bulk = followed_by(1, CLIENTS * LINES_FOR_EACH, url, pid, path)
    return [
        Row(f"{LINES} lines of a log", milliseconds(many), f"{milliseconds(others)} tail -f", ratio(many, others),
            "≤ 600 ms", "appended at once, behind one short line, until the last event has come"),
        Row("a line of a log", milliseconds(single), "-", "-", "≤ 3 ms", "from its writing until its event, median"),
        Row(f"{CLIENTS} followers of a log", f"{spread:.2f} CPU s", f"{bulk:.2f} CPU s one follower",
            ratio(spread, bulk), "≤ 1.5 ×",
            f"processor time of the agent for {LINES_FOR_EACH} lines, 500 at a time, to each of {CLIENTS}, against as "
            "many lines in all to one"),
    ]
