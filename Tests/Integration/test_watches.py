"""Watches, as any HTTP client sees them."""

import contextlib
import json
import os
import shutil
import subprocess
import sys
import threading
import time

import pytest
from own_agent import OwnAgent
from waiting import eventually

MANY = 20_000


class Reader(threading.Thread):
    """Reads a watch's events on a thread of its own."""

    def __init__(self, api, agent_url, watch, after=None, delay=0.0):
        super().__init__(daemon=True)
        headers = {} if after is None else {"Last-Event-ID": str(after)}
        self.answer = api.get(f"/fs/watch/{watch}/events", stream=True, headers=headers)
        assert self.answer.status_code == 200, self.answer.text
        self.delay = delay
        self.events, self.ids = [], []
        self.start()

    def run(self):
        with contextlib.suppress(OSError, ValueError, AttributeError):
            for line in self.answer.iter_lines(chunk_size=65536):
                time.sleep(self.delay)
                if line.startswith(b"id: "):
                    self.ids.append(int(line[4:]))
                elif line.startswith(b"data: "):
                    self.events.append(json.loads(line[6:]))

    def short(self, root):
        return [(event["type"], event["path"].removeprefix(str(root))) for event in list(self.events)]

    def has(self, kind, path):
        return any(event["type"] == kind and event["path"] == str(path) for event in list(self.events))


@pytest.fixture
def watch(api):
    """Starts watches and deletes them in the end."""
    started = []

    def start(path, recursive=False):
        answer = api.post("/fs/watch", json={"path": str(path), "recursive": recursive})
        assert answer.status_code == 201, answer.text
        started.append(answer.json()["watch_id"])
        return started[-1]

    yield start
    for identifier in started:
        api.delete(f"/fs/watch/{identifier}")


@pytest.fixture
def read(api, agent_url):
    return lambda identifier, **options: Reader(api, agent_url, identifier, **options)


def test_every_kind_of_event(watch, read, tmp_path):
    identifier = watch(tmp_path)
    assert len(identifier) == 24 and identifier.isalnum() and identifier[0].isalpha()
    reader = read(identifier)
    file = tmp_path / "file"
    file.write_text("1")
    file.chmod(0o600)
    file.rename(tmp_path / "renamed")
    (tmp_path / "renamed").unlink()
    (tmp_path / "directory").mkdir()
    (tmp_path / "directory").rmdir()
    eventually(lambda: reader.has("DELETE", tmp_path / "directory"))
    assert reader.events == [
        {"type": "CREATE", "name": "file", "path": str(file), "is_dir": False},
        {"type": "WRITE", "name": "file", "path": str(file), "is_dir": False},
        {"type": "RENAME", "name": "file", "path": str(file), "is_dir": False, "new_path": f"{tmp_path}/renamed"},
        {"type": "CREATE", "name": "renamed", "path": f"{tmp_path}/renamed", "is_dir": False, "old_path": str(file)},
        {"type": "DELETE", "name": "renamed", "path": f"{tmp_path}/renamed", "is_dir": False},
        {"type": "CREATE", "name": "directory", "path": f"{tmp_path}/directory", "is_dir": True},
        {"type": "DELETE", "name": "directory", "path": f"{tmp_path}/directory", "is_dir": True},
    ]
    assert reader.ids == list(range(1, 8))


def test_writes_of_the_agent_itself_show_once(api, watch, read, tmp_path):
    reader = read(watch(tmp_path))
    for content in (b"first", b"second"):
        api.put("/fs/write_file", params={"path": str(tmp_path / "file")}, data=content).raise_for_status()
    (tmp_path / "end").touch()
    eventually(lambda: reader.has("CREATE", tmp_path / "end"))
    assert reader.short(tmp_path) == [("CREATE", "/file"), ("WRITE", "/file"), ("CREATE", "/end")]


def test_without_recursion_only_the_names_in_the_directory_count(watch, read, tmp_path):
    (tmp_path / "sub").mkdir()
    reader = read(watch(tmp_path))
    (tmp_path / "sub" / "hidden").touch()
    (tmp_path / "end").touch()
    eventually(lambda: reader.has("CREATE", tmp_path / "end"))
    assert reader.short(tmp_path) == [("CREATE", "/end")]


