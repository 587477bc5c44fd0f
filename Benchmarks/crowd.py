"""Everything at once: readers of event streams, DevTools clients, commands and a recording."""

import asyncio
import json
import os
import tempfile
import time
from urllib.parse import urlsplit

from harness import Agent, Row, memory, milliseconds, required
from websockets.asyncio.client import connect

READERS = 200
WEBSOCKETS = 50
COMMANDS = 100
LINES = 500
ROUND_TRIPS = 50


async def call(url: str, method: str, path: str, body=None) -> bytes:
    """On a connection of its own. Returns the body."""
    address = urlsplit(url)
    reader, writer = await asyncio.open_connection(address.hostname, address.port)
    data = b"" if body is None else json.dumps(body).encode()
    writer.write(
        f"{method} {path} HTTP/1.1\r\nHost: {address.netloc}\r\nContent-Length: {len(data)}\r\n\r\n".encode() + data)
    head = (await reader.readuntil(b"\r\n\r\n")).lower()
    if not head.startswith(b"http/1.1 20"):
        raise SystemExit(f"{method} {path} answered {head[:200]!r}")
    length = int(head.split(b"content-length:")[1].split(b"\r\n")[0])
    answer = await reader.readexactly(length)
    writer.close()
    return answer


async def follow(url: str, path: str, ready: asyncio.Semaphore) -> int:
    """How many lines a reader gets before the last one."""
    address = urlsplit(url)
    reader, writer = await asyncio.open_connection(address.hostname, address.port)
    writer.write(f"GET /logs/stream?source=path&path={path} HTTP/1.1\r\nHost: {address.netloc}\r\n\r\n".encode())
    head = await reader.readuntil(b"\r\n\r\n")
    if b" 200 " not in head:
        raise SystemExit(f"a reader was answered {head[:200]!r}")
    ready.release()
    count = 0
    while b'"message":"end"' not in (line := await reader.readline()):
        count += line.startswith(b"data: ")
    writer.close()
    return count


async def drive(cdp_url: str) -> list[float]:
    """Round trips of one DevTools client, in seconds."""
    samples = []
    async with connect(cdp_url, compression=None, open_timeout=60) as socket:
        for number in range(ROUND_TRIPS):
            start = time.perf_counter()
            await socket.send(json.dumps({"id": number, "method": "Browser.getVersion"}))
            assert json.loads(await socket.recv())["id"] == number
            samples.append(time.perf_counter() - start)
    return samples


async def command(url: str, number: int) -> tuple[float, bool]:
    start = time.perf_counter()
    text = f"command {number}"
    answer = json.loads(await call(url, "POST", "/process/exec", {"command": "sh", "args": ["-c", f"echo {text}"]}))
    return time.perf_counter() - start, answer["exit_code"] == 0 and answer["stdout_b64"] != ""


async def write_lines(path: str) -> None:
    with open(path, "a", encoding="ascii") as log:
        for number in range(LINES):
            log.write(f"line {number}\n")
            log.flush()
            await asyncio.sleep(0.002)
        log.write("end\n")


async def run(url: str, cdp_url: str, log: str) -> tuple[float, list[int], list[list[float]], list[tuple[float, bool]]]:
    ready = asyncio.Semaphore(0)
    readers = [asyncio.create_task(follow(url, log, ready)) for _ in range(READERS)]
    for _ in range(READERS):
        await ready.acquire()
    start = time.perf_counter()
    writing = asyncio.create_task(write_lines(log))
    clients = [asyncio.create_task(drive(cdp_url)) for _ in range(WEBSOCKETS)]
    commands = await asyncio.gather(*(command(url, number) for number in range(COMMANDS)))
    samples = await asyncio.gather(*clients)
    await writing
    lines = await asyncio.gather(*readers)
    return time.perf_counter() - start, lines, samples, commands


def rows() -> list[Row]:
    url, cdp_url = required("GUEST_AGENT_URL"), required("GUEST_AGENT_CDP_URL").replace("http", "ws", 1)
    pid = int(required("GUEST_AGENT_PID"))
    agent = Agent(url)
    before = memory(pid)
    name = f"crowd-{os.getpid()}"
    agent.call("POST", "/recording/start", {"id": name, "framerate": 10})
    with tempfile.NamedTemporaryFile(suffix=".log") as log:
        seconds, lines, samples, commands = asyncio.run(run(url, cdp_url, log.name))
    agent.call("POST", "/recording/stop", {"id": name})
    video = agent.call("GET", f"/recording/download?id={name}")
    agent.call("POST", "/recording/delete", {"id": name})
    answered = sum(ok for _, ok in commands)
    complete = sum(count == LINES for count in lines)
    trips = sum(len(each) for each in samples)
    return [
        Row("200 streams, 50 WebSockets, 100 commands, a recording",
            f"{answered}/{COMMANDS} commands, {complete}/{READERS} streams, {trips}/{WEBSOCKETS * ROUND_TRIPS} round "
            f"trips, video of {len(video) >> 10} KiB", "-", "-", "all answered",
            f"{READERS} readers of /logs/stream each get all {LINES} lines, {WEBSOCKETS} DevTools clients make "
            f"{ROUND_TRIPS} round trips, {COMMANDS} commands are run, all at once in {seconds:.1f} s, while the screen "
            f"is recorded; memory went from {before:.0f} to {memory(pid):.0f} MiB"),
        Row("the slowest command in the crowd", milliseconds(max(time for time, _ in commands)), "-", "-", "-",
            f"of {COMMANDS} that all began together"),
    ]
