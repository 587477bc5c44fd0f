"""What becomes of processes when the agent stops: an agent of the test's own, started and stopped."""

import os
import signal
from pathlib import Path

import pytest
import requests
from own_agent import OwnAgent
from waiting import eventually
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import connect


def spawn(url, command, *arguments, **fields):
    body = {"command": command, "args": arguments, **fields}
    answer = requests.post(f"{url}/process/spawn", json=body, timeout=10).json()
    return answer["process_id"], answer["pid"]


def is_alive(pid):
    try:
        with open(f"/proc/{pid}/stat") as stat:
            return stat.read().rsplit(")", 1)[1].split()[0] != "Z"
    except FileNotFoundError:
        return False


def stop(process):
    process.send_signal(signal.SIGTERM)
    assert process.wait(10) == 0


@pytest.mark.parametrize("script", ["sleep 300", "trap '' TERM; sleep 300; sleep 300"])
def test_they_are_ended_with_their_groups(script):
    with OwnAgent() as agent:
        url, process = agent.url, agent.process
        _, pid = spawn(url, "sh", "-c", f"{script} & wait")
        children = Path(f"/proc/{pid}/task/{pid}/children")
        eventually(lambda: children.read_text().split())
        child = int(children.read_text().split()[0])
        stop(process)
        eventually(lambda: not is_alive(pid) and not is_alive(child))


def test_they_are_left_when_so_configured():
    with OwnAgent(LEAVE_PROCESSES="true") as agent:
        url, process = agent.url, agent.process
        _, pid = spawn(url, "sleep", "300")
        try:
            stop(process)
            assert is_alive(pid)
        finally:
            os.kill(pid, signal.SIGKILL)


def test_clients_at_terminals_are_told_that_the_agent_goes():
    with OwnAgent() as agent:
        url, process = agent.url, agent.process
        terminal, _ = spawn(url, "cat", allocate_tty=True)
        with connect(f"{url.replace('http', 'ws', 1)}/process/{terminal}/attach") as client:
            client.send(b"x")
            assert client.recv(10) == b"x"
            process.send_signal(signal.SIGTERM)
            with pytest.raises(ConnectionClosed) as closed:
                client.recv(10)
            assert closed.value.rcvd.code == 1001
        assert process.wait(10) == 0


def test_open_streams_end():
    with OwnAgent() as agent:
        url, process = agent.url, agent.process
        running, _ = spawn(url, "sleep", "300")
        with requests.get(f"{url}/process/{running}/stdout/stream", stream=True, timeout=10) as stream:
            process.send_signal(signal.SIGTERM)
            assert stream.content == b""
        assert process.wait(10) == 0
