"""exec against a bare spawn."""

import os

from harness import Agent, Row, alternate, milliseconds, ratio, required


def rows() -> list[Row]:
    agent = Agent(required("GUEST_AGENT_URL"))

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
    return [
        Row("exec /bin/true", milliseconds(medians["exec"]), f"{milliseconds(medians['spawn'])} posix_spawn",
            ratio(medians["exec"], medians["spawn"]), "≤ 0.8 ms",
            "POST /process/exec against os.posix_spawn and waitpid in the benchmark's own process"),
        Row("exec /bin/true", milliseconds(medians["exec"]),
            f"{milliseconds(medians['spawn and request'])} spawn + request",
            ratio(medians["exec"], medians["spawn and request"]), "≤ 1.15 ×",
            "the same against a bare spawn plus an empty HTTP request (GET /health)"),
    ]
