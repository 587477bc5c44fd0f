"""10,000 connections that only hold on: what they cost, and whether the API still answers others."""

import os
import resource
import socket
import statistics
import time

from daemon import FreshAgent
from harness import Row, memory, milliseconds, ratio, required

COUNT = 10_000
#: For how long they are held, in seconds.
HELD = 5
#: They come from an address of their own, as a stranger would; the calls that are measured come from 127.0.0.1.
STRANGER = "127.0.0.2"
HEALTH = b"GET /health HTTP/1.1\r\nHost: localhost\r\n\r\n"
UPLOAD = b"PUT /fs/write_file?path=/tmp/idle-%d HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100000\r\n\r\n"


def connect(port: int, data: bytes) -> socket.socket:
    opened = socket.socket()
    opened.setsockopt(socket.IPPROTO_IP, 24, 1)  # IP_BIND_ADDRESS_NO_PORT
    opened.bind((STRANGER, 0))
    opened.connect(("127.0.0.1", port))
    opened.setblocking(False)
    send(opened, data)
    return opened


def send(client: socket.socket, data: bytes) -> None:
    try:
        client.send(data)
    except OSError:
        pass  # refused, or ended by now


def is_held(client: socket.socket) -> bool:
    try:
        client.recv(1, socket.MSG_PEEK)
        return False
    except BlockingIOError:
        return True
    except OSError:
        return False


def answer_time(port: int) -> float:
    """Of a call on a new connection, in seconds."""
    start = time.perf_counter()
    with socket.create_connection(("127.0.0.1", port), timeout=20) as connection:
        connection.sendall(HEALTH)
        if not connection.recv(4096).startswith(b"HTTP/1.1 200"):
            raise SystemExit("the API refused a call while connections were held")
    return time.perf_counter() - start


def call(work: str, samples: list[float], alone: list[float], how: str) -> Row:
    def both(times: list[float]) -> str:
        return f"{milliseconds(statistics.median(times))}, at most {milliseconds(max(times))}"

    return Row(f"{COUNT:,} {work}", both(samples), both(alone), ratio(statistics.median(samples), statistics.median(alone)),
               "≤ 50 ms", f"{len(samples)} {how}; median and slowest; other: before there were any")


def measure(name: str, first, drip: bytes) -> list[Row]:
    """`first(number)` is what a connection begins with, `drip` what each sends every second."""
    with FreshAgent() as agent:
        agent.first_answer()
        pid = agent.process.pid
        alone = [answer_time(agent.port) for _ in range(120)]
        time.sleep(2)
        before, peak, opening, holding, clients = memory(pid), 0.0, [], [], []
        try:
            for number in range(COUNT):
                clients.append(connect(agent.port, first(number)))
                if number % 100 == 0:
                    opening.append(answer_time(agent.port))
                    peak = max(peak, memory(pid))
            begun = time.monotonic()
            while time.monotonic() - begun < HELD:
                for client in clients:
                    send(client, drip)
                for _ in range(20):
                    holding.append(answer_time(agent.port))
                    time.sleep(0.05)
                peak = max(peak, memory(pid))
            held = sum(is_held(client) for client in clients)
        finally:
            for client in clients:
                client.close()
        return [
            Row(f"{COUNT:,} {name}: memory", f"+ {peak - before:.1f} MiB", "-", "-", "≤ 64 MiB",
                f"{COUNT:,} connections from {STRANGER} to a fresh daemon, held for {HELD} s beyond the last; VmRSS at "
                f"its highest; {held:,} were still open in the end, the others had been ended by the agent"),
            call(f"{name}, held: API call", holding, alone,
                 f"GET /health on new connections from 127.0.0.1 while {COUNT:,} were held"),
            call(f"{name}, being opened: API call", opening, alone,
                 "the same, each behind a hundred that had just been opened and wait to be accepted"),
        ]


def rows() -> list[Row]:
    required("GUEST_AGENT_BINARY")
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    if hard < COUNT + 100:
        raise SystemExit(f"only {hard} descriptors may be open; {COUNT + 100} are needed")
    result = measure("idle and slow connections", lambda number: HEALTH[:20] if number % 2 else b"", b"x")
    result += measure("slow uploads", lambda number: UPLOAD % number, b"x")
    for name in (f"/tmp/idle-{number}" for number in range(COUNT)):
        if os.path.exists(name):
            raise SystemExit(f"{name} was left behind")
    return result
