"""Spawned processes, as any HTTP client sees them."""

import base64
import json
import os
import subprocess
import threading
import time
import uuid
from pathlib import Path

import pytest
from own_agent import OwnAgent
from waiting import eventually

NUMBERS = "".join(f"{number}\n" for number in range(1, 20_001)).encode()


def spawn(api, command, *arguments, **fields):
    answer = api.post("/process/spawn", json={"command": command, "args": list(arguments), **fields})
    assert answer.status_code == 200, answer.text
    return answer.json()["process_id"]


def events(api, process, **options):
    """Every event of a process's output, with its id."""
    with api.get(f"/process/{process}/stdout/stream", stream=True, **options) as answer:
        assert answer.status_code == 200
        assert answer.headers["X-SSE-Content-Type"] == "application/json"
        place = None
        for line in answer.iter_lines(chunk_size=1 << 16):
            if line.startswith(b"id: "):
                place = int(line[4:])
            elif line.startswith(b"data: "):
                yield place, json.loads(line[6:])


def text(api, process, stream="stdout", **options):
    """All that a stream of the process wrote; the last event must be its exit."""
    found = [event for _, event in events(api, process, **options)]
    assert found[-1]["event"] == "exit"
    return b"".join(base64.b64decode(event["data_b64"]) for event in found if event.get("stream") == stream)


def status(api, process):
    return api.get(f"/process/{process}/status").json()


def has_exited(api, process):
    return status(api, process)["state"] == "exited"


def write(api, process, data, **fields):
    body = {"data_b64": base64.b64encode(data).decode(), **fields}
    return api.post(f"/process/{process}/stdin", json=body)


def test_output_is_complete_whenever_it_is_read(api):
    for run in range(40):
        process = spawn(api, "seq", "1", "20000")
        if run % 2:
            eventually(lambda: has_exited(api, process))
        assert text(api, process) == NUMBERS
        assert text(api, process) == NUMBERS


def test_two_readers_at_once_each_get_everything(agent_url, api):
    import requests

    process = spawn(api, "sh", "-c", "seq 1 10000; sleep 0.2; seq 10001 20000")
    results = []

    def read():
        with requests.get(f"{agent_url}/process/{process}/stdout/stream", stream=True, timeout=60) as answer:
            results.append([json.loads(line[6:]) for line in answer.iter_lines() if line.startswith(b"data: ")])

    readers = [threading.Thread(target=read) for _ in range(2)]
    for reader in readers:
        reader.start()
    for reader in readers:
        reader.join()
    for found in results:
        assert b"".join(base64.b64decode(event.get("data_b64", "")) for event in found) == NUMBERS
        assert found[-1] == {"event": "exit", "exit_code": 0}


@pytest.mark.parametrize("way", ["header", "query"])
def test_a_reader_that_comes_back_goes_on_where_it_was(api, way):
    process = spawn(api, "sh", "-c", "for i in $(seq 1 200); do seq $((i * 100 - 99)) $((i * 100)); sleep 0.001; done")
    output, place, ended = b"", 0, False
    while not ended:
        options = {"headers": {"Last-Event-ID": str(place)}} if way == "header" else {"params": {"offset": place}}
        for count, (place, event) in enumerate(events(api, process, **options)):
            output += base64.b64decode(event.get("data_b64", ""))
            ended = "event" in event
            if count == 3:
                break
    assert output == NUMBERS
    assert place == len(NUMBERS)


def test_both_streams_and_the_signal_that_ended_it(api):
    process = spawn(api, "sh", "-c", "echo out; echo err >&2; kill -TERM $$")
    assert text(api, process) == b"out\n"
    found = [event for _, event in events(api, process)]
    assert found[-1] == {"event": "exit", "exit_code": -1, "signal": "TERM"}
    assert text(api, process, stream="stderr") == b"err\n"
    assert status(api, process) == {"state": "exited", "exit_code": -1, "signal": "TERM", "cpu_pct": 0}


def test_the_status_of_a_running_process(api):
    process = spawn(api, "sh", "-c", "while :; do :; done & sleep 60")
    assert status(api, process)["state"] == "running"
    assert status(api, process)["exit_code"] is None
    eventually(lambda: status(api, process)["cpu_pct"] > 10)
    assert status(api, process)["mem_bytes"] > 100_000
    entry = next(entry for entry in api.get("/process").json() if entry["process_id"] == process)
    assert (entry["command"], entry["state"], entry["tty"]) == ("sh", "running", False)
    assert api.post(f"/process/{process}/kill", json={"signal": "KILL"}).json() == {"ok": True}
    eventually(lambda: has_exited(api, process))
    entry = next(entry for entry in api.get("/process").json() if entry["process_id"] == process)
    assert (entry["state"], entry["exit_code"], entry["signal"]) == ("exited", -1, "KILL")


def test_input_and_its_end(api):
    process = spawn(api, "cat")
    assert write(api, process, b"one\n").json() == {"written_bytes": 4}
    assert write(api, process, b"two\n", eof=True).json() == {"written_bytes": 4}
    assert text(api, process) == b"one\ntwo\n"
    assert write(api, process, b"three\n").status_code == 409