def test_directories_made_and_moved_at_once_lose_nothing(watch, read, tmp_path):
    reader = read(watch(tmp_path, recursive=True))
    for number in range(50):
        script = f"mkdir -p a/b/c; echo x > a/b/c/first; mv a m{number}; echo x > m{number}/b/c/second"
        subprocess.run(["sh", "-c", script], cwd=tmp_path, check=True)
    (tmp_path / "end").touch()
    eventually(lambda: reader.has("CREATE", tmp_path / "end"))
    wanted = {f"{tmp_path}/m{number}/b/c/{name}" for number in range(50) for name in ("first", "second")}
    assert wanted <= known_paths(reader.events)
    created = [event["name"] for event in reader.events if event["type"] == "CREATE"]
    # One that is seen under both names of its directory is told of twice.
    assert created.count("first") >= 50 and created.count("second") >= 50


def known_paths(events):
    """What a client knows that goes by the events alone: a file may be told of before its directory's new name is."""
    known = set()
    for event in events:
        path, new = event["path"], event.get("new_path")
        if event["type"] == "CREATE":
            known.add(path)
        elif event["type"] in ("DELETE", "RENAME"):
            gone = {each for each in known if each == path or each.startswith(path + "/")}
            known -= gone
            if new:
                known |= {new + each.removeprefix(path) for each in gone}
    return known


def test_a_tree_goes_out_and_comes_in(watch, read, tmp_path):
    root, outside = tmp_path / "root", tmp_path / "outside"
    root.mkdir()
    reader = read(watch(root, recursive=True))
    (outside / "deep").mkdir(parents=True)
    (outside / "deep" / "file").touch()
    outside.rename(root / "in")
    eventually(lambda: reader.has("CREATE", root / "in/deep/file"))
    (root / "in").rename(outside)
    eventually(lambda: reader.has("RENAME", root / "in"))
    (outside / "deep" / "unseen").touch()
    (root / "end").touch()
    eventually(lambda: reader.has("CREATE", root / "end"))
    assert reader.short(root) == [
        ("CREATE", "/in"), ("CREATE", "/in/deep"), ("CREATE", "/in/deep/file"), ("RENAME", "/in"), ("CREATE", "/end")]


def test_a_renamed_directory_is_watched_under_its_new_path(watch, read, tmp_path):
    (tmp_path / "old/deep").mkdir(parents=True)
    reader = read(watch(tmp_path, recursive=True))
    (tmp_path / "old").rename(tmp_path / "new")
    eventually(lambda: reader.has("CREATE", tmp_path / "new"))
    (tmp_path / "new/deep/file").touch()
    eventually(lambda: reader.has("CREATE", tmp_path / "new/deep/file"))
    assert reader.short(tmp_path) == [("RENAME", "/old"), ("CREATE", "/new"), ("CREATE", "/new/deep/file")]


