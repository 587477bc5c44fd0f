"""Large files each way, beside a copy through a pipe and, for downloads, Python's own file server."""

import contextlib
import os
import subprocess
import sys
import tempfile
import time
import urllib.request

from daemon import FreshAgent, free_ports
from harness import Row, alternate, memory, ratio

MIB = 1 << 20
SIZES = {"256 MiB": 256 * MIB, "4 GiB": 4096 * MIB}
UP_TARGET, DOWN_TARGET = 1.1e9, 2.8e9


def rows() -> list[Row]:
    result = []
    with tempfile.TemporaryDirectory(dir="/dev/shm") as directory:
        for name, size in SIZES.items():
            if free_space(directory) < 2.5 * size:
                print(f"skipped: {name} need more room in /dev/shm", file=sys.stderr)
                continue
            source = f"{directory}/source"
            write_source(source, size)
            rounds = 7 if size < 1 << 30 else 1
            with FreshAgent() as agent:
                agent.first_answer()
                # What only starting needed is given back half a second later.
                time.sleep(1)
                result += transfers(agent, directory, source, name, size, rounds)
            os.remove(source)
    return result


def transfers(agent, directory, source, name, size, rounds) -> list[Row]:
    url, pid = f"http://127.0.0.1:{agent.port}", agent.process.pid
    target = f"{directory}/target"
    upload = f"curl -sf -H Expect: -T {source} '{url}/fs/write_file?path={target}'"
    download = f"curl -sf -o /dev/null '{url}/fs/read_file?path={source}'"
    pipe = f"cat {source} | cat > {target}"
    base = memory(pid)
    up = alternate({"ours": lambda: shell(upload), "other": lambda: shell(pipe)}, rounds, 1, 0)
    shell(upload)
    shell(f"cmp {source} {target}")
    os.remove(target)
    with python_server(directory) as other:
        theirs = f"curl -sf -o /dev/null '{other}/source'"
        down = alternate({"ours": lambda: shell(download), "other": lambda: shell(theirs)}, rounds, 1, 0)
    shell(f"curl -sf '{url}/fs/read_file?path={source}' | cmp - {source}")
    growth = memory(pid, "VmHWM") - base
    how = f"curl and tmpfs, compared byte for byte, median of {rounds} taking turns with"
    return [
        row(f"{name} up", up, size, UP_TARGET, f"{how} `{pipe.replace(directory, 'DIR')}`", "pipe"),
        row(f"{name} down", down, size, DOWN_TARGET, f"{how} the same from `python3 -m http.server`", "http.server"),
        Row(f"memory growth, {name}", f"{max(0.0, growth):.1f} MiB", "-", "-", "≤ 16 MiB",
            "VmHWM of a fresh daemon after these transfers, less its VmRSS before"),
    ]


def row(work, medians, size, target, how, other) -> Row:
    rates = {name: f"{size / seconds / 1e6:.0f} MB/s" for name, seconds in medians.items()}
    return Row(work, rates["ours"], f"{rates['other']} {other}", ratio(medians["ours"], medians["other"]),
               f"≥ {target / 1e6:.0f} MB/s", how)


def shell(command: str) -> None:
    subprocess.run(["bash", "-c", command], check=True)


def free_space(directory: str) -> int:
    """Of the file system, and of the memory it takes."""
    space = os.statvfs(directory)
    with open("/proc/meminfo") as meminfo:
        available = next(int(line.split()[1]) * 1024 for line in meminfo if line.startswith("MemAvailable:"))
    return min(space.f_bavail * space.f_frsize, available)


def write_source(path: str, size: int) -> None:
    block = os.urandom(MIB)
    with open(path, "wb") as file:
        for _ in range(size // MIB):
            file.write(block)


@contextlib.contextmanager
def python_server(directory: str):
    port = free_ports(1)[0]
    command = [sys.executable, "-m", "http.server", str(port), "--bind", "127.0.0.1", "--directory", directory]
    server = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        wait_for(f"http://127.0.0.1:{port}/")
        yield f"http://127.0.0.1:{port}"
    finally:
        server.terminate()
        server.wait(15)


def wait_for(url: str) -> None:
    deadline = time.monotonic() + 15
    while True:
        try:
            return urllib.request.urlopen(url, timeout=5).close()
        except OSError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.01)
