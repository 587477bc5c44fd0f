"""The promises of docs/reliability.md that no other test shows: pauses, clocks, little memory, and a killed agent."""

import json
import os
import resource
import signal
import subprocess
import time
from pathlib import Path

import pytest
from own_agent import OwnAgent, stack_browser
from raw_http import RawClient
from waiting import eventually
from websockets.sync.client import connect

FAKE_TIME = Path("/usr/lib/x86_64-linux-gnu/faketime/libfaketimeMT.so.1")
MIB = 1 << 20


def test_a_paused_agent_goes_on_where_it_was(tmp_path, display_name):
    """All its deadlines pass while it is stopped; clients that have done their part notice nothing but the delay."""
    log = tmp_path / "log"
    log.touch()
    settings = {"HEAD_TIMEOUT_SEC": "1", "KEEP_ALIVE_SEC": "1", "BODY_TIMEOUT_SEC": "1"}
    with OwnAgent(
            DEVTOOLS_UPSTREAM_ADDR=stack_browser(), DISPLAY_NUM=display_name.strip(":"), OUTPUT_DIR=str(tmp_path),
            **settings) as agent, \
            RawClient(agent.url) as kept, RawClient(agent.url) as reader, RawClient(agent.url) as caller, \
            connect(agent.cdp_url.replace("http", "ws"), compression=None) as devtools:
        assert agent.post("/recording/start", json={}).status_code == 201
        reader.send("GET", f"/logs/stream?source=path&path={log}")
        assert reader.head()[0] == 200
        body = b'{"command": "sh", "args": ["-c", "sleep 1; echo done"]}'
        caller.send("POST", "/process/exec", f"Content-Length: {len(body)}", body=body)
        # A call that was answered shows that the agent has read what was sent before.
        assert agent.get("/health").ok
        kept.send("GET", "/health")
        assert kept.answer()[0] == 200
        agent.process.send_signal(signal.SIGSTOP)
        # On its way before the deadline, read after it.
        kept.send("GET", "/health")
        log.write_text("written meanwhile\n")
        devtools.send(json.dumps({"id": 1, "method": "Browser.getVersion"}))
        time.sleep(3)
        agent.process.send_signal(signal.SIGCONT)
        assert kept.answer()[0] == 200
        status, _, answer = caller.answer()
        assert status == 200 and json.loads(answer)["exit_code"] == 0
        assert json.loads(devtools.recv(timeout=20))["id"] == 1
        reader.until(b"written meanwhile")
        assert agent.post("/recording/stop", json={}).ok
        assert agent.get("/recording/list").json()[0].get("error") is None


@pytest.mark.skipif(not FAKE_TIME.exists(), reason="libfaketime is not installed")
def test_the_clock_jumps(tmp_path, display_name):
    """Whatever lasts is measured by clocks that nobody sets."""
    clock = tmp_path / "clock"
    clock.write_text("+0")
    with OwnAgent(
            LD_PRELOAD=str(FAKE_TIME), FAKETIME_TIMESTAMP_FILE=str(clock), FAKETIME_NO_CACHE="1",
            DONT_FAKE_MONOTONIC="1", FAKETIME_DONT_FAKE_MONOTONIC="1", DISPLAY_NUM=display_name.strip(":"),
            OUTPUT_DIR=str(tmp_path)) as agent:
        spawned = agent.post("/process/spawn", json={"command": "sleep", "args": ["60"]}).json()
        before = agent.get(f"/process/{spawned['process_id']}/status").json()
        assert agent.post("/recording/start", json={}).status_code == 201
        begun = time.monotonic()
        clock.write_text("+3600")
        limited = agent.post("/process/exec", json={"command": "sleep", "args": ["20"], "timeout_sec": 1})
        assert limited.status_code == 500 and limited.json()["code"] == "timeout"
        assert 0.9 < time.monotonic() - begun < 15
        clock.write_text("-3600")
        answer = agent.post("/process/exec", json={"command": "sleep", "args": ["0.3"]}).json()
        assert 250 <= answer["duration_ms"] < 15_000
        assert agent.get(f"/process/{spawned['process_id']}/status").json()["state"] == before["state"] == "running"
        assert agent.post("/computer/move_mouse", json={"x": 300, "y": 300, "duration_ms": 200}).ok
        assert agent.post("/recording/stop", json={}).ok
        lasted = time.monotonic() - begun
        video = tmp_path / "default.mp4"
        length = subprocess.run(
            ["ffprobe", "-v", "error", "-show_entries", "format=duration", "-of", "csv=p=0", video],
            capture_output=True, text=True, check=True).stdout
        assert 1 < float(length) < lasted + 1
        assert agent.get("/health").json()["uptime_seconds"] < 60


