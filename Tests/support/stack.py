"""The processes of the running stack."""

import os
from pathlib import Path


class Stack:
    def __init__(self, run_directory: str, agent_pid: int):
        self.agent_pid = agent_pid
        # Chromium writes over its environment; its command line names its profile.
        self._marks = {"environ": f"GUEST_AGENT_STACK={run_directory}".encode(), "cmdline": run_directory.encode()}

    def pids(self, program: str) -> list[int]:
        """Of the stack's processes that run `program`, oldest first."""
        found = [pid for pid in map(int, filter(str.isdigit, os.listdir("/proc"))) if self._runs(pid, program)]
        return sorted(found, key=lambda pid: os.stat(f"/proc/{pid}").st_ctime)

    def _runs(self, pid: int, program: str) -> bool:
        try:
            name = Path(f"/proc/{pid}/comm").read_text().strip()
            return name == program and any(
                mark in Path(f"/proc/{pid}/{file}").read_bytes() for file, mark in self._marks.items())
        except (FileNotFoundError, ProcessLookupError, PermissionError):
            return False

    def agent_descriptors(self) -> int:
        return len(os.listdir(f"/proc/{self.agent_pid}/fd"))

    def agent_threads(self) -> int:
        return len(os.listdir(f"/proc/{self.agent_pid}/task"))

    def agent_children(self) -> list[int]:
        children = []
        for thread in os.listdir(f"/proc/{self.agent_pid}/task"):
            children += Path(f"/proc/{self.agent_pid}/task/{thread}/children").read_text().split()
        return list(map(int, children))
