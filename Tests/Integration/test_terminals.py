"""Terminals over WebSocket, as any client sees them."""

import contextlib
import json
import socket
import time
from pathlib import Path

import pytest
from test_processes import has_exited, spawn, status, text, write
from waiting import eventually
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import connect


def address(agent_url, process, query=""):
    return f"{agent_url.replace('http', 'ws', 1)}/process/{process}/attach{query}"


class Client:
    """One attached client: what it has seen, its exit message and the code it was closed with."""

    def __init__(self, connection):
        self.connection = connection
        self.seen = b""
        self.exit = None
        self.code = None

    def type(self, keys):
        self.connection.send(keys if isinstance(keys, bytes) else keys.encode())

    def resize(self, rows, columns):
        self.connection.send(json.dumps({"type": "resize", "rows": rows, "cols": columns}))

    def receive(self, timeout):
        """Takes one message. False at the end."""
        try:
            message = self.connection.recv(timeout)
        except ConnectionClosed as closed:
            self.code = closed.rcvd.code if closed.rcvd else None
            return False
        assert self.exit is None, "something came behind the exit message"
        if isinstance(message, str):
            self.exit = json.loads(message)
        else:
            assert len(message) <= 32 * 1024
            self.seen += message
        return True

    def until(self, expected, timeout=20):
        deadline = time.monotonic() + timeout
        while expected not in self.seen:
            assert self.receive(max(deadline - time.monotonic(), 0.01)), f"ended: {self.seen[-300:]!r}"
        return self

    def to_the_end(self, timeout=60):
        while self.receive(timeout):
            pass
        return self


@pytest.fixture
def attach(agent_url):
    with contextlib.ExitStack() as connections:
        def attach(process, query="", **options):
            options.setdefault("compression", None)
            return Client(connections.enter_context(connect(address(agent_url, process, query), **options)))

        yield attach


def terminal(api, command, *arguments, **fields):
    return spawn(api, command, *arguments, allocate_tty=True, **fields)


def names_of_children(pid):
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return [Path(f"/proc/{child}/comm").read_text().strip() for child in children]


def is_free(agent_url, process):
    try:
        with connect(address(agent_url, process)):
            return True
    except InvalidStatus:
        return False


def finish(api, process):
    api.post(f"/process/{process}/kill", json={"signal": "KILL"})
    eventually(lambda: has_exited(api, process))


def test_it_is_a_controlling_terminal_of_the_size_asked_for(api, attach):
    process = terminal(api, "sh", "-c", "tty; stty size; echo $TERM; cat < /dev/tty", rows=31, cols=97, env={"TERM": "vt100"})
    client = attach(process).until(b"vt100\r\n")
    name, size = client.seen.split()[:3][0], client.seen.split()[1:3]
    assert name.startswith(b"/dev/pts/")
    assert size == [b"31", b"97"]
    client.type("typed\n")
    client.until(b"typed\r\ntyped\r\n")
    client.type(b"\x04")
    client.to_the_end()
    assert (client.exit, client.code) == ({"type": "exit", "exitCode": 0}, 1000)


def test_without_a_size_it_is_that_of_any_terminal(api, attach):
    assert attach(terminal(api, "stty", "size")).to_the_end().seen == b"24 80\r\n"


def test_resizing_by_message_and_by_endpoint(api, attach):
    process = terminal(api, "bash", "--norc")
    client = attach(process)
    client.resize(40, 100)
    client.type("stty size\n")
    client.until(b"40 100\r\n")
    assert api.post(f"/process/{process}/resize", json={"rows": 50, "cols": 132}).json() == {"ok": True}
    client.type("stty size\n")
    client.until(b"50 132\r\n")
    client.seen = b""
    for nonsense in ['{"type": "resize"}', '{"type": "resize", "rows": 0, "cols": 1}', "{", "[]", '{"type": "x"}',
                     '{"type": "resize", "rows": 70000, "cols": 1}', '{"type": "resize", "rows": "1", "cols": 1}']:
        client.connection.send(nonsense)
    client.type("stty size; echo still $((40 + 2))\n")
    client.until(b"50 132\r\nstill 42\r\n")
    client.type("exit 3\n")
    assert client.to_the_end().exit == {"type": "exit", "exitCode": 3}


