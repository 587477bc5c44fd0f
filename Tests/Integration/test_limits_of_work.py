"""How much work the agent takes on at once: what is beyond that is refused by name, and taken when there is room."""

import json
import os
import threading

import pytest
import requests
from crowd import Crowd, everything
from own_agent import OwnAgent
from raw_http import RawClient
from small_disk import small_disk
from waiting import eventually

MIB = 1 << 20


@pytest.fixture(scope="module")
def small(tmp_path_factory, display_name):
    with OwnAgent(
            EXEC_LIMIT="3", STREAM_LIMIT="2", RECORDING_LIMIT="1", JSON_LIMIT_MB="1", UNPACK_ENTRY_LIMIT="5",
            DISPLAY_NUM=display_name.strip(":"), OUTPUT_DIR=str(tmp_path_factory.mktemp("recordings"))) as agent:
        yield agent


def refused(answer, status, code):
    assert (answer.status_code, answer.json()["code"]) == (status, code), answer.text
    return answer


def test_commands_processes_and_terminals_share_their_places(small, tmp_path):
    ids, started = [], tmp_path / "started"
    for allocate_tty in (False, True):
        body = {"command": "sleep", "args": ["60"], "allocate_tty": allocate_tty}
        ids.append(small.post("/process/spawn", json=body).json()["process_id"])
    last = {"command": "sh", "args": ["-c", f"touch {started}; sleep 60"], "timeout_sec": 2}
    busy = threading.Thread(target=lambda: small.post("/process/exec", json=last))
    busy.start()
    try:
        body = {"command": "true"}
        eventually(started.exists)
        for path in ("/process/exec", "/process/spawn"):
            answer = refused(small.post(path, json=body), 429, "resource_exhausted")
            assert answer.headers["Retry-After"] == "1" and "3 commands" in answer.json()["message"]
    finally:
        for process_id in ids:
            small.post(f"/process/{process_id}/kill", json={"signal": "KILL"})
        busy.join()
    eventually(lambda: small.post("/process/exec", json=body).status_code == 200)


def test_streams(small, tmp_path):
    log = tmp_path / "log"
    log.touch()
    request = f"/logs/stream?source=path&path={log}"
    with RawClient(small.url) as first, RawClient(small.url) as second:
        for client in (first, second):
            client.send("GET", request)
            assert client.head()[0] == 200
        refused(small.get(request), 429, "resource_exhausted")
        watch = small.post("/fs/watch", json={"path": str(tmp_path)}).json()["watch_id"]
        refused(small.get(f"/fs/watch/{watch}/events"), 429, "resource_exhausted")
        assert small.delete(f"/fs/watch/{watch}").status_code == 204
    eventually(lambda: small.get(request, stream=True).status_code == 200)


def test_recordings(small):
    assert small.post("/recording/start", json={"id": "first"}).status_code == 201
    refused(small.post("/recording/start", json={"id": "second"}), 429, "resource_exhausted")
    assert small.post("/recording/stop", json={"id": "first"}).ok
    assert small.post("/recording/start", json={"id": "second"}).status_code == 201
    assert small.post("/recording/stop", json={"id": "second"}).ok


def test_json(small):
    fits = json.dumps({"command": "true", "stdin_b64": "", "args": ["x" * (MIB - 200)]})
    assert small.post("/process/exec", data=fits).status_code != 413
    refused(small.post("/process/exec", data=fits + " " * 300), 413, "too_large")


@pytest.mark.parametrize("depth", [100, 511, 513, 100_000])
@pytest.mark.parametrize("opening, closing", ["[]", ('{"a":', "}")], ids=["arrays", "objects"])
def test_nested_json_is_refused_at_any_depth(api, webdriver_url, depth, opening, closing):
    body = opening * depth + "1" * (opening != "[") + closing * depth
    answer = api.post("/computer/click_mouse", data=f'{{"x": 1, "y": {body}}}')
    assert answer.status_code == 400
    if depth > 512:
        assert requests.post(f"{webdriver_url}/session", data=f'{{"capabilities": {body}}}', timeout=20).status_code == 400
    assert api.get("/health").ok


def test_entries_of_an_archive(small, tmp_path):
    for number in range(6):
        (tmp_path / str(number)).touch()
    archive = small.get("/fs/download_dir_zip", params={"path": str(tmp_path)}).content
    target = tmp_path / "target"
    answer = small.post("/fs/upload_zip", data={"dest_path": str(target)}, files={"zip_file": ("a.zip", archive)})
    refused(answer, 413, "too_large")
    assert "5 entries" in answer.json()["message"] and not target.exists()


@pytest.fixture
def disk(tmp_path):
    """A file system of 32 MiB, of which 2 have to stay free."""
    with small_disk(tmp_path / "disk", "32m") as disk:
        yield disk


@pytest.mark.same_machine("mounts a disk beside the agent")
def test_no_write_goes_below_the_floor_of_the_disk(api, disk, tmp_path):
    def write(name, size, **options):
        return api.put("/fs/write_file", params={"path": str(disk / name)} | options, data=b"x" * size)

    assert write("first", 20 * MIB).status_code == 201
    answer = refused(write("second", 11 * MIB), 507, "insufficient_storage")
    assert "MB have to stay free" in answer.json()["message"]
    assert os.listdir(disk) == ["first"]
    refused(write("first", 11 * MIB, offset=20 * MIB), 507, "insufficient_storage")
    free = os.statvfs(disk).f_bavail * os.statvfs(disk).f_frsize
    assert 2 * MIB <= free < 4 * MIB
    # What is moved from another file system is written too.
    (tmp_path / "big").write_bytes(b"y" * MIB * 3)
    moved = api.put("/fs/move", json={"src_path": str(tmp_path / "big"), "dest_path": str(disk / "big")})
    refused(moved, 507, "insufficient_storage")
    assert (tmp_path / "big").exists() and os.listdir(disk) == ["first"]
    assert api.put("/fs/delete_file", json={"path": str(disk / "first")}).ok
    assert write("second", 11 * MIB).status_code == 201


def test_a_spool_and_an_archive_stop_at_the_floor(disk, tmp_path):
    tree = tmp_path / "tree"
    tree.mkdir()
    (tree / "noise").write_bytes(os.urandom(31 * MIB))
    with OwnAgent() as own, OwnAgent(SPOOL_DIR=str(disk)) as spooling:
        archive = own.get("/fs/download_dir_zstd", params={"path": str(tree)}).content
        for agent, target in ((own, disk / "target"), (spooling, tmp_path / "target")):
            answer = agent.post(
                "/fs/upload_zstd", data={"dest_path": str(target)}, files={"archive": ("a.tar.zst", archive)})
            refused(answer, 507, "insufficient_storage")
            assert not target.exists() and os.listdir(disk) == []


def test_many_requests_on_one_connection_wait_for_their_turn(agent_url):
    request = b"GET /health HTTP/1.1\r\nHost: localhost\r\n\r\n"
    with Crowd(agent_url) as crowd:
        member = crowd.join(1)[0]
        sender = threading.Thread(target=member.sendall, args=(request * 2000 + request.replace(
            b"\r\n\r\n", b"\r\nConnection: close\r\n\r\n"),))
        sender.start()
        assert everything(member).count(b"HTTP/1.1 200") == 2001
        sender.join()
