"""A tree of 5,000 files and 200 MB as zip and tar.zst, both ways, against zip, unzip and tar."""

import http.client
import os
import random
import shutil
import socket
import statistics
import subprocess
import tempfile
import threading
import time

from daemon import FreshAgent
from harness import Row, memory, milliseconds, ratio

FILES, FILE_SIZE = 5000, 40_000
SIZE = FILES * FILE_SIZE
FIELDS = {"zip": "zip_file", "zstd": "archive"}


def make_tree(root: str) -> None:
    """Every other file is text that compresses to half, the rest is like pictures and does not compress."""
    generator = random.Random(3)
    words = ["".join(generator.choices("abcdefghijklmnopqrstuvwxyz", k=generator.randint(2, 10))) for _ in range(4000)]
    text = " ".join(generator.choices(words, k=700_000)).encode()
    for number in range(FILES):
        directory = f"{root}/{number % 50}/{number % 7}"
        os.makedirs(directory, exist_ok=True)
        with open(f"{directory}/{number}", "wb") as file:
            start = generator.randrange(len(text) - FILE_SIZE)
            file.write(os.urandom(FILE_SIZE) if number % 2 else text[start:start + FILE_SIZE])


class Peak:
    """The most descriptors a process holds while something runs."""

    def __init__(self, pid: int):
        self.directory, self.most, self.is_done = f"/proc/{pid}/fd", 0, threading.Event()

    def __enter__(self):
        self.thread = threading.Thread(target=self.watch)
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.is_done.set()
        self.thread.join()

    def watch(self) -> None:
        while not self.is_done.wait(0.002):
            self.most = max(self.most, len(os.listdir(self.directory)))


def first_byte(port: int, path: str) -> float:
    """Seconds to the first byte of the archive itself."""
    connection = http.client.HTTPConnection("127.0.0.1", port)
    start = time.perf_counter()
    connection.request("GET", path)
    answer = connection.getresponse()
    answer.read(1)
    taken = time.perf_counter() - start
    connection.sock.shutdown(socket.SHUT_RDWR)
    connection.close()
    return taken


def shell(command: str) -> None:
    subprocess.run(["bash", "-c", command], check=True)


def rows() -> list[Row]:
    with FreshAgent() as agent, tempfile.TemporaryDirectory(dir="/dev/shm") as directory:
        agent.first_answer()
        tree = f"{directory}/tree"
        make_tree(tree)
        base = memory(agent.process.pid)
        idle = len(os.listdir(f"/proc/{agent.process.pid}/fd"))
        with Peak(agent.process.pid) as peak:
            result = [row for kind in FIELDS for row in kind_rows(agent.port, directory, kind)]
        growth = memory(agent.process.pid, "VmHWM") - base
    return result + [
        Row("archives: memory growth of all", f"{growth:.1f} MiB", "-", "-", "≤ 64 MiB",
            "VmHWM of a fresh daemon after all transfers, less its VmRSS before"),
        Row("archives: descriptors of one transfer", str(peak.most - idle), "-", "-", "≤ 32",
            "entries in /proc/PID/fd, looked at every 2 ms, less those of an idle daemon"),
    ]


def kind_rows(port: int, directory: str, kind: str) -> list[Row]:
    url, tree, work = f"http://127.0.0.1:{port}/fs", f"{directory}/tree", f"{directory}/work"
    archive = f"{directory}/archive"
    route = f"/fs/download_dir_{kind}?path={tree}"
    download = f"curl -sf -o {work}/ours '{url}/download_dir_{kind}?path={tree}'"
    upload = f"curl -sf -F dest_path={work}/up -F {FIELDS[kind]}=@{archive} {url}/upload_{kind}"
    pack, unpack = {
        "zip": (f"cd {tree} && zip -qr {work}/theirs .", f"unzip -q {archive} -d {work}/up"),
        "zstd": (f"tar --zstd -cf {work}/theirs -C {tree} .", f"mkdir {work}/up && tar --zstd -xf {archive} -C {work}/up"),
    }[kind]
    shell(f"mkdir {work}; {download}; mv {work}/ours {archive}")
    timed = compare(work, {"down": download, "pack": pack, "up": upload, "unpack": unpack})
    shell(f"rm -rf {work}/up; {upload}; diff -r {tree} {work}/up")
    shutil.rmtree(work)
    first = statistics.median(first_byte(port, route) for _ in range(10))
    rate = lambda name: f"{SIZE / timed[name] / 1e6:.0f} MB/s"
    names = lambda command: f"`{command.replace(directory, 'DIR')}`"
    how = "5,000 files of 40,000 bytes, half of them random; curl, tmpfs to tmpfs, median of 5; against "
    down, up = {"zip": ("≤ 1 ×, ≥ 120 MB/s", "≥ 200 MB/s"), "zstd": ("≤ 1.11 ×, ≥ 250 MB/s", "≥ 300 MB/s")}[kind]
    return [
        Row(f"200 MB tree as {kind}, down", rate("down"), rate("pack"), ratio(timed["down"], timed["pack"]), down,
            how + names(pack)),
        Row(f"the same, first byte as {kind}", milliseconds(first), "-", "-", "≤ 20 ms", "median of 10"),
        Row(f"the same as {kind}, up", rate("up"), rate("unpack"), ratio(timed["up"], timed["unpack"]), up,
            how + names(unpack)),
    ]


def compare(work: str, commands: dict[str, str]) -> dict[str, float]:
    """Medians of the seconds each command takes; what it makes is removed outside of the time."""
    samples = {name: [] for name in commands}
    for _ in range(5):
        for name, command in commands.items():
            shutil.rmtree(work)
            os.mkdir(work)
            start = time.perf_counter()
            shell(command)
            samples[name].append(time.perf_counter() - start)
    return {name: statistics.median(values) for name, values in samples.items()}
