"""A container of the image, of a test's own."""

import os
import random
import subprocess
import tempfile
import uuid
from pathlib import Path

import requests
from own_agent import free_ports
from waiting import PATIENCE, eventually

ROOT = Path(__file__).parents[2]
PORTS = [
    "PORT", "DEVTOOLS_PROXY_PORT", "CHROMEDRIVER_PROXY_PORT", "METRICS_PORT", "INTERNAL_PORT", "CHROMEDRIVER_PORT"]


def any_display() -> int:
    """On the host's network X servers share the names of their sockets, and one in a container leaves no trace in /tmp."""
    return random.randrange(35_000, 60_000)


class Container(requests.Session):
    """Runs between `with` and its end, ready. `options` are the engine's, settings those of the image."""

    def __init__(self, *options: str, **settings: str):
        super().__init__()
        self.engine = os.environ.get("ENGINE", "podman")
        self.name = f"guest-agent-test-{uuid.uuid4().hex[:8]}"
        self.options = options
        self.ports = dict(zip(PORTS, map(str, free_ports(len(PORTS))), strict=True))
        self.settings = self.ports | {"DISPLAY_NUM": str(any_display()), "NETWORK": "host"} | settings
        scheme = "https" if "TLS_CERTIFICATE_FILE" in settings else "http"
        self.url = f"{scheme}://127.0.0.1:{self.ports['PORT']}"
        self.verify = settings.get("TLS_CERTIFICATE_FILE", True)

    def __enter__(self):
        # Podman's monitor leaves a file `oom` where it was started when the container runs out of memory.
        self.directory = tempfile.TemporaryDirectory()
        subprocess.run([ROOT / "image/run", "--detach", "--name", self.name, *self.options], cwd=self.directory.name,
                       env=os.environ | self.settings, check=True, stdout=subprocess.DEVNULL)
        try:
            eventually(self.is_ready, timeout=60)
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_):
        self.close()
        subprocess.run([self.engine, "rm", "--force", self.name], check=False, capture_output=True)
        self.directory.cleanup()

    def request(self, method, path, **options):
        options.setdefault("timeout", 60 * PATIENCE)
        # Said here, it wins over REQUESTS_CA_BUNDLE of the environment.
        options.setdefault("verify", self.verify)
        return super().request(method, self.url + path, **options)

    def inside(self, *command: str) -> int:
        """Runs a program in it, as the engine does, past the agent. Returns its status."""
        return subprocess.run([self.engine, "exec", self.name, *command], capture_output=True, timeout=60).returncode

    def is_ready(self) -> bool:
        try:
            return self.get("/ready", timeout=5).status_code == 200
        except requests.RequestException:
            return False

    def stop(self) -> None:
        """As the engine does it: SIGTERM to the first process, SIGKILL 20 s later."""
        subprocess.run([self.engine, "stop", "--time", "20", self.name], check=True, capture_output=True)
