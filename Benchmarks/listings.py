"""Directories of many entries, beside a Python program that looks at each of them in process."""

import json
import os
import tempfile

from daemon import FreshAgent
from harness import Agent, Row, alternate, memory, milliseconds, ratio

TARGETS = {10_000: "≤ 20 ms", 100_000: "≤ 250 ms"}


def rows() -> list[Row]:
    return [row(count, target) for count, target in TARGETS.items()]


def row(count: int, target: str) -> Row:
    with tempfile.TemporaryDirectory(dir="/dev/shm") as directory, FreshAgent() as fresh:
        for number in range(count):
            open(f"{directory}/file-{number:06}", "w").close()
        fresh.first_answer()
        agent = Agent(f"http://127.0.0.1:{fresh.port}")
        request = f"/fs/list_files?path={directory}"
        names = [entry["name"] for entry in json.loads(agent.call("GET", request))]
        if names != sorted(os.listdir(directory)):
            raise SystemExit(f"the listing of {count} entries is not the directory's")
        medians = alternate(
            {"ours": lambda: agent.call("GET", request), "python": lambda: scan(directory)},
            rounds=5, count=max(1, 40_000 // count))
        peak = memory(fresh.process.pid, "VmHWM")
    return Row(f"list_files, {count:,} entries", milliseconds(medians["ours"]),
               f"{milliseconds(medians['python'])} scandir", ratio(medians["ours"], medians["python"]), target,
               "medians over HTTP on tmpfs, taking turns with os.scandir, stat and sort in Python, which sends nothing; "
               f"the daemon's memory at its highest was {peak:.0f} MiB")


def scan(directory: str) -> list:
    return sorted((entry.name, entry.stat(follow_symlinks=False)) for entry in os.scandir(directory))