@pytest.mark.same_machine("looks at processes beside the agent")
def test_control_c_interrupts_what_runs_in_the_foreground(api, attach):
    process = terminal(api, "sh", "-c", "sleep 300; echo unreachable")
    client = attach(process)
    # A shell that is still starting its command may swallow the interrupt.
    pid = next(entry["pid"] for entry in api.get("/process").json() if entry["process_id"] == process)
    eventually(lambda: names_of_children(pid) == ["sleep"])
    client.type(b"\x03")
    client.to_the_end()
    assert client.exit == {"type": "exit", "exitCode": -1, "signal": "INT"}
    assert b"unreachable" not in client.seen


def test_the_tail_and_the_exit_message_always_arrive(api, attach):
    expected = b"".join(b"%d\r\n" % number for number in range(1, 2001))
    for run in range(100):
        process = terminal(api, "sh", "-c", f"seq 1 2000; exit {run}")
        if run % 3 == 2:
            eventually(lambda: has_exited(api, process))
        client = attach(process).to_the_end()
        assert client.seen == expected
        assert (client.exit, client.code) == ({"type": "exit", "exitCode": run}, 1000)


def test_megabytes_arrive_whole(api, attach):
    process = terminal(api, "sh", "-c", "stty raw; echo ready; read line; head -c 20000000 /dev/zero | tr '\\0' x")
    client = attach(process, max_size=None).until(b"ready\n")
    client.seen = b""
    client.type("\n")
    pieces = []
    while True:
        try:
            message = client.connection.recv(30)
        except ConnectionClosed:
            break
        if isinstance(message, bytes):
            pieces.append(message)
    output = b"".join(pieces)
    assert output.lstrip(b"\n\r").count(b"x") == 20_000_000


def test_a_slow_client_makes_the_program_wait_and_loses_nothing(api, attach):
    # More than the agent, the kernel and the client's library hold together.
    process = terminal(api, "sh", "-c", "stty -opost; seq 1 3000000; echo end")
    client = attach(process)
    # Nothing is read for as long as the program could have ended ten times.
    time.sleep(1.5)
    assert not has_exited(api, process)
    client.to_the_end()
    assert client.seen == b"".join(b"%d\n" % number for number in range(1, 3_000_001)) + b"end\n"
    assert client.exit["exitCode"] == 0


def test_a_shell_survives_detaching_and_shows_what_nobody_has_seen(api, attach):
    process = terminal(api, "bash", "--norc")
    client = attach(process)
    client.type("echo one $((1 + 1)); sleep 0.3; echo two $((2 + 2))\n")
    client.until(b"one 2\r\n")
    client.connection.close()
    assert status(api, process)["state"] == "running"
    again = attach(process).until(b"two 4\r\n")
    assert b"one 2\r\n" not in again.seen
    again.connection.close()
    everything = attach(process, "?replay=all").until(b"two 4\r\n")
    assert b"one 2\r\n" in everything.seen
    everything.type("exit 5\n")
    assert everything.to_the_end().exit == {"type": "exit", "exitCode": 5}
    # Also after the end, for as long as the process is known.
    late = attach(process, "?replay=all").to_the_end()
    assert b"two 4\r\n" in late.seen
    assert (late.exit["exitCode"], late.code) == (5, 1000)


def test_nobody_attached_does_not_stop_the_program(api, attach):
    process = terminal(api, "sh", "-c", "seq 1 500000; exit 4")
    eventually(lambda: has_exited(api, process), timeout=30)
    client = attach(process).to_the_end()
    assert client.seen.endswith(b"499999\r\n500000\r\n")
    assert len(client.seen) == 1 << 20
    assert client.exit["exitCode"] == 4


