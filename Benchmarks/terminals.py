"""Output of spawned processes and of terminals."""

import json
import os
import pty
import statistics
import subprocess
import time
import tty

from harness import Agent, Row, alternate, memory, milliseconds, ratio, required, times

SIZE = 50_000_000


def spawn(agent: Agent, command: str, *arguments: str, **fields) -> str:
    answer = agent.call("POST", "/process/spawn", {"command": command, "args": list(arguments), **fields})
    return json.loads(answer)["process_id"]


def ends(agent: Agent, process: str) -> None:
    while json.loads(agent.call("GET", f"/process/{process}/status"))["state"] == "running":
        time.sleep(0.002)


def stream(url: str) -> float:
    """Seconds to read all output of a process that writes as fast as it can."""
    agent = Agent(url)
    start = time.perf_counter()
    process = spawn(agent, "head", "-c", str(SIZE), "/dev/zero")
    agent.socket.sendall(f"GET /process/{process}/stdout/stream HTTP/1.1\r\nHost: {agent.host}\r\n\r\n".encode())
    received, tail = 0, b""
    while b'"event":"exit"' not in tail:
        piece = agent.socket.recv(1 << 20)
        if not piece:
            raise SystemExit(f"the stream ended after {received} bytes without an exit")
        received += len(piece)
        tail = (tail + piece)[-300:]
    took = time.perf_counter() - start
    if received < SIZE * 4 // 3:
        raise SystemExit(f"{received} bytes cannot hold the whole output")
    return took


def pipe() -> float:
    """Seconds to read the same from a pipe."""
    start = time.perf_counter()
    with subprocess.Popen(["head", "-c", str(SIZE), "/dev/zero"], stdout=subprocess.PIPE) as process:
        while os.read(process.stdout.fileno(), 1 << 20):
            pass
    return time.perf_counter() - start


def unread(url: str) -> float:
    agent = Agent(url)
    start = time.perf_counter()
    ends(agent, spawn(agent, "head", "-c", str(SIZE), "/dev/zero"))
    return time.perf_counter() - start


class Terminal:
    """Attached with a client that adds next to nothing of its own: a WebSocket library takes longer than the agent."""

    def __init__(self, url: str, process: str):
        agent = Agent(url)
        self.socket = agent.socket
        self.socket.sendall((
            f"GET /process/{process}/attach HTTP/1.1\r\nHost: {agent.host}\r\nUpgrade: websocket\r\n"
            "Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n"
        ).encode())
        self.received = bytearray()
        while (end := self.received.find(b"\r\n\r\n")) < 0:
            self.more()
        del self.received[:end + 4]

    def more(self) -> None:
        piece = self.socket.recv(1 << 20)
        if not piece:
            raise SystemExit("the terminal's connection ended")
        self.received += piece

    def message(self) -> tuple[int, bytes]:
        """Opcode and payload of the next frame (RFC 6455 §5.2)."""
        while (frame := self.frame()) is None:
            self.more()
        return frame

    def frame(self):
        data = self.received
        if len(data) < 2:
            return None
        extra = {126: 2, 127: 8}.get(data[1], 0)
        start = 2 + extra
        length = int.from_bytes(data[2:start]) if extra else data[1]
        if len(data) < start + length or len(data) < start:
            return None
        opcode, payload = data[0] & 15, bytes(data[start:start + length])
        del data[:start + length]
        return opcode, payload

    def close(self) -> None:
        self.socket.close()


def echo(url: str) -> float:
    """Median seconds from a key to its echo."""
    process = spawn(Agent(url), "cat", allocate_tty=True)
    terminal = Terminal(url, process)

    def key():
        # A binary frame of one byte, masked with zeros.
        terminal.socket.sendall(b"\x82\x81\0\0\0\0x")
        if terminal.message() != (2, b"x"):
            raise SystemExit("something else than the echo came")

    median = statistics.median(times(key, 1000, warm_up=100))
    terminal.close()
    Agent(url).call("POST", f"/process/{process}/kill", {"signal": "KILL"})
    return median


def local_echo() -> float:
    """The same at a terminal of the benchmark's own."""
    pid, master = pty.fork()
    if pid == 0:
        os.execvp("cat", ["cat"])

    def key():
        os.write(master, b"x")
        os.read(master, 100)

    median = statistics.median(times(key, 1000, warm_up=100))
    os.close(master)
    os.waitpid(pid, 0)
    return median


SHOW = f"stty raw; head -c {SIZE} /dev/zero"


def show(url: str) -> float:
    """Seconds until a terminal has shown everything."""
    start = time.perf_counter()
    process = spawn(Agent(url), "sh", "-c", SHOW, allocate_tty=True)
    received = 0
    terminal = Terminal(url, process)
    while (frame := terminal.message())[0] == 2:
        received += len(frame[1])
    terminal.close()
    if received != SIZE:
        raise SystemExit(f"{received} of {SIZE} bytes came")
    return time.perf_counter() - start


def local_show() -> float:
    start = time.perf_counter()
    master, slave = pty.openpty()
    tty.setraw(slave)
    process = subprocess.Popen(["head", "-c", str(SIZE), "/dev/zero"], stdout=slave)
    os.close(slave)
    try:
        while os.read(master, 1 << 16):
            pass
    except OSError:
        pass
    process.wait()
    os.close(master)
    return time.perf_counter() - start


def speed(seconds: float) -> str:
    return f"{SIZE / seconds / 1e6:.0f} MB/s"


def rows() -> list[Row]:
    url = required("GUEST_AGENT_URL")
    pid = int(required("GUEST_AGENT_PID"))
    before = memory(pid)
    medians = alternate(
        {"stream": lambda: stream(url), "pipe": pipe, "unread": lambda: unread(url)}, rounds=3, count=3)
    growth = memory(pid) - before
    shown = {"show": [], "local": [], "echo": [], "local echo": []}
    for _ in range(3):
        shown["show"].append(show(url))
        shown["local"].append(local_show())
        shown["echo"].append(echo(url))
        shown["local echo"].append(local_echo())
    middle = {name: statistics.median(values) for name, values in shown.items()}
    return [
        Row("50 MB of output, streamed", speed(medians["stream"]), f"{speed(medians['pipe'])} pipe",
            ratio(medians["stream"], medians["pipe"]), "≥ 150 MB/s",
            "GET stdout/stream of `head -c 50000000 /dev/zero`, from spawn to the exit event, against a pipe"),
        Row("50 MB of output, unread", speed(medians["unread"]), f"{speed(medians['pipe'])} pipe",
            ratio(medians["unread"], medians["pipe"]), "no stall", "the same with no reader, until status says exited"),
        Row("memory after 24 of both", f"+{growth:.1f} MiB", "-", "-", "≤ 16 MiB", "VmRSS of the agent"),
        Row("key and echo at a terminal", milliseconds(middle["echo"]), f"{milliseconds(middle['local echo'])} bare pty",
            ratio(middle["echo"], middle["local echo"]), "≤ 0.12 ms", "`cat`, one byte over the WebSocket and back"),
        Row("50 MB through a terminal", speed(middle["show"]), f"{speed(middle['local'])} bare pty",
            ratio(middle["show"], middle["local"]), "≥ 100 MB/s",
            "raw terminal, `head -c 50000000 /dev/zero`, from spawn to the exit message"),
    ]
