"""The VM: it boots, its settings arrive, and saved it goes on where it was."""

import io
import json
import os
import time

import pytest
import requests
from inside import run
from PIL import Image
from virtual_machine import ROOT, VirtualMachine
from waiting import PATIENCE, eventually
from websockets.sync.client import connect

pytestmark = pytest.mark.skipif(
    not (ROOT / ".build/vm/disk.raw").exists(), reason="there is no VM: `make e2e-vm` makes it")

#: With an emulated processor Chromium takes minutes to start.
BOOT = float(os.environ.get("VM_BOOT_SEC", "600"))


@pytest.fixture(scope="module")
def machine(tmp_path_factory):
    state = tmp_path_factory.mktemp("vm")
    with VirtualMachine(state, WIDTH="1024", HEIGHT="768", BROWSER_MODE="kiosk") as machine:
        eventually(machine.answers, timeout=BOOT / PATIENCE, interval=0.05)
        yield machine


@pytest.fixture(scope="module")
def ready_machine(machine):
    eventually(lambda: machine.answers("/ready", timeout=30), timeout=BOOT / PATIENCE, interval=1)
    return machine


def browser_version(machine) -> str:
    """A DevTools round trip."""
    endpoint = requests.get(f"{machine.cdp_url}/json/version", timeout=60 * PATIENCE).json()["webSocketDebuggerUrl"]
    with connect(endpoint, compression=None, open_timeout=60 * PATIENCE) as socket:
        socket.send(json.dumps({"id": 1, "method": "Browser.getVersion"}))
        return json.loads(socket.recv(timeout=60 * PATIENCE))["result"]["product"]


def clock(machine) -> float:
    return float(run(machine, "date +%s.%N"))


def test_settings_arrive_from_the_kernels_command_line(machine):
    answer = eventually(lambda: (found := machine.post("/computer/screenshot")).status_code == 200 and found, timeout=60)
    assert Image.open(io.BytesIO(answer.content)).size == (1024, 768)


def test_commands_run_and_files_go_both_ways(machine):
    assert run(machine, "id -u kernel") == "1000"
    content = os.urandom(1 << 20)
    assert machine.put("/fs/write_file", params={"path": "/tmp/file"}, data=content).status_code == 201
    assert machine.get("/fs/read_file", params={"path": "/tmp/file"}).content == content


def test_a_recording(machine, tmp_path):
    assert machine.post("/recording/start", json={"id": "vm", "framerate": 5}).status_code == 201
    eventually(lambda: machine.get("/recording/download", params={"id": "vm"}).status_code == 200, timeout=60)
    assert machine.post("/recording/stop", json={"id": "vm"}).status_code == 200
    video = machine.get("/recording/download", params={"id": "vm"})
    assert video.content[4:8] == b"ftyp"


def test_a_full_disk_leaves_the_agent_answering(machine):
    run(machine, "fallocate --length $(($(stat --file-system --format '%a * %S' /))) /ballast")
    full = machine.put("/fs/write_file", params={"path": "/root/more"}, data=bytes(1 << 20))
    assert full.status_code == 507
    assert machine.get("/health").status_code == 200
    assert machine.post("/computer/screenshot").status_code == 200
    run(machine, "rm /ballast")
    assert machine.put("/fs/write_file", params={"path": "/root/more"}, data=bytes(1 << 20)).status_code == 201


def test_clients_commands_do_not_inherit_the_agents_protection(machine):
    agent = run(machine, "pgrep --oldest --exact guest-agent")
    assert run(machine, f"cat /proc/{agent}/oom_score_adj") == "-900"
    assert run(machine, "cat /proc/self/oom_score_adj") == "0"


def test_the_browser(ready_machine):
    assert browser_version(ready_machine).startswith("Chrome")


def test_a_saved_machine_goes_on_where_it_was(ready_machine):
    """Saved, left to itself for a while, put back; nobody has prepared it."""
    machine = ready_machine
    assert machine.post("/recording/start", json={"id": "across", "framerate": 5}).status_code == 201
    agent = run(machine, "supervisorctl --serverurl unix:///run/supervisor.sock pid guest-agent")
    before = clock(machine)
    machine.save("here")
    machine.monitor.execute("cont")
    eventually(lambda: machine.answers(timeout=60), timeout=60)
    run(machine, "touch /tmp/after-the-save")
    machine.restore("here")
    began = time.monotonic()
    machine.monitor.execute("cont")
    assert requests.get(f"{machine.url}/health", timeout=60 * PATIENCE).status_code == 200
    elapsed = time.monotonic() - began
    print(f"from the restore to the first answer: {elapsed * 1000:.0f} ms")

    # It is the machine that was saved, not the one that went on, and its clock is in the past.
    assert run(machine, "ls /tmp/after-the-save 2>/dev/null || echo none") == "none"
    assert run(machine, "supervisorctl --serverurl unix:///run/supervisor.sock pid guest-agent") == agent
    assert clock(machine) >= before
    assert browser_version(machine).startswith("Chrome")
    step_clock(machine)
    assert machine.get("/health").status_code == 200
    assert browser_version(machine).startswith("Chrome")

    # What was being recorded ends as a file that plays.
    assert machine.post("/recording/stop", json={"id": "across"}).status_code == 200
    video = machine.get("/recording/download", params={"id": "across"})
    assert video.status_code == 200 and b"moov" in video.content[:4096]


def step_clock(machine) -> None:
    """As a platform does after a restore: to the time that it is."""
    run(machine, f"date --set @{time.time()}")
    assert abs(clock(machine) - time.time()) < 30


def test_a_saved_machine_starts_in_another_process(ready_machine, tmp_path):
    """As platforms do: the state is read from a file by a new virtual machine."""
    machine = ready_machine
    machine.save("elsewhere")
    machine.monitor.execute("quit")
    machine.process.wait(30)
    with VirtualMachine(machine.state, "-loadvm", "elsewhere", WIDTH="1024", HEIGHT="768", BROWSER_MODE="kiosk") as again:
        eventually(again.answers, timeout=60, interval=0.01)
        assert browser_version(again).startswith("Chrome")


def test_an_address_by_dhcp_and_a_token_from_the_configuration_disk(tmp_path):
    token = tmp_path / "token"
    token.write_text("from-the-disk-0123456789\n")
    with VirtualMachine(tmp_path, NETWORK="dhcp", ACCESS_TOKEN_FILE=str(token)) as machine:
        eventually(machine.answers, timeout=BOOT / PATIENCE, interval=0.05)
        assert machine.status("/recording/list") == 401
        machine.headers["Authorization"] = "Bearer from-the-disk-0123456789"
        assert machine.status("/recording/list") == 200
        assert "10.0.2." in run(machine, "ip -4 -oneline address show scope global")
        assert "guestagent" not in run(machine, "cat /proc/cmdline")
