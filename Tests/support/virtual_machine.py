"""A VM of the image in QEMU, controlled through its monitor (QMP)."""

import json
import os
import socket
import subprocess
from pathlib import Path

import requests
from own_agent import free_ports
from waiting import PATIENCE, eventually

ROOT = Path(__file__).parents[2]
PORTS = ["PORT", "DEVTOOLS_PROXY_PORT", "CHROMEDRIVER_PROXY_PORT", "METRICS_PORT"]


class Monitor:
    """QEMU's control socket. Commands are answered in order; events in between are left out."""

    def __init__(self, path: Path):
        self.socket = socket.socket(socket.AF_UNIX)
        self.socket.connect(str(path))
        self.lines = self.socket.makefile()
        self.lines.readline()
        self.execute("qmp_capabilities")

    def execute(self, command: str, **arguments):
        self.socket.sendall(json.dumps({"execute": command, "arguments": arguments}).encode())
        while True:
            answer = json.loads(self.lines.readline())
            assert "error" not in answer, answer
            if "return" in answer:
                return answer["return"]

    def command(self, line: str) -> None:
        """A command of QEMU's monitor for people, which prints nothing when it succeeds."""
        output = self.execute("human-monitor-command", **{"command-line": line})
        assert not output.strip(), output

    def close(self) -> None:
        self.lines.close()
        self.socket.close()


class VirtualMachine(requests.Session):
    """Runs between `with` and its end. `state` is a folder for its disk; `options` are QEMU's own."""

    def __init__(self, state: Path, *options: str, **settings: str):
        super().__init__()
        self.state = state
        self.options = options
        self.ports = dict(zip(PORTS, map(str, free_ports(len(PORTS))), strict=True))
        self.settings = self.ports | {"STATE": str(state)} | settings
        self.url = f"http://127.0.0.1:{self.ports['PORT']}"
        self.cdp_url = f"http://127.0.0.1:{self.ports['DEVTOOLS_PROXY_PORT']}"

    def __enter__(self):
        self.process = subprocess.Popen(
            [ROOT / "image/vm/run", *self.options], env=os.environ | self.settings, stdin=subprocess.DEVNULL)
        try:
            eventually(self._has_monitor, timeout=60)
            self.monitor = Monitor(self.state / "control")
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_):
        self.close()
        if self.process.poll() is None:
            self.process.terminate()
        self.process.wait(30)

    def _has_monitor(self) -> bool:
        assert self.process.poll() is None, "QEMU did not start"
        try:
            Monitor(self.state / "control").close()
            return True
        except (FileNotFoundError, ConnectionRefusedError):
            return False

    def request(self, method, path, **options):
        options.setdefault("timeout", 60 * PATIENCE)
        return super().request(method, self.url + path, **options)

    def status(self, path: str, timeout: float = 10) -> int | None:
        """`None` while nobody answers."""
        try:
            return self.get(path, timeout=timeout).status_code
        except requests.RequestException:
            return None

    def answers(self, path: str = "/health", timeout: float = 10) -> bool:
        return self.status(path, timeout) == 200

    def save(self, name: str) -> None:
        """Memory and disk as they are now, into the disk's file. The machine stands still from then on."""
        self.monitor.execute("stop")
        self.monitor.command(f"savevm {name}")

    def restore(self, name: str) -> None:
        """Puts back what was saved. Connections made since are forgotten: the machine that answers does not know them."""
        self.monitor.execute("stop")
        self.monitor.command(f"loadvm {name}")
        self.close()
