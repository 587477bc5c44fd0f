"""Writing files over HTTP: all or nothing, parts, and what stands in the way."""

import os
import pwd
import subprocess
import threading

import pytest
import requests
from own_agent import OwnAgent
from raw_http import RawClient
from small_disk import small_disk
from waiting import eventually

MIB = 1 << 20


def write(api, path, data, **options):
    return api.put("/fs/write_file", params={"path": str(path), **options}, data=data)


def test_a_file_is_replaced_with_its_mode_owner_and_attributes(api, tmp_path):
    path = tmp_path / "file"
    path.write_bytes(b"old")
    os.chown(path, 12345, 12345)
    os.chmod(path, 0o4640)
    os.setxattr(path, "user.origin", b"elsewhere")
    assert write(api, path, b"new").status_code == 201
    status = path.stat()
    assert (path.read_bytes(), status.st_uid, status.st_gid, status.st_mode & 0o7777) == (b"new", 12345, 12345, 0o4640)
    assert os.getxattr(path, "user.origin") == b"elsewhere"
    assert write(api, path, b"newer", mode="600").status_code == 201
    assert path.stat().st_mode & 0o7777 == 0o600


@pytest.mark.parametrize("options, expected", [
    ({"offset": 4}, b"0123XY6789"), ({"offset": 10}, b"0123456789XY"), ({"offset": 0}, b"XY23456789"),
    ({"offset": 4, "truncate": "true"}, b"0123XY"), ({"offset": 0, "truncate": "true", "fsync": "true"}, b"XY"),
    ({"fsync": "true"}, b"XY"),
])
def test_where_the_bytes_go(api, tmp_path, options, expected):
    path = tmp_path / "file"
    path.write_bytes(b"0123456789")
    answer = write(api, path, b"XY", **options)
    assert answer.status_code == 201, answer.text
    assert path.read_bytes() == expected


@pytest.mark.parametrize("options, status, words", [
    ({"offset": 11}, 409, "10 bytes"), ({"offset": -1}, 400, "offset"), ({"offset": "x"}, 400, "offset"),
    ({"truncate": "true"}, 400, "offset"), ({"fsync": "maybe"}, 400, "fsync"), ({"offset": 10**30}, 400, "offset"),
])
def test_parts_that_cannot_be(api, tmp_path, options, status, words):
    path = tmp_path / "file"
    path.write_bytes(b"0123456789")
    answer = write(api, path, b"XY", **options)
    assert (answer.status_code, words in answer.json()["message"]) == (status, True), answer.text
    assert path.read_bytes() == b"0123456789"


def test_a_part_of_nothing(api, tmp_path):
    assert write(api, tmp_path / "new/file", b"XY", offset=2).status_code == 404
    assert os.listdir(tmp_path) == []
    assert write(api, tmp_path / "new/file", b"XY", offset=0, mode="600").status_code == 201
    assert (tmp_path / "new/file").stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("chunked", [False, True])
def test_an_upload_that_was_cut_is_resumed(agent_url, api, tmp_path, chunked):
    path, data = tmp_path / "file", os.urandom(3 * MIB)
    sent = 2 * MIB + 12_345
    with RawClient(agent_url) as client:
        target = f"/fs/write_file?path={path}&offset=0&truncate=true"
        if chunked:
            client.send("PUT", target, "Transfer-Encoding: chunked", body=b"%x\r\n" % len(data) + data[:sent])
        else:
            client.send("PUT", target, f"Content-Length: {len(data)}", body=data[:sent])
    # Everything that was sent has arrived, since the connection was ended in order.
    eventually(lambda: int(api.head(f"/fs/read_file?path={path}").headers.get("Content-Length", 0)) == sent)
    assert write(api, path, data[sent:], offset=sent).status_code == 201
    assert path.read_bytes() == data


@pytest.mark.parametrize("head", ["Content-Length: 5000000", "Transfer-Encoding: chunked"])
def test_an_upload_that_is_cut_leaves_the_old_file_and_no_directory(agent_url, tmp_path, head):
    path = tmp_path / "file"
    path.write_bytes(b"old")
    body = b"4c4b40\r\n" + b"x" * 2_000_000 if "chunked" in head else b"x" * 2_000_000
    for target in (path, tmp_path / "new/deeper/file"):
        with RawClient(agent_url) as client:
            client.send("PUT", f"/fs/write_file?path={target}", head, body=body)
            if target != path:
                eventually(lambda: (tmp_path / "new/deeper").is_dir())
        eventually(lambda: os.listdir(tmp_path) == ["file"])
    assert path.read_bytes() == b"old"