def test_the_second_client_is_refused_unless_it_takes_over(api, agent_url, attach):
    process = terminal(api, "cat")
    first = attach(process)
    first.type("hello\n")
    first.until(b"hello\r\nhello\r\n")
    with pytest.raises(InvalidStatus) as refusal:
        connect(address(agent_url, process))
    assert refusal.value.response.status_code == 409
    assert json.loads(refusal.value.response.body)["type"] == "error"
    second = attach(process, "?takeover=true")
    assert first.to_the_end().code == 4001
    second.type("again\n")
    second.until(b"again\r\nagain\r\n")
    second.connection.close()
    # The place is free as soon as its holder has gone.
    eventually(lambda: is_free(agent_url, process))
    finish(api, process)


def test_onlookers_see_and_type_nothing(api, attach):
    process = terminal(api, "cat")
    holder, onlooker = attach(process), attach(process, "?readonly=true")
    onlooker.type("ignored\n")
    holder.type("typed\n")
    holder.until(b"typed\r\ntyped\r\n")
    onlooker.until(b"typed\r\ntyped\r\n")
    assert b"ignored" not in holder.seen
    finish(api, process)
    for client in (holder, onlooker):
        assert client.to_the_end().exit == {"type": "exit", "exitCode": -1, "signal": "KILL"}


def test_refusals_before_the_upgrade(api, agent_url):
    pipes = spawn(api, "sleep", "60")
    cases = [(pipes, "", 400), ("not-a-uuid", "", 400), ("00000000-0000-4000-8000-000000000000", "", 404)]
    held = terminal(api, "cat")
    cases += [(held, "?replay=some", 400), (held, "?takeover=perhaps", 400)]
    for process, query, expected in cases:
        with pytest.raises(InvalidStatus) as refusal:
            connect(address(agent_url, process, query))
        assert refusal.value.response.status_code == expected
        assert json.loads(refusal.value.response.body)["type"] == "error"
    assert api.get(f"/process/{held}/attach").status_code == 426
    # A request that came to nothing does not hold the terminal.
    eventually(lambda: is_free(agent_url, held))
    finish(api, held)
    finish(api, pipes)


def test_a_message_over_the_limit_closes_with_1009(api, attach):
    process = terminal(api, "sleep", "60")
    client = attach(process)
    client.type(bytes((1 << 20) + 1))
    assert client.to_the_end().code == 1009
    assert not has_exited(api, process)
    finish(api, process)


def test_a_client_that_vanishes_frees_the_terminal(api, agent_url, attach):
    process = terminal(api, "cat")
    client = attach(process)
    client.connection.socket.shutdown(socket.SHUT_RDWR)

    eventually(lambda: is_free(agent_url, process))
    finish(api, process)


def test_input_and_output_work_without_a_websocket_too(api):
    process = terminal(api, "sh", "-c", "read line; echo got $line; cat")
    assert write(api, process, b"words\n").json() == {"written_bytes": 6}
    assert api.post(f"/process/{process}/stdin", json={"eof": True}).status_code == 200
    assert b"got words\r\n" in text(api, process)


@pytest.mark.same_machine("looks at processes beside the agent")
def test_full_screen_programs_draw_their_screens(api, attach, tmp_path):
    process = terminal(api, "vi", str(tmp_path / "note"), rows=24, cols=80)
    client = attach(process).until(b"\x1b[")
    client.type("ihello from vi\x1b:wq\r")
    assert client.to_the_end().exit["exitCode"] == 0
    assert (tmp_path / "note").read_text() == "hello from vi\n"
    client = attach(terminal(api, "top", "-d", "0.2", rows=24, cols=80)).until(b"load average").until(b"PID")
    client.type("q")
    assert client.to_the_end().exit["exitCode"] == 0
