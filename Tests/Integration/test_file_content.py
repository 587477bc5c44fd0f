"""Reading files over HTTP: ranges, conditions, HEAD, and readers that misbehave."""

import os
import time
from urllib.parse import quote

import pytest
from raw_http import RawClient
from waiting import eventually

MIB = 1 << 20
READ = "/fs/read_file?path="


@pytest.fixture(scope="module")
def big(tmp_path_factory):
    """32 MiB in which every position is recognisable, long settled."""
    path = tmp_path_factory.mktemp("content") / "big"
    path.write_bytes(b"".join(number.to_bytes(8, "big") for number in range(32 * MIB // 8)))
    return path


@pytest.fixture
def ten(tmp_path):
    path = tmp_path / "ten"
    path.write_bytes(b"0123456789")
    return path


def settled(api, path):
    """The headers of a file once its tag is strong."""
    def headers():
        answer = api.head(READ + str(path))
        return None if answer.headers["ETag"].startswith("W/") else answer.headers
    return eventually(headers, timeout=10, interval=0.2)


@pytest.mark.parametrize("field, status, content_range, body", [
    ("bytes=0-0", 206, "bytes 0-0/10", b"0"),
    ("bytes=2-5", 206, "bytes 2-5/10", b"2345"),
    ("bytes=7-", 206, "bytes 7-9/10", b"789"),
    ("bytes=-3", 206, "bytes 7-9/10", b"789"),
    ("bytes=-30", 206, "bytes 0-9/10", b"0123456789"),
    ("bytes=5-500", 206, "bytes 5-9/10", b"56789"),
    ("bytes=10-", 416, "bytes */10", None),
    ("bytes=-0", 416, "bytes */10", None),
    ("bytes=5-2", 200, None, b"0123456789"),
    ("bytes=0-1,4-5", 200, None, b"0123456789"),
    ("lines=0-1", 200, None, b"0123456789"),
    ("nonsense", 200, None, b"0123456789"),
])
def test_ranges(api, ten, field, status, content_range, body):
    answer = api.get(READ + str(ten), headers={"Range": field})
    assert answer.status_code == status
    assert answer.headers.get("Content-Range") == content_range
    if body is None:
        assert answer.json()["code"] == "range_not_satisfiable"
        assert "10 bytes" in answer.json()["message"]
    else:
        assert answer.content == body


@pytest.mark.parametrize("first, last", [
    (0, 32 * MIB - 1), (1, 1), (MIB - 3, 5 * MIB + 7), (31 * MIB, 32 * MIB - 1), (65535, 65536),
])
def test_ranges_of_a_large_file(api, big, first, last):
    answer = api.get(READ + str(big), headers={"Range": f"bytes={first}-{last}"})
    assert answer.status_code == 206
    assert answer.headers["Content-Length"] == str(last - first + 1)
    assert answer.content == big.read_bytes()[first:last + 1]


def test_an_empty_file_has_no_ranges(api, tmp_path):
    (tmp_path / "empty").touch()
    assert api.get(f"{READ}{tmp_path}/empty").content == b""
    assert api.get(f"{READ}{tmp_path}/empty", headers={"Range": "bytes=0-"}).status_code == 416


def test_what_the_client_has_is_not_sent_again(api, ten):
    headers = settled(api, ten)
    tag, date = headers["ETag"], headers["Last-Modified"]
    for condition in ({"If-None-Match": tag}, {"If-None-Match": f'"x", W/{tag}'}, {"If-Modified-Since": date}):
        answer = api.get(READ + str(ten), headers=condition)
        assert (answer.status_code, answer.content) == (304, b"")
        assert answer.headers["ETag"] == tag
        assert "Content-Length" not in answer.headers
    assert api.get(READ + str(ten), headers={"If-None-Match": '"x"'}).status_code == 200
    assert api.get(READ + str(ten), headers={"If-Match": tag}).status_code == 200
    refused = api.get(READ + str(ten), headers={"If-Match": '"x"'})
    assert (refused.status_code, refused.json()["code"]) == (412, "precondition_failed")
    assert refused.headers["ETag"] == tag
    long_ago = {"If-Unmodified-Since": "Sun, 06 Nov 1994 08:49:37 GMT"}
    assert api.get(READ + str(ten), headers=long_ago).status_code == 412


def test_a_part_is_continued_only_in_the_same_state(api, ten):
    tag = settled(api, ten)["ETag"]
    wanted = {"Range": "bytes=8-", "If-Range": tag}
    assert api.get(READ + str(ten), headers=wanted).content == b"89"
    ten.write_bytes(b"abcdefghij")
    answer = api.get(READ + str(ten), headers=wanted)
    assert (answer.status_code, answer.content) == (200, b"abcdefghij")
    assert answer.headers["ETag"] != tag


def test_a_change_that_keeps_size_and_time_has_another_tag(api, ten):
    tag = settled(api, ten)["ETag"]
    before = os.stat(ten)
    ten.write_bytes(b"9876543210")
    os.utime(ten, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert api.head(READ + str(ten)).headers["ETag"].removeprefix("W/") != tag


def test_head_says_what_get_would_and_no_more(agent_url, ten, big):
    with RawClient(agent_url) as client:
        for path in (ten, big):
            client.send("HEAD", READ + str(path))
            status, fields = client.head()
            assert (status, fields["content-length"]) == (200, str(path.stat().st_size))
            client.send("GET", READ + str(path))
            status, got, body = client.answer()
            assert (status, body) == (200, path.read_bytes())
            assert {name: value for name, value in got.items() if name not in ("date", "x-request-id")} == {
                name: value for name, value in fields.items() if name not in ("date", "x-request-id")}
        client.send("HEAD", READ + str(ten), "Range: bytes=1-2")
        assert client.head()[0] == 200
        client.send("HEAD", READ + "/nowhere")
        assert client.head()[0] == 404
        for path in ("/health", "/spec.yaml"):
            client.send("HEAD", path)
            assert client.head()[0] == 200
        client.send("GET", "/health")
        assert client.answer()[0] == 200


def test_head_of_what_has_no_length_leaves_the_connection_in_order(agent_url):
    path = next((path for path in ("/proc/kallsyms", "/proc/self/smaps") if proc_size(path) > 300_000), None)
    if not path:
        pytest.skip("no file of /proc here is larger than a chunk")
    with RawClient(agent_url) as client:
        client.send("HEAD", READ + path)
        status, fields = client.head()
        assert status == 200
        assert "content-length" not in fields
        client.send("GET", "/health")
        assert client.answer()[0] == 200


def proc_size(path):
    with open(path, "rb") as file:
        return len(file.read())


def test_pipelined_requests_are_answered_in_order(agent_url, ten, big):
    with RawClient(agent_url) as client:
        for path in (ten, big, ten, big):
            client.send("GET", READ + str(path))
        client.send("GET", "/health")
        for path in (ten, big, ten, big):
            assert client.answer()[2] == path.read_bytes()
        assert client.answer()[0] == 200


@pytest.mark.parametrize("name", [b"\xff\xfe", b"two\nlines", b"n" * 255, "ümläut ☃".encode(), b"100% + more?&#"])
def test_any_name(api, tmp_path, name):
    path = os.fsencode(tmp_path) + b"/" + name
    url = "path=" + quote(path)
    assert api.put("/fs/write_file?" + url, data=b"content").status_code == 201
    assert os.listdir(os.fsencode(tmp_path)) == [name]
    assert api.get("/fs/read_file?" + url).content == b"content"


def test_files_of_proc_and_sys(api):
    with open("/proc/version", "rb") as version:
        answer = api.get(READ + "/proc/version")
        assert answer.content == version.read()
    assert answer.headers["Content-Length"] == str(len(answer.content))
    assert api.get(READ + "/proc/version", headers={"Range": "bytes=0-4"}).content == b"Linux"
    assert api.get(READ + "/sys/kernel/mm/transparent_hugepage/enabled").content.endswith(b"\n")


@pytest.mark.parametrize("make", ["directory", "fifo", "socket", "device"])
def test_what_is_no_file_is_refused(api, tmp_path, make):
    path = tmp_path / make
    if make == "directory":
        path.mkdir()
    elif make == "fifo":
        os.mkfifo(path)
    elif make == "socket":
        os.mknod(path, 0o140644)
    else:
        path = "/dev/zero"
    for answer in (api.get(READ + str(path), timeout=5), api.put(f"/fs/write_file?path={path}", data=b"x", timeout=5)):
        assert answer.status_code == 400
        assert str(path) in answer.json()["message"]


def test_a_file_that_shrinks_ends_the_connection(agent_url, tmp_path):
    path = tmp_path / "shrinking"
    with open(path, "wb") as file:
        file.truncate(256 * MIB)
    with RawClient(agent_url, receive_buffer=65536) as client:
        client.send("GET", READ + str(path))
        assert client.head()[1]["content-length"] == str(256 * MIB)
        os.truncate(path, 128 * MIB)
        assert len(client.rest()) <= 128 * MIB


def test_a_reader_that_pauses_gets_all_of_it(agent_url, stack, big):
    before = resident(stack.agent_pid)
    with RawClient(agent_url, receive_buffer=65536) as client:
        client.send("GET", READ + str(big))
        length = int(client.head()[1]["content-length"])
        used = None
        content = bytearray()
        for _ in range(4):
            content += client.body(MIB)
            used = eventually_still(lambda: cpu_time(stack.agent_pid))
        content += client.body(length - len(content))
        assert content == big.read_bytes()
        assert used is not None
    assert resident(stack.agent_pid) - before < 16


def test_clients_that_vanish_leave_no_descriptor(agent_url, stack, big):
    def open_here():
        descriptors = f"/proc/{stack.agent_pid}/fd"
        targets = []
        for number in os.listdir(descriptors):
            try:
                targets.append(os.readlink(f"{descriptors}/{number}"))
            except FileNotFoundError:
                pass
        return targets.count(str(big)), sum(target.startswith("socket:") for target in targets)

    sockets = eventually(lambda: (counts := open_here())[0] == 0 and counts)[1]
    for _ in range(30):
        with RawClient(agent_url, receive_buffer=65536) as client:
            client.send("GET", READ + str(big))
            client.body(100_000)
    eventually(lambda: open_here()[0] == 0)
    eventually(lambda: open_here()[1] <= sockets)


def eventually_still(value, timeout=10.0):
    """Waits until `value()` no longer changes: nobody turns in circles for a client that does not read."""
    deadline = time.monotonic() + timeout
    last = value()
    while True:
        time.sleep(0.3)
        now = value()
        if now - last <= 0.05:
            return now
        assert time.monotonic() < deadline, "the agent is busy although its client does not read"
        last = now


def cpu_time(pid):
    with open(f"/proc/{pid}/stat") as stat:
        fields = stat.read().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def resident(pid):
    with open(f"/proc/{pid}/status") as status:
        return next(int(line.split()[1]) for line in status if line.startswith("VmRSS:")) / 1024
