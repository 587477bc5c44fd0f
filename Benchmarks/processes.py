"""exec against a bare spawn."""

import multiprocessing
import os
import statistics
import time

from harness import Agent, Row, alternate, milliseconds, ratio, required


CALLS = 4000


def run_commands(url: str) -> None:
    agent = Agent(url)
    for _ in range(CALLS // 8):
        agent.call("POST", "/process/exec", {"command": "/bin/true"})


def run_bare() -> None:
    for _ in range(CALLS // 8):
        os.waitpid(os.posix_spawn("/bin/true", ["/bin/true"], os.environ), 0)


def many_at_once(target, *arguments) -> float:
    """Commands a second, 8 at once: clients that are processes, since Python's threads take turns."""
    clients = [multiprocessing.Process(target=target, args=arguments) for _ in range(8)]
    start = time.perf_counter()
    for client in clients:
        client.start()
    for client in clients:
        client.join()
    return CALLS / (time.perf_counter() - start)


def rows() -> list[Row]:
    url = required("GUEST_AGENT_URL")
    agent = Agent(url)

    def bare():
        pid = os.posix_spawn("/bin/true", ["/bin/true"], os.environ)
        os.waitpid(pid, 0)

    def bare_and_request():
        bare()
        agent.call("GET", "/health")

    medians = alternate(
        {
            "exec": lambda: agent.call("POST", "/process/exec", {"command": "/bin/true"}),
            "spawn": bare,
            "spawn and request": bare_and_request,
        }, rounds=5, count=40)
    rates = [(many_at_once(run_commands, url), many_at_once(run_bare)) for _ in range(3)]
    ours, others = (statistics.median(column) for column in zip(*rates))
    return [
        Row("exec /bin/true", milliseconds(medians["exec"]), f"{milliseconds(medians['spawn'])} posix_spawn",
            ratio(medians["exec"], medians["spawn"]), "≤ 0.8 ms",
            "POST /process/exec against os.posix_spawn and waitpid in the benchmark's own process"),
        Row("exec /bin/true", milliseconds(medians["exec"]),
            f"{milliseconds(medians['spawn and request'])} spawn + request",
            ratio(medians["exec"], medians["spawn and request"]), "≤ 1.15 ×",
            "the same against a bare spawn plus an empty HTTP request (GET /health)"),
        Row("exec, 8 at once", f"{ours:.0f}/s", f"{others:.0f}/s posix_spawn", f"{ours / others:.3g} ×", "≥ 2,200/s",
            f"{CALLS} × /bin/true over 8 connections, against as many bare spawns by 8 processes"),
    ]
