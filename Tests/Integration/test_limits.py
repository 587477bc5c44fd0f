"""Limits of the listeners: what clients may hold at once, and how long they may take."""

import os
import re
import resource
import time

import pytest
from crowd import Crowd, everything
from own_agent import OwnAgent, stack_browser
from raw_http import RawClient
from waiting import eventually

HEALTH = b"GET /health HTTP/1.1\r\nHost: localhost\r\n\r\n"
#: A request that keeps its connection busy: the stream ends when the client leaves.
STREAM = b"GET /logs/stream?source=path&path=/etc/passwd HTTP/1.1\r\nHost: localhost\r\n\r\n"
UPLOAD = b"PUT /fs/write_file?path=/tmp/never HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100\r\n\r\nbegun"


def statuses(crowd):
    return [everything(member)[9:12] for member in crowd]


@pytest.fixture(scope="module")
def small():
    """An agent with few places."""
    with OwnAgent(
            CONNECTION_LIMIT="16", DEVTOOLS_CONNECTION_LIMIT="16", WEBDRIVER_CONNECTION_LIMIT="16",
            DEVTOOLS_UPSTREAM_ADDR=stack_browser()) as agent:
        yield agent


@pytest.fixture(scope="module")
def hasty():
    """An agent with little patience."""
    with OwnAgent(
            HEAD_TIMEOUT_SEC="1", KEEP_ALIVE_SEC="2", BODY_TIMEOUT_SEC="1", UNREAD_TIMEOUT_SEC="2",
            HEADER_LIMIT_KB="8") as agent:
        yield agent


@pytest.mark.parametrize("door", ["url", "cdp_url", "webdriver_url"])
def test_idle_connections_give_way(small, door):
    with Crowd(getattr(small, door)) as crowd:
        crowd.join(100)
        eventually(lambda: len(crowd.quiet()) <= 14)
        # The others are still there. Not always the last to come: the agent lets them in on several threads.
        assert len(crowd.quiet()) >= 8
        for member in crowd.quiet():
            member.sendall(HEALTH)
            assert member.recv(9) == b"HTTP/1.1 "
    assert small.get("/health").ok


def test_half_a_head_gives_way_and_is_told(small):
    with Crowd(small.url) as crowd:
        crowd.join(14, HEALTH[:10])
        # Until the agent has read that: a connection on which nothing has come is just closed.
        time.sleep(0.5)
        crowd.join(6, HEALTH[:10])
        eventually(lambda: len(crowd.quiet()) <= 14)
        assert b"503" in statuses(crowd.heard())
        assert small.get("/health").ok


def test_more_busy_connections_than_there_are_places_are_refused(small):
    with Crowd(small.url) as crowd:
        busy = crowd.join(14, STREAM)
        for member in busy:
            assert member.recv(12) == b"HTTP/1.1 200"
        refused = crowd.join(5, HEALTH)
        for member in refused:
            answer = everything(member)
            assert answer.startswith(b"HTTP/1.1 503 ") and b"\r\nRetry-After: 1\r\n" in answer
            assert b'"code":"unavailable"' in answer and b"the limit" in answer
        told = small.get(f"{small.metrics_url}/metrics").text
        assert int(re.search(r'connections_refused_total\{listener="api"\} (\d+)', told)[1]) >= 5
        # One client never gets all places: others are let in.
        assert small.get("/health").ok
        assert small.post("/process/exec", json={"command": "true"}).ok
        busy[0].close()
        eventually(lambda: statuses_of_next(crowd) == b"200")


def statuses_of_next(crowd):
    member = crowd.join(1, HEALTH)[0]
    return member.recv(12)[9:]


def test_a_relayed_websocket_keeps_its_place(small):
    handshake = (
        b"GET / HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
        b"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n")
    with Crowd(small.cdp_url) as crowd:
        for member in crowd.join(14, handshake):
            assert member.recv(12) == b"HTTP/1.1 101"
        assert statuses(crowd.join(3, HEALTH)) == [b"503"] * 3
    with Crowd(small.cdp_url) as crowd:
        eventually(lambda: statuses_of_next(crowd) != b"503")


@pytest.mark.parametrize("door", ["url", "cdp_url", "webdriver_url"])
def test_a_head_that_does_not_end_is_answered_408(hasty, door):
    with Crowd(getattr(hasty, door)) as crowd:
        begun = time.monotonic()
        slow = crowd.join(3, HEALTH[:-2])
        for member in slow:
            answer = everything(member)
            assert answer.startswith(b"HTTP/1.1 408 ") and b'"code":"request_timeout"' in answer
        assert time.monotonic() - begun >= 0.9


def test_a_connection_that_is_not_used_is_closed(hasty):
    with Crowd(hasty.url) as crowd:
        silent = crowd.join(1)[0]
        kept = crowd.join(1, HEALTH)[0]
        assert everything(silent) == b""
        assert everything(kept).count(b"HTTP/1.1 200") == 1


def test_a_body_that_stops_is_answered_408_and_leaves_nothing(hasty, tmp_path):
    target = tmp_path / "kept"
    target.write_text("old")
    with RawClient(hasty.url) as client:
        client.send("PUT", f"/fs/write_file?path={target}", "Content-Length: 100", body=b"begun")
        status, fields, body = client.answer()
        assert status == 408 and b"request_timeout" in body and fields["connection"] == "close"
        assert client.rest() == b""
    assert target.read_text() == "old" and os.listdir(tmp_path) == ["kept"]


