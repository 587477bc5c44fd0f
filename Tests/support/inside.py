"""Looking into the agent's machine through the agent itself."""

import base64


def run(api, script: str, **fields) -> str:
    """What a shell script, run as root, prints. Fails when the script does."""
    answer = api.post("/process/exec", json={"command": "sh", "args": ["-c", script], "as_root": True, **fields})
    assert answer.status_code == 200, answer.text
    result = answer.json()
    assert result["exit_code"] == 0, base64.b64decode(result["stderr_b64"]).decode()
    return base64.b64decode(result["stdout_b64"]).decode().strip()


def program_pid(api, program: str) -> int:
    """Of a supervised program; 0 while it does not run. The agent may have been started before the supervisor."""
    if program == "guest-agent":
        return int(run(api, "pgrep --oldest --exact guest-agent"))
    return int(run(api, f"supervisorctl --serverurl unix:///run/supervisor.sock pid {program} || true") or 0)
