"""A machine that is in use is not put to sleep."""

import os
import socket
import subprocess
import uuid
from contextlib import contextmanager

import pytest
from control_file import ControlFile
from own_agent import OwnAgent, stack_browser
from websockets.sync.client import connect

#: Of a network for tests between machines (RFC 2544), so that it is nobody's.
ELSEWHERE = "198.18.31.1"
COOLDOWN = 0.3
#: Requests that the machine sends to an address of its own are let in with a token only.
TOKEN = "token-of-these-tests-0123456789"
WITH_TOKEN = {"Authorization": f"Bearer {TOKEN}"}


@pytest.fixture(scope="module")
def elsewhere():
    """An address of this machine that is none of loopback's, so that its callers count as those of another machine."""
    if os.geteuid() != 0:
        pytest.skip("only root can give the machine another address")
    subprocess.run(["ip", "address", "replace", f"{ELSEWHERE}/32", "dev", "lo"], check=True)
    yield ELSEWHERE
    subprocess.run(["ip", "address", "del", f"{ELSEWHERE}/32", "dev", "lo"], check=True)


@contextmanager
def machine(control, **settings):
    settings = {
        "SCALE_TO_ZERO_FILE": str(control), "SCALE_TO_ZERO_COOLDOWN": f"{int(COOLDOWN * 1000)}ms",
        "BIND_ADDRESS": "0.0.0.0", "ACCESS_TOKEN": TOKEN,
        "DEVTOOLS_UPSTREAM_ADDR": stack_browser()} | settings
    with OwnAgent(**settings) as agent:
        agent.headers.update(WITH_TOKEN)
        agent.near, agent.far = agent.url, agent.url.replace("127.0.0.1", ELSEWHERE)
        yield agent


@pytest.fixture
def control(tmp_path):
    with ControlFile(tmp_path / "control") as control:
        yield control


@pytest.fixture
def agent(elsewhere, control, tmp_path):
    with machine(control.path, OUTPUT_DIR=str(tmp_path)) as agent:
        agent.post("/scaletozero/enable")
        assert control.orders == "", "callers on the machine itself do not count"
        yield agent


def test_a_client_keeps_it_awake_and_for_a_while_after(agent, control):
    agent.url = agent.far
    assert agent.get("/health").ok
    assert control.orders == "+", "told before the answer"
    assert agent.get("/health").ok
    control.expect("+-")


def test_callers_on_the_machine_do_not(agent, control):
    assert agent.get("/health").ok
    control.stays("", COOLDOWN)


def test_a_stream_does_as_long_as_it_is_open(agent, control):
    agent.url = agent.far
    with agent.get("/logs/stream?source=path&path=/etc/hostname&follow=true", stream=True):
        control.stays("+", 3 * COOLDOWN)
    control.expect("+-")


def test_a_client_of_the_browser_does(agent, control):
    with connect(f"ws://{ELSEWHERE}:{agent.settings['DEVTOOLS_PROXY_PORT']}", max_size=None,
                 additional_headers=WITH_TOKEN) as client:
        client.send('{"id": 1, "method": "Browser.getVersion"}')
        assert "protocolVersion" in client.recv(30)
        control.stays("+", 3 * COOLDOWN)
    control.expect("+-")


def test_an_answer_that_is_still_on_its_way_does(agent, control, tmp_path):
    (tmp_path / "page").write_bytes(os.urandom(300_000))
    with socket.socket() as client:
        # So little that the answer waits in the agent's kernel.
        client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        client.connect((ELSEWHERE, int(agent.url.rsplit(":")[-1])))
        client.sendall(f"GET /fs/read_file?path={tmp_path}/page HTTP/1.1\r\nHost: {ELSEWHERE}\r\n"
                       f"Authorization: {WITH_TOKEN['Authorization']}\r\n\r\n".encode())
        control.stays("+", 3 * COOLDOWN)
        received = 0
        while received < 300_000:
            received += len(client.recv(65536))
        control.expect("+-")


def test_a_spawned_process_does(agent, control):
    process = agent.post("/process/spawn", json={"command": "sleep", "args": ["60"]}).json()["process_id"]
    control.stays("+", 2 * COOLDOWN)
    agent.post(f"/process/{process}/kill", json={"signal": "KILL"})
    control.expect("+-")


def test_a_recording_does(agent, control):
    recording = {"id": f"awake-{uuid.uuid4().hex[:8]}"}
    assert agent.post("/recording/start", json=recording).status_code == 201
    control.stays("+", 2 * COOLDOWN)
    agent.post("/recording/stop", json=recording)
    control.expect("+-")


def test_the_pin_is_one_however_often_it_is_set(agent, control):
    for _ in range(2):
        assert agent.post("/scaletozero/disable").status_code == 204
    agent.url = agent.far
    assert agent.get("/health").ok
    agent.url = agent.near
    control.stays("+", 2 * COOLDOWN)
    for _ in range(2):
        assert agent.post("/scaletozero/enable").status_code == 204
    control.expect("+-")


def test_an_agent_that_stops_takes_its_orders_back(agent, control):
    assert agent.post("/scaletozero/disable").status_code == 204
    agent.process.terminate()
    assert agent.process.wait(15) == 0
    assert control.orders == "+-"


def test_a_platform_that_cannot_be_told_is_an_error_of_the_request(elsewhere, tmp_path):
    with machine(tmp_path) as agent:
        assert agent.get("/health").ok
        refusal = agent.post("/scaletozero/disable")
        assert refusal.status_code == 500
        assert str(tmp_path) in refusal.json()["message"]
        agent.url = agent.far
        assert agent.get("/health").status_code == 500


def test_without_a_control_file_nothing_is_told(elsewhere, tmp_path):
    with machine(tmp_path / "none") as agent:
        agent.url = agent.far
        assert agent.get("/health").ok
        assert agent.post("/scaletozero/disable").status_code == 204
        assert list(tmp_path.iterdir()) == []