def test_a_body_that_goes_on_slowly_is_taken(hasty, tmp_path):
    with RawClient(hasty.url) as client:
        client.send("PUT", f"/fs/write_file?path={tmp_path}/slow", "Content-Length: 6")
        for _ in range(6):
            time.sleep(0.4)
            client.socket.sendall(b"x")
        assert client.answer()[0] == 201


def test_work_may_take_longer_than_any_deadline(hasty):
    answer = hasty.post("/process/exec", json={"command": "sleep", "args": ["3"]})
    assert answer.json()["exit_code"] == 0


def test_a_client_that_takes_nothing_is_let_go(hasty, tmp_path):
    big = tmp_path / "big"
    with open(big, "wb") as file:
        file.truncate(1 << 30)
    descriptors = f"/proc/{hasty.process.pid}/fd"
    before = len(os.listdir(descriptors))
    with RawClient(hasty.url, receive_buffer=4096) as client:
        client.send("GET", f"/fs/read_file?path={big}")
        assert client.head()[0] == 200
        eventually(lambda: len(os.listdir(descriptors)) <= before, timeout=20)


@pytest.mark.parametrize("door", ["url", "cdp_url", "webdriver_url"])
def test_a_head_beyond_the_limit(hasty, door):
    with Crowd(getattr(hasty, door)) as crowd:
        head = b"GET /json HTTP/1.1\r\nHost: localhost\r\nX: " + b"x" * 9000 + b"\r\n\r\n"
        assert statuses(crowd.join(1, head)) == [b"431"]


def test_out_of_descriptors_connections_are_told_so():
    with OwnAgent() as agent:
        pid = agent.process.pid
        assert agent.get("/health").ok
        used = max(int(name) for name in os.listdir(f"/proc/{pid}/fd")) + 1
        limit = resource.prlimit(pid, resource.RLIMIT_NOFILE)
        resource.prlimit(pid, resource.RLIMIT_NOFILE, (used, limit[1]))
        with Crowd(agent.url) as crowd:
            waiting = crowd.join(20, HEALTH)
            answers = [everything_answered(member) for member in waiting]
            assert set(answers) <= {b"200", b"503"} and b"503" in answers
            # Neither dead nor spinning.
            assert agent.get("/health").ok
            assert processor_time(pid, seconds=1) < 0.5
        resource.prlimit(pid, resource.RLIMIT_NOFILE, limit)
        with Crowd(agent.url) as crowd:
            eventually(lambda: statuses_of_next(crowd) == b"200")


def everything_answered(member):
    """The status, whether or not the connection goes on."""
    try:
        return member.recv(12)[9:]
    except ConnectionError:
        return b"503"


def processor_time(pid, seconds):
    def used():
        with open(f"/proc/{pid}/stat") as stat:
            fields = stat.read().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    before = used()
    time.sleep(seconds)
    return used() - before


def test_few_descriptors_mean_few_connections():
    def limited():
        resource.setrlimit(resource.RLIMIT_NOFILE, (256, 256))

    with OwnAgent(preexec_fn=limited) as agent, Crowd(agent.url) as crowd:
        crowd.join(300)
        eventually(lambda: len(crowd.quiet()) < 60)
        assert agent.get("/health").ok
        assert agent.post("/process/exec", json={"command": "true"}).ok


def test_commands_get_the_limit_the_agent_was_started_with():
    def limited():
        resource.setrlimit(resource.RLIMIT_NOFILE, (300, 4000))

    with OwnAgent(preexec_fn=limited) as agent:
        assert resource.prlimit(agent.process.pid, resource.RLIMIT_NOFILE) == (4000, 4000)
        answer = agent.post("/process/exec", json={"command": "sh", "args": ["-c", "ulimit -n; ulimit -Hn"]}).json()
        assert answer["stdout_b64"] == "MzAwCjQwMDAK"


def test_a_listener_answers_while_strangers_hold_all_they_can_get(small):
    with Crowd(small.url) as crowd:
        crowd.join(40, UPLOAD)
        begun = time.monotonic()
        assert small.get("/health").ok
        assert time.monotonic() - begun < 5


def test_connections_that_had_to_go_leave_nothing_behind(small):
    with Crowd(small.url) as crowd:
        crowd.join(50)
        eventually(lambda: len(crowd.quiet()) <= 14)
    small.close()
    eventually(lambda: not connections_of(small))


def connections_of(agent):
    """Sockets that are connections, not listeners."""
    directory = f"/proc/{agent.process.pid}/fd"
    inodes = set()
    for name in os.listdir(directory):
        try:
            target = os.readlink(f"{directory}/{name}")
        except FileNotFoundError:
            continue
        if target.startswith("socket:["):
            inodes.add(target[8:-1])
    with open(f"/proc/{agent.process.pid}/net/tcp") as table:
        rows = [line.split() for line in table.read().splitlines()[1:]]
    local = f":{int(agent.url.rsplit(':', 1)[1]):04X}"
    return [row for row in rows if row[1].endswith(local) and row[3] == "01" and row[9] in inodes]