@pytest.mark.parametrize("processes", [1, 4])
def test_twenty_thousand_files_are_all_seen_by_everybody(watch, read, tmp_path, processes):
    identifier = watch(tmp_path, recursive=True)
    prompt = read(identifier)
    script = "import sys\nfor i in range(int(sys.argv[2])): open(f'{sys.argv[1]}-{i}', 'w').close()"
    running = [
        subprocess.Popen([sys.executable, "-c", script, tmp_path / str(number), str(MANY // processes)])
        for number in range(processes)]
    assert [process.wait(60) for process in running] == [0] * processes
    late = read(identifier)
    eventually(lambda: len(prompt.events) >= MANY and len(late.events) >= MANY, timeout=60)
    for reader in (prompt, late):
        assert len(reader.events) == MANY
        assert {event["type"] for event in reader.events} == {"CREATE"}
        assert len({event["path"] for event in reader.events}) == MANY


def test_readers_have_their_own_places(watch, read, tmp_path):
    identifier = watch(tmp_path)
    for number in range(300):
        (tmp_path / str(number)).touch()
    readers = [read(identifier), read(identifier, delay=0.001), read(identifier, after=100)]
    eventually(lambda: [len(reader.events) for reader in readers] == [300, 300, 200], timeout=30)
    assert readers[0].events == readers[1].events
    assert readers[2].events == readers[0].events[100:]
    assert readers[2].ids[0] == 101


def test_a_file_is_watched_by_its_name(watch, read, tmp_path):
    file = tmp_path / "file"
    file.write_text("1")
    reader = read(watch(file))
    (tmp_path / "other").touch()
    (tmp_path / "other").rename(file)
    with open(file, "a") as opened:
        opened.write("2")
    file.unlink()
    file.touch()
    eventually(lambda: len(reader.events) == 4)
    assert [kind for kind, _ in reader.short("")] == ["CREATE", "WRITE", "DELETE", "CREATE"]
    assert {event["path"] for event in reader.events} == {str(file)}


def test_deleting_a_watch_ends_its_streams(api, watch, read, tmp_path):
    identifier = watch(tmp_path)
    readers = [read(identifier) for _ in range(3)]
    assert api.delete(f"/fs/watch/{identifier}").status_code == 204
    for reader in readers:
        reader.join(2)
        assert not reader.is_alive()
    assert api.delete(f"/fs/watch/{identifier}").status_code == 404
    assert api.get(f"/fs/watch/{identifier}/events").status_code == 404


def test_the_end_of_the_directory_ends_the_stream(api, watch, read, tmp_path):
    root = tmp_path / "root"
    root.mkdir()
    identifier = watch(root, recursive=True)
    reader = read(identifier)
    # Somebody who stands in it does not keep it from being gone.
    with subprocess.Popen(["sleep", "60"], cwd=root) as process:
        try:
            shutil.rmtree(root)
            reader.join(5)
        finally:
            process.kill()
    assert not reader.is_alive()
    assert reader.events == [{"type": "DELETE", "name": "root", "path": str(root), "is_dir": True}]
    late = read(identifier)
    late.join(5)
    assert late.events == reader.events


def test_names_that_are_no_utf8_can_be_told_apart(watch, read, tmp_path):
    reader = read(watch(tmp_path))
    open(os.fsencode(tmp_path) + b"/a\xff\n", "w").close()
    eventually(lambda: reader.events)
    assert reader.events[0]["path_encoded"] == f"{tmp_path}/a%FF%0A".replace("[", "%5B").replace("]", "%5D")


def test_what_cannot_be_watched_is_refused(api, tmp_path):
    missing = api.post("/fs/watch", json={"path": str(tmp_path / "missing")})
    assert missing.status_code == 404
    assert api.post("/fs/watch", json={"recursive": True}).status_code == 400
    assert api.post("/fs/watch", json={"path": "a\0b"}).status_code == 400
    assert api.get("/fs/watch/nothing/events").status_code == 404


def test_watches_are_given_back(api, stack, tmp_path):
    (tmp_path / "sub").mkdir()

    def cycle():
        identifier = api.post("/fs/watch", json={"path": str(tmp_path), "recursive": True}).json()["watch_id"]
        assert api.delete(f"/fs/watch/{identifier}").status_code == 204

    cycle()
    before, threads = stack.agent_descriptors(), stack.agent_threads()
    for _ in range(100):
        cycle()
    eventually(lambda: stack.agent_descriptors() <= before)
    assert stack.agent_threads() <= threads + 2


def test_limits_and_loss_are_told(tmp_path):
    with OwnAgent(WATCH_LIMIT="2", WATCH_EVENT_LIMIT="1024") as agent:
        identifiers = [agent.post("/fs/watch", json={"path": str(tmp_path)}).json()["watch_id"] for _ in range(2)]
        refused = agent.post("/fs/watch", json={"path": str(tmp_path)})
        assert (refused.status_code, refused.json()["code"]) == (429, "resource_exhausted")
        for number in range(5000):
            (tmp_path / str(number)).touch()
        (tmp_path / "end").touch()
        events = []
        with agent.get(f"/fs/watch/{identifiers[0]}/events", stream=True) as answer:
            for line in answer.iter_lines():
                if line.startswith(b"data: "):
                    events.append(json.loads(line[6:]))
                if events and events[-1]["name"] == "end":
                    break
        assert events[0] == {"type": "OVERFLOW", "name": tmp_path.name, "path": str(tmp_path), "is_dir": True}
        assert [event["name"] for event in events[1:-1]] == [str(n) for n in range(5001 - len(events) + 1, 5000)]


def test_a_stop_of_the_agent_ends_open_streams_at_once(tmp_path):
    with OwnAgent() as agent:
        identifier = agent.post("/fs/watch", json={"path": str(tmp_path)}).json()["watch_id"]
        with agent.get(f"/fs/watch/{identifier}/events", stream=True) as answer:
            start = time.monotonic()
            agent.process.terminate()
            assert list(answer.iter_content()) == []
            agent.process.wait(5)
            assert time.monotonic() - start < 2
