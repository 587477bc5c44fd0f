"""What a process holds of the machine."""

import dataclasses
import os
from pathlib import Path


@dataclasses.dataclass(frozen=True)
class Figures:
    resident: int  # KiB
    proportional: int  # KiB; pages that processes share count in parts
    descriptors: int
    threads: int
    children: int

    @staticmethod
    def of(pid: int) -> "Figures":
        process = Path(f"/proc/{pid}")
        memory = {
            line.split(":")[0]: int(line.split()[1])
            for line in (process / "smaps_rollup").read_text().splitlines() if line.endswith("kB")}
        children = 0
        threads = os.listdir(process / "task")
        for thread in threads:
            try:
                children += len((process / "task" / thread / "children").read_text().split())
            except FileNotFoundError:
                continue  # that thread has ended
        return Figures(memory["Rss"], memory["Pss"], len(os.listdir(process / "fd")), len(threads), children)

    def row(self) -> str:
        return (f"{self.resident / 1024:8.1f} {self.proportional / 1024:8.1f} {self.descriptors:6} "
                f"{self.threads:8} {self.children:9}")


HEADING = "RSS, MiB PSS, MiB    fds  threads  children"


def descriptors(pid: int) -> list[str]:
    """What they lead to, for the one who looks for a leak."""
    targets = []
    for number in os.listdir(f"/proc/{pid}/fd"):
        try:
            targets.append(os.readlink(f"/proc/{pid}/fd/{number}"))
        except FileNotFoundError:
            continue
    return sorted(targets)
