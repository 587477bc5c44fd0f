"""The daemon by itself: start to first answer, idle memory."""

import os
import socket
import statistics
import subprocess
import time

from harness import Row, memory, milliseconds, required


def free_ports(count: int) -> list[int]:
    sockets = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    ports = [opened.getsockname()[1] for opened in sockets]
    for opened in sockets:
        opened.close()
    return ports


class FreshAgent:
    """A daemon of the release build on free ports, ended on every path."""

    def __enter__(self):
        self.port, cdp, webdriver = free_ports(3)
        environment = os.environ | {
            "PORT": str(self.port), "DEVTOOLS_PROXY_PORT": str(cdp), "CHROMEDRIVER_PROXY_PORT": str(webdriver),
            "METRICS_PORT": "0", "LOG_LEVEL": "error"}
        self.started = time.perf_counter()
        self.process = subprocess.Popen([required("GUEST_AGENT_BINARY")], env=environment)
        return self

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait(15)

    def first_answer(self) -> float:
        """Seconds from the start of the process to the first byte of an answer."""
        while True:
            try:
                with socket.create_connection(("127.0.0.1", self.port)) as connection:
                    connection.sendall(b"GET /health HTTP/1.1\r\nHost: localhost\r\n\r\n")
                    if connection.recv(1):
                        return time.perf_counter() - self.started
            except ConnectionRefusedError:
                time.sleep(0.0002)


def rows() -> list[Row]:
    samples, idle = [], 0.0
    for _ in range(10):
        with FreshAgent() as agent:
            samples.append(agent.first_answer())
            if len(samples) == 10:
                time.sleep(2)
                idle = memory(agent.process.pid)
    return [
        Row("start to first answer", milliseconds(statistics.median(samples)), "-", "-", "≤ 25 ms",
            "10 starts of the release binary, from exec to the first byte of GET /health, median"),
        Row("idle memory", f"{idle:.1f} MiB", "-", "-", "≤ 20 MB",
            "VmRSS of a fresh daemon 2 s after its first answer"),
    ]