def test_large_transfers_need_no_memory(tmp_path):
    tree = tmp_path / "tree"
    tree.mkdir()
    with OwnAgent() as agent:
        # Room for threads and their stacks, but not for a file.
        used = memory(agent.process.pid, "VmSize")
        resource.prlimit(agent.process.pid, resource.RLIMIT_AS, (used + 512 * MIB, used + 512 * MIB))
        before = memory(agent.process.pid, "VmRSS")
        chunks = (os.urandom(MIB) for _ in range(96))
        assert agent.put("/fs/write_file", params={"path": f"{tree}/big"}, data=chunks).status_code == 201
        archive = tmp_path / "archive"
        with agent.get("/fs/download_dir_zstd", params={"path": str(tree)}, stream=True) as answer, \
                open(archive, "wb") as file:
            for part in answer.iter_content(MIB):
                file.write(part)
        with open(archive, "rb") as file:
            unpacked = agent.post(
                "/fs/upload_zstd", data={"dest_path": str(tmp_path / "again")}, files={"archive": file})
        assert unpacked.status_code == 201
        assert (tmp_path / "again" / "big").read_bytes() == (tree / "big").read_bytes()
        assert memory(agent.process.pid, "VmRSS") - before < 80 * MIB
        assert agent.post("/process/exec", json={"command": "true"}).ok


def memory(pid, field):
    with open(f"/proc/{pid}/status") as status:
        return next(int(line.split()[1]) for line in status if line.startswith(field + ":")) * 1024


def test_an_agent_killed_in_an_upload_leaves_the_old_file(tmp_path):
    target = tmp_path / "kept"
    target.write_text("old")
    with OwnAgent() as agent, RawClient(agent.url) as client:
        client.send("PUT", f"/fs/write_file?path={target}", "Content-Length: 100000000", body=b"x" * 4 * MIB)
        eventually(lambda: writing(agent.process.pid, tmp_path))
        kill(agent)
    assert target.read_text() == "old" and os.listdir(tmp_path) == ["kept"]


def test_an_agent_killed_while_it_unpacks_leaves_the_target_as_it_was(tmp_path):
    tree, target = tmp_path / "tree", tmp_path / "target"
    for directory in (tree, target):
        directory.mkdir()
    (target / "kept").write_text("old")
    for number in range(96):
        (tree / str(number)).write_bytes(os.urandom(MIB))
    with OwnAgent() as agent:
        archive = agent.get("/fs/download_dir_zstd", params={"path": str(tree)}).content
        form = requests_form(target, archive)
        with RawClient(agent.url) as client:
            client.send(
                "POST", "/fs/upload_zstd", "Content-Type: multipart/form-data; boundary=b",
                f"Content-Length: {len(form)}", body=form)
            # A fast machine is done with it within a fifth of a second.
            eventually(lambda: hidden_entries(target), interval=0.001)
            kill(agent)
    # What was unpacked so far stays under a name of the agent's own, out of sight.
    assert [name for name in os.listdir(target) if not name.startswith(".guest-agent-")] == ["kept"]
    assert (target / "kept").read_text() == "old"
    with OwnAgent() as agent:
        again = agent.post("/fs/upload_zstd", data={"dest_path": str(target)}, files={"archive": ("a", archive)})
        assert again.status_code == 201 and len(list(target.glob("[0-9]*"))) == 96


def requests_form(target, archive):
    return (
        b'--b\r\nContent-Disposition: form-data; name="dest_path"\r\n\r\n' + str(target).encode()
        + b'\r\n--b\r\nContent-Disposition: form-data; name="archive"; filename="a"\r\n\r\n' + archive + b"\r\n--b--\r\n")


def hidden_entries(directory):
    return any(any(os.scandir(entry)) for entry in os.scandir(directory) if entry.name.startswith(".guest-agent-"))


def writing(pid, directory):
    """Whether the process has a file open that is being filled in that directory."""
    for name in os.listdir(f"/proc/{pid}/fd"):
        try:
            path = f"/proc/{pid}/fd/{name}"
            if os.readlink(path).startswith(str(directory)) and os.stat(path).st_size > MIB:
                return True
        except FileNotFoundError:
            continue
    return False


def kill(agent):
    agent.process.kill()
    agent.process.wait()


def test_an_agent_killed_while_commands_run_leaves_them_and_can_start_again(tmp_path):
    script = f"echo $$ > {tmp_path}/pid; sleep 1; echo done > {tmp_path}/done"
    with OwnAgent() as agent:
        spawned = agent.post("/process/spawn", json={"command": "sh", "args": ["-c", script]}).json()
        eventually(lambda: (tmp_path / "pid").exists())
        kill(agent)
    eventually(lambda: (tmp_path / "done").exists())
    with OwnAgent() as agent:
        assert agent.get(f"/process/{spawned['process_id']}/status").status_code == 404
        assert agent.post("/process/exec", json={"command": "true"}).ok
