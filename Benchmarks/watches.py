"""Watches: all of 20,000 files seen, and how soon a change is told. Finding files and lines, against find and grep."""

import json
import os
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from daemon import FreshAgent
from harness import Agent, Row, alternate, memory, milliseconds, ratio

FILES = 20_000
SAMPLES = 300


class Events:
    """The raw stream of a watch's events."""

    def __init__(self, port: int, watch: str):
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=60)
        self.socket.sendall(f"GET /fs/watch/{watch}/events HTTP/1.1\r\nHost: localhost\r\n\r\n".encode())
        self.buffer = b""
        while b"\r\n\r\n" not in self.buffer:
            self.buffer += self.socket.recv(1 << 16)

    def wait_for(self, count: int, kind: bytes = b'"type":"CREATE"') -> float:
        """Reads until so many events of a kind have come; returns when the last one did."""
        seen = 0
        while True:
            seen += self.buffer.count(kind)
            if seen >= count:
                self.buffer = b""
                return time.perf_counter()
            self.buffer = self.buffer[-(len(kind) - 1):] + self.socket.recv(1 << 20)


def stream(port: int, path: str) -> None:
    """Reads an answer of unknown length to its end."""
    with socket.create_connection(("127.0.0.1", port), timeout=60) as connection:
        connection.sendall(f"GET {path} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode())
        end = b""
        while not end.endswith(b"0\r\n\r\n"):
            piece = connection.recv(1 << 20)
            if not piece:
                raise SystemExit(f"GET {path} ended early")
            end = end[-4:] + piece


def start(api: Agent, path: str) -> str:
    return json.loads(api.call("POST", "/fs/watch", {"path": path, "recursive": True}))["watch_id"]


def watch_rows(agent: FreshAgent, api: Agent, directory: str) -> list[Row]:
    watch = start(api, directory)
    time.sleep(1)  # for the memory of starting to be given back
    base = memory(agent.process.pid)
    script = f"for i in range({FILES // 4}): open('{directory}/'+__import__('sys').argv[1]+str(i), 'w').close()"
    begun = time.perf_counter()
    writers = [subprocess.Popen([sys.executable, "-c", script, f"{number}-"]) for number in range(4)]
    for writer in writers:
        writer.wait()
    written = time.perf_counter() - begun
    events = Events(agent.port, watch)
    begun = time.perf_counter()
    told = events.wait_for(FILES) - begun
    growth = memory(agent.process.pid) - base
    delays = []
    for number in range(SAMPLES):
        path = f"{directory}/single-{number}"
        begun = time.perf_counter()
        os.close(os.open(path, os.O_CREAT | os.O_WRONLY))
        delays.append(events.wait_for(1) - begun)
    return [
        Row(f"{FILES} files made under a watch", f"{FILES} seen, read in {told:.2f} s", f"{written:.2f} s to make them",
            "-", "20,000 seen", "4 processes making empty files in a loop; the reader comes when they are done"),
        Row("memory growth of that", f"{growth:.1f} MiB", "-", "-", "≤ 32 MiB", "VmRSS then, less VmRSS before"),
        Row("one file made, told", milliseconds(statistics.median(delays)), "-", "-", "≤ 1 ms",
            f"from open(O_CREAT) to the event at a raw socket, median of {SAMPLES}"),
    ]


def search_rows(port: int, directory: str) -> list[Row]:
    text = "".join(f"line {number} of a file that holds nothing of note\n" for number in range(800))
    for number in range(4000):
        path = Path(directory, f"d{number % 100}", f"e{number % 7}", f"f{number}.txt")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text + ("the needle\n" if number % 100 == 0 else ""))
    run = lambda *command: subprocess.run(command, stdout=subprocess.DEVNULL, check=True)
    call = lambda path: stream(port, path)
    medians = alternate({
        "find": lambda: call(f"/fs/find?path={directory}&pattern=*.txt"),
        "find(1)": lambda: run("find", directory, "-name", "*.txt", "-ls"),
        "search": lambda: call(f"/fs/search?path={directory}&query=needle"),
        "grep": lambda: run("grep", "-rn", "needle", directory),
        "regex": lambda: call(f"/fs/search?path={directory}&query=n%5Be%5D%2Bdle&regex=true"),
        "grep -E": lambda: run("grep", "-rnE", "n[e]+dle", directory),
    }, rounds=5, count=1)
    size = f"4,000 files, {4000 * len(text) / 1e6:.0f} MB, in tmpfs"
    return [
        Row(work, milliseconds(medians[ours]), f"{milliseconds(medians[other])} {other}",
            ratio(medians[ours], medians[other]), "-", f"{size}; median of 5, against `{other}`")
        for work, ours, other in (
            ("find 4,000 files by pattern", "find", "find(1)"), ("search for a text", "search", "grep"),
            ("search for a pattern", "regex", "grep -E"))
    ]


def rows() -> list[Row]:
    with FreshAgent() as agent, tempfile.TemporaryDirectory(dir="/dev/shm") as directory:
        agent.first_answer()
        api = Agent(f"http://127.0.0.1:{agent.port}")
        watched, searched = Path(directory, "watched"), Path(directory, "searched")
        watched.mkdir()
        searched.mkdir()
        return watch_rows(agent, api, str(watched)) + search_rows(agent.port, str(searched))