def test_a_large_input_arrives_whole(api):
    process = spawn(api, "sha256sum")
    data = bytes(range(256)) * 32_000
    assert write(api, process, data).json() == {"written_bytes": len(data)}
    assert api.post(f"/process/{process}/stdin", json={"eof": True}).json() == {"written_bytes": 0}
    import hashlib
    assert text(api, process).split()[0].decode() == hashlib.sha256(data).hexdigest()


def test_input_nobody_reads_is_answered_and_holds_up_nobody(api):
    process = spawn(api, "sleep", "60")
    start = time.monotonic()
    assert write(api, process, bytes(1 << 20)).json() == {"written_bytes": 65536}
    assert 3 < time.monotonic() - start < 10
    assert api.get(f"/process/{process}/status").status_code == 200
    api.post(f"/process/{process}/kill", json={"signal": "SIGTERM"})
    eventually(lambda: has_exited(api, process))


def test_a_timeout_ends_a_spawned_process_with_its_group(api, tmp_path):
    pids = tmp_path / "pids"
    process = spawn(api, "sh", "-c", f"sleep 300 & echo $! > {pids}; wait", timeout_sec=1)
    eventually(lambda: has_exited(api, process), timeout=5)
    assert status(api, process)["signal"] == "TERM"
    eventually(lambda: not is_alive(pids.read_text().strip()))


def test_exec_tells_at_the_deadline_what_was_written(api):
    start = time.monotonic()
    answer = api.post("/process/exec", json={
        "command": "sh", "args": ["-c", "trap '' TERM; echo before; sleep 60; sleep 60"], "timeout_sec": 1})
    assert time.monotonic() - start < 2.5
    assert answer.status_code == 500
    assert answer.json()["code"] == "timeout"
    assert base64.b64decode(answer.json()["details"]["stdout_b64"]) == b"before\n"


@pytest.mark.same_machine("looks at processes beside the agent")
def test_a_background_process_delays_neither_answer_nor_exit(api, tmp_path):
    script = f"sleep 300 & echo $! >> {tmp_path}/pids; echo done"
    for path, body in [("exec", {}), ("spawn", {})]:
        start = time.monotonic()
        answer = api.post(f"/process/{path}", json={"command": "sh", "args": ["-c", script], **body}).json()
        if path == "spawn":
            assert text(api, answer["process_id"]) == b"done\n"
        assert time.monotonic() - start < 2
    for pid in (tmp_path / "pids").read_text().split():
        assert is_alive(pid)
        api.post("/process/exec", json={"command": "kill", "args": [pid]})


def test_orphans_are_adopted_and_reaped(api, stack, tmp_path):
    # Forks twice and begins a session of its own, as daemons do.
    script = f"(setsid sh -c 'echo $$ > {tmp_path}/pid; while [ ! -e {tmp_path}/go ]; do sleep 0.05; done' &) ; true"
    api.post("/process/exec", json={"command": "sh", "args": ["-c", script]})
    eventually(lambda: (tmp_path / "pid").exists() and (tmp_path / "pid").read_text().endswith("\n"))
    pid = (tmp_path / "pid").read_text().strip()

    def parent():
        with open(f"/proc/{pid}/stat") as stat:
            return int(stat.read().rsplit(")", 1)[1].split()[1])

    eventually(lambda: parent() == stack.agent_pid)
    (tmp_path / "go").touch()
    eventually(lambda: not os.path.exists(f"/proc/{pid}"), timeout=10)


def test_nothing_is_left_of_many_processes(api, stack):
    def open_files():
        return len(os.listdir(f"/proc/{stack.agent_pid}/fd"))

    def threads():
        return len(os.listdir(f"/proc/{stack.agent_pid}/task"))

    for tty in (False, True):
        processes = [spawn(api, "cat", allocate_tty=tty) for _ in range(50)]
        running, at_work = open_files(), threads()
        for process in processes:
            api.post(f"/process/{process}/kill", json={"signal": "KILL"})
        eventually(lambda: all(has_exited(api, process) for process in processes))
        # Of each process without a terminal, the file with its output is kept.
        kept = 0 if tty else 50
        eventually(lambda: open_files() <= running - 50 * (3 if tty else 5) + kept + 5)
        assert threads() <= at_work + 2


def test_the_agents_protection_when_memory_runs_out_is_its_own():
    with OwnAgent() as agent:
        done = subprocess.run(["choom", "-n", "-500", "-p", str(agent.process.pid)], capture_output=True)
        if done.returncode != 0:
            pytest.skip("only a privileged user can protect a process")
        for fields in ({}, {"as_user": "nobody"}):
            answer = agent.post("/process/exec", json={"command": "cat", "args": ["/proc/self/oom_score_adj"], **fields})
            assert base64.b64decode(answer.json()["stdout_b64"]) == b"0\n"
        assert Path(f"/proc/{agent.process.pid}/oom_score_adj").read_text() == "-500\n"