def test_sixteen_writers_leave_one_whole_version(agent_url, tmp_path):
    path = tmp_path / "file"
    versions = [bytes([65 + number]) * (2 * MIB + number) for number in range(16)]
    statuses = []

    def put(version):
        for _ in range(4):
            answer = requests.put(f"{agent_url}/fs/write_file", params={"path": path}, data=version, timeout=60)
            statuses.append(answer.status_code)

    threads = [threading.Thread(target=put, args=[version]) for version in versions]
    for thread in threads:
        thread.start()
    while any(thread.is_alive() for thread in threads):
        if path.exists():
            assert path.read_bytes() in versions
    for thread in threads:
        thread.join()
    assert statuses == [201] * 64
    assert path.read_bytes() in versions
    assert os.listdir(tmp_path) == ["file"]


@pytest.mark.same_machine("mounts a disk beside the agent")
def test_a_full_disk_is_said_and_costs_nothing(api, tmp_path):
    with small_disk(tmp_path / "disk", "2m") as disk:
        (disk / "file").write_bytes(b"old")
        for name in ("file", "new", "directory/new"):
            answer = write(api, disk / name, b"x" * 8 * MIB)
            assert (answer.status_code, answer.json()["code"]) == (507, "insufficient_storage")
            assert str(disk / name) in answer.json()["message"]
        assert (disk / "file").read_bytes() == b"old"
        assert os.listdir(disk) == ["file"]
        eventually(lambda: os.statvfs(disk).f_bfree >= os.statvfs(disk).f_blocks - 1)
        # A part stays as far as it fits.
        assert write(api, disk / "file", b"y" * 8 * MIB, offset=3).status_code == 507
        assert (disk / "file").read_bytes()[:5] == b"oldyy"


def test_a_user_who_may_not(tmp_path):
    if os.geteuid() != 0:
        pytest.skip("only root can start a daemon as somebody else")
    nobody = pwd.getpwnam("nobody")
    for directory in (tmp_path, *tmp_path.parents[:-2]):
        os.chmod(directory, 0o755)
    secret, shared, own = tmp_path / "secret", tmp_path / "shared", tmp_path / "own"
    secret.write_bytes(b"secret")
    secret.chmod(0o600)
    shared.write_bytes(b"shared")
    shared.chmod(0o644)
    own.mkdir()
    os.chown(own, nobody.pw_uid, nobody.pw_gid)
    with OwnAgent(user="nobody") as daemon:
        read = lambda path: requests.get(f"{daemon.url}/fs/read_file", params={"path": path}, timeout=10)
        put = lambda path, **options: requests.put(
            f"{daemon.url}/fs/write_file", params={"path": path, **options}, data=b"new", timeout=10)
        for answer in (read(secret), put(secret), put(shared), put(tmp_path / "new"), put(shared, offset=0)):
            assert (answer.status_code, answer.json()["code"]) == (403, "permission_denied")
            assert str(tmp_path) in answer.json()["message"]
        assert read(shared).content == b"shared"
        assert put(own / "file").status_code == 201
        assert (own / "file").stat().st_uid == nobody.pw_uid
    assert sorted(os.listdir(tmp_path)) == ["own", "secret", "shared"]


@pytest.mark.same_machine("looks at processes beside the agent")
def test_files_of_the_kernel_are_written_to_in_place(api):
    child = subprocess.Popen(["sleep", "60"])
    try:
        path = f"/proc/{child.pid}/oom_score_adj"
        assert write(api, path, b"321").status_code == 201
        with open(path, "rb") as file:
            assert file.read() == b"321\n"
        refused = write(api, path, b"not a number")
        assert refused.status_code == 400
        assert path in refused.json()["message"]
        assert write(api, f"/proc/{child.pid}/no_such_file", b"x").status_code in (403, 404)
    finally:
        child.kill()
        child.wait()


@pytest.mark.parametrize("path, status", [
    ("/etc/passwd/below", 400), ("/tmp", 400), ("/dev/null", 400), ("/tmp/" + "n" * 256, 400), ("/proc/version/x", 400),
    ("/", 400),
])
def test_what_cannot_be_written(api, path, status):
    answer = write(api, path, b"x")
    assert (answer.status_code, answer.json()["code"]) == (status, "invalid_argument")
    assert path in answer.json()["message"]


def test_memory_does_not_depend_on_the_size(agent_url, stack, tmp_path):
    def resident():
        with open(f"/proc/{stack.agent_pid}/status") as status:
            return next(int(line.split()[1]) for line in status if line.startswith("VmRSS:")) / 1024

    def blocks():
        for _ in range(96):
            yield b"x" * MIB
            highest[0] = max(highest[0], resident())

    requests.put(f"{agent_url}/fs/write_file", params={"path": tmp_path / "file"}, data=b"x" * MIB, timeout=60)
    before, highest = resident(), [0.0]
    answer = requests.put(f"{agent_url}/fs/write_file", params={"path": tmp_path / "file"}, data=blocks(), timeout=120)
    assert answer.status_code == 201
    assert (tmp_path / "file").stat().st_size == 96 * MIB
    assert highest[0] - before < 16
