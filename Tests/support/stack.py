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
        started = {pid: self._start(pid, program) for pid in map(int, filter(str.isdigit, os.listdir("/proc")))}
        return sorted((pid for pid, start in started.items() if start is not None), key=started.get)

    def _start(self, pid: int, program: str) -> float | None:
        """When the process began, if it runs the program and is one of the stack's."""
        try:
            name = Path(f"/proc/{pid}/comm").read_text().strip()
            is_ours = name == program and any(
                mark in Path(f"/proc/{pid}/{file}").read_bytes() for file, mark in self._marks.items())
            return os.stat(f"/proc/{pid}").st_ctime if is_ours else None
        except (FileNotFoundError, ProcessLookupError, PermissionError):
            return None

    def agent_descriptors(self) -> int:
        return len(os.listdir(f"/proc/{self.agent_pid}/fd"))

    def agent_threads(self) -> int:
        return len(os.listdir(f"/proc/{self.agent_pid}/task"))

    def agent_children(self) -> list[int]:
        children = []
        for thread in os.listdir(f"/proc/{self.agent_pid}/task"):
            children += Path(f"/proc/{self.agent_pid}/task/{thread}/children").read_text().split()
        return list(map(int, children))