def is_alive(pid):
    try:
        with open(f"/proc/{pid}/stat") as stat:
            return stat.read().rsplit(")", 1)[1].split()[0] != "Z"
    except FileNotFoundError:
        return False


UNKNOWN = str(uuid.uuid4())


@pytest.mark.parametrize("method, path, body, expected", [
    ("GET", f"/process/{UNKNOWN}/status", None, 404),
    ("GET", f"/process/{UNKNOWN}/stdout/stream", None, 404),
    ("POST", f"/process/{UNKNOWN}/stdin", {"data_b64": ""}, 404),
    ("POST", f"/process/{UNKNOWN}/kill", {"signal": "TERM"}, 404),
    ("POST", f"/process/{UNKNOWN}/resize", {"rows": 1, "cols": 1}, 404),
    ("GET", "/process/not-a-uuid/status", None, 400),
    ("GET", "/process/12345678-1234-1234-1234-12345678901g/status", None, 400),
    ("POST", "/process/not-a-uuid/kill", {"signal": "TERM"}, 400),
    ("POST", "/process/spawn", None, 400),
    ("POST", "/process/spawn", {"command": ""}, 400),
    ("POST", "/process/spawn", {"command": "no-such-program"}, 400),
    ("POST", "/process/spawn", {"command": "true", "timeout_sec": 0}, 400),
    ("POST", "/process/spawn", {"command": "true", "timeout_sec": -1}, 400),
    ("POST", "/process/spawn", {"command": "true", "as_user": "root", "as_root": True}, 400),
    ("POST", "/process/spawn", {"command": "true", "as_user": "no-such-user"}, 400),
    ("POST", "/process/spawn", {"command": "true", "cwd": "/no/such/directory"}, 400),
    ("POST", "/process/spawn", {"command": "sh", "allocate_tty": True, "rows": 0, "cols": 80}, 400),
    ("POST", "/process/spawn", {"command": "sh", "allocate_tty": True, "rows": 24, "cols": 65536}, 400),
    ("POST", "/process/spawn", {"command": "sh", "allocate_tty": "yes"}, 400),
    ("POST", "/process/exec", {"command": "true", "timeout_sec": 0}, 400),
])
def test_bad_requests(api, method, path, body, expected):
    answer = api.request(method, path, json=body)
    assert answer.status_code == expected, answer.text
    assert answer.json()["message"]


def test_a_timeout_beyond_all_times_is_none(api):
    for path in ("exec", "spawn"):
        body = {"command": "true", "timeout_sec": (1 << 63) - 1}
        assert api.post(f"/process/{path}", json=body).status_code == 200


def test_bad_requests_to_a_running_process(api):
    process = spawn(api, "sleep", "60")
    for path, body in [
        ("stdin", None), ("stdin", {}), ("stdin", {"data_b64": "%%%"}), ("stdin", {"data_b64": "YQ"}),
        ("stdin", {"data_b64": 1}), ("kill", {"signal": "NOPE"}), ("kill", {"signal": ""}), ("kill", {"signal": 9}),
        ("resize", {"rows": 24, "cols": 80}), ("resize", {"rows": 24}), ("resize", {"rows": 0, "cols": 80}),
    ]:
        answer = api.post(f"/process/{process}/{path}", json=body)
        assert answer.status_code == 400, (path, body, answer.text)
    assert api.get(f"/process/{process}/stdout/stream", params={"offset": "-1"}).status_code == 400
    assert api.get(f"/process/{process}/attach").status_code == 400
    api.post(f"/process/{process}/kill", json={"signal": "KILL"})
    eventually(lambda: has_exited(api, process))
    assert api.post(f"/process/{process}/kill", json={"signal": "KILL"}).status_code == 409


LAST_PID = Path("/proc/sys/kernel/ns_last_pid")


def stranger_with(pid, attempts=200):
    """A process that has got this very number; the kernel gives out the one behind the last."""
    for _ in range(attempts):
        LAST_PID.write_text(str(pid - 1))
        process = subprocess.Popen(["sleep", "60"])
        if process.pid == pid:
            return process
        process.kill()
        process.wait()
    pytest.fail(f"process id {pid} could not be had again")


@pytest.mark.skipif(not os.access(LAST_PID, os.W_OK), reason="this kernel does not let the next process id be chosen")
def test_a_stranger_with_the_number_of_an_ended_process_is_left_alone(api):
    process = spawn(api, "true")
    pid = next(entry["pid"] for entry in api.get("/process").json() if entry["process_id"] == process)
    eventually(lambda: has_exited(api, process))
    with stranger_with(pid) as stranger:
        try:
            for signal in ("TERM", "KILL"):
                for group in (True, False):
                    answer = api.post(f"/process/{process}/kill", json={"signal": signal, "group": group})
                    assert answer.status_code == 409
            assert status(api, process) == {"state": "exited", "exit_code": 0, "cpu_pct": 0}
            assert stranger.poll() is None
        finally:
            stranger.kill()
