"""Faults: what stops working, what goes on, and that it comes back by itself."""

import os
import signal
import socket
import time
from urllib.parse import urlsplit

import requests
from waiting import eventually


def kill_and_wait(stack, program):
    pid = stack.pids(program)[0]
    os.kill(pid, signal.SIGKILL)
    eventually(lambda: pid not in stack.pids(program))


def test_the_x_server_dies_and_comes_back(api, stack):
    agent = stack.agent_pid
    program = next(name for name in ("Xorg", "Xvfb") if stack.pids(name))
    os.kill(stack.pids(program)[0], signal.SIGKILL)
    statuses = set()
    # The supervisor is quick: what a client sees meanwhile is 503, never anything else.
    deadline = time.monotonic() + 30
    while True:
        answer = api.post("/computer/screenshot")
        statuses.add(answer.status_code)
        assert api.get("/health").status_code == 200
        if answer.status_code == 200 and 503 in statuses:
            break
        assert time.monotonic() < deadline, f"saw only {statuses}"
    assert statuses == {200, 503}
    eventually(lambda: api.get("/ready").status_code == 200, timeout=30, interval=0.2)
    assert api.post("/computer/click_mouse", json={"x": 5, "y": 5}).status_code == 200
    assert stack.agent_pid == agent and os.path.exists(f"/proc/{agent}")


def test_chromium_is_killed_and_9222_works_again(api, cdp_url, stack):
    before = requests.get(f"{cdp_url}/json/version", timeout=10).json()["webSocketDebuggerUrl"]
    kill_and_wait(stack, "chromium")
    # Held until the new one is ready, then answered: a client needs no retry.
    after = requests.get(f"{cdp_url}/json/version", timeout=30)
    assert after.status_code == 200
    assert after.json()["webSocketDebuggerUrl"] != before
    assert after.json()["webSocketDebuggerUrl"].startswith(cdp_url.replace("http", "ws", 1))
    eventually(lambda: api.get("/ready").status_code == 200, timeout=30, interval=0.2)


def test_chromedriver_is_killed_and_9224_works_again(webdriver_url, stack):
    kill_and_wait(stack, "chromedriver")

    def answers():
        answer = requests.get(f"{webdriver_url}/status", timeout=10)
        assert answer.status_code in (200, 502, 503)
        return answer.status_code == 200

    eventually(answers, timeout=20, interval=0.1)


def test_an_upload_cut_off_leaves_the_old_file_and_nothing_else(agent_url, tmp_path):
    target = tmp_path / "kept"
    target.write_text("old")
    address = urlsplit(agent_url)
    for head in (b"Content-Length: 1000000\r\n\r\n", b"Transfer-Encoding: chunked\r\n\r\n5\r\nabcde\r\n"):
        with socket.create_connection((address.hostname, address.port), timeout=5) as connection:
            connection.sendall(
                f"PUT /fs/write_file?path={target} HTTP/1.1\r\nHost: localhost\r\n".encode() + head + b"x" * 5000)
            time.sleep(0.1)
        eventually(lambda: os.listdir(tmp_path) == ["kept"])
        assert target.read_text() == "old"


def test_a_download_nobody_reads_costs_no_memory(agent_url, api, stack, tmp_path):
    big = tmp_path / "big"
    with open(big, "wb") as file:
        file.truncate(512 << 20)
    before = resident(stack.agent_pid)
    address = urlsplit(agent_url)
    readers = [socket.create_connection((address.hostname, address.port)) for _ in range(8)]
    try:
        for reader in readers:
            reader.sendall(f"GET /fs/read_file?path={big} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode())
            assert reader.recv(12) == b"HTTP/1.1 200"
        assert api.get("/health").status_code == 200
        assert resident(stack.agent_pid) - before < 32
    finally:
        for reader in readers:
            reader.close()


def test_a_command_ends_when_its_client_leaves(agent_url, stack):
    address = urlsplit(agent_url)
    with socket.create_connection((address.hostname, address.port)) as connection:
        body = b'{"command": "sh", "args": ["-c", "sleep 1000 & sleep 1000"]}'
        connection.sendall(
            b"POST /process/exec HTTP/1.1\r\nHost: localhost\r\nContent-Length: %d\r\n\r\n" % len(body) + body)
        child = eventually(stack.agent_children)[0]
    eventually(lambda: not stack.agent_children())
    eventually(lambda: not group_exists(child))


def test_descriptors_and_threads_return_to_where_they_were(api, agent_url, cdp_url, stack, tmp_path):
    def work():
        for _ in range(20):
            assert api.post("/process/exec", json={"command": "true"}).status_code == 200
            assert api.put("/fs/write_file", params={"path": f"{tmp_path}/f"}, data=b"x").status_code == 201
            assert api.post("/computer/screenshot").status_code == 200
            assert requests.get(f"{cdp_url}/json/list", timeout=10).status_code == 200
            follower = api.get("/logs/stream", params={"source": "path", "path": f"{tmp_path}/f"}, stream=True)
            assert follower.status_code == 200
            follower.close()

    work()
    baseline = eventually(lambda: stack.agent_descriptors())
    work()
    eventually(lambda: stack.agent_descriptors() <= baseline + 2)
    assert not stack.agent_children()


def resident(pid):
    with open(f"/proc/{pid}/status") as status:
        return next(int(line.split()[1]) for line in status if line.startswith("VmRSS:")) / 1024


def group_exists(group):
    try:
        os.killpg(group, 0)
        return True
    except ProcessLookupError:
        return False
