"""How a recording can be asked for, and what its list says."""

import io
import os
import pwd
import resource
import subprocess
import tempfile
import uuid

import pytest
from PIL import Image
from own_agent import OwnAgent
from waiting import eventually


@pytest.fixture
def recording_id():
    return f"test-{uuid.uuid4().hex[:12]}"


def listed(api, recording_id) -> dict:
    return next(entry for entry in api.get("/recording/list").json() if entry["id"] == recording_id)


def probe(path, entries: str) -> str:
    """What ffprobe says of a file; it must have nothing to complain about."""
    command = ["ffprobe", "-v", "warning", "-show_entries", entries, "-of", "csv=p=0", path]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0 and done.stderr == ""
    return done.stdout.strip()


@pytest.mark.parametrize("field, values", [
    ("framerate", [0, 21]), ("maxFileSizeInMB", [0, 10001]), ("maxDurationInSeconds", [0]),
    ("quality", [0, 101]), ("bitrate", [49, 50001]), ("scale", [0, 0.05, 1.5]),
])
def test_what_is_out_of_range_is_refused_and_named(api, recording_id, field, values):
    for value in values:
        answer = api.post("/recording/start", json={"id": recording_id, field: value})
        assert answer.status_code == 400
        assert field in answer.json()["message"]
    assert all(entry["id"] != recording_id for entry in api.get("/recording/list").json())


def test_a_small_recording_and_what_it_took(api, page, recording_id, tmp_path):
    page.set_content("<title>small</title><h1>small</h1>")
    width, height = (int(side) for side in screen_size(api))
    body = {"id": recording_id, "framerate": 20, "quality": 50, "bitrate": 800, "scale": 0.5}
    assert api.post("/recording/start", json=body).status_code == 201
    before = listed(api, recording_id)
    page.set_content("<h1>larger</h1>")
    eventually(lambda: listed(api, recording_id)["frames"] > before["frames"])
    assert api.post("/recording/stop", json={"id": recording_id}).status_code == 200
    content = api.get(f"/recording/download?id={recording_id}").content
    (tmp_path / "small.mp4").write_bytes(content)
    entry = listed(api, recording_id)
    assert entry["size_bytes"] == len(content)
    assert entry["cpu_ms"] > 0
    assert entry["dropped"] >= 0
    facts = probe(tmp_path / "small.mp4", "stream=profile,width,height,pix_fmt,nb_frames")
    even = [round(side / 4) * 2 for side in (width, height)]
    assert facts == f"High,{even[0]},{even[1]},yuv420p,{entry['frames']}"


def screen_size(api):
    return Image.open(io.BytesIO(api.post("/computer/screenshot").content)).size


def limit_threads(pid: int, count: str):
    """Of all that the user of the process runs, who may do that himself; -1 is without a limit."""
    subprocess.run(["prlimit", f"--pid={pid}", f"--nproc={count}:"], check=True, user="nobody", extra_groups=[])


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can run the daemon as somebody else")
def test_without_a_thread_to_be_had_it_is_unavailable_for_the_time_being(recording_id):
    with tempfile.TemporaryDirectory() as directory, OwnAgent(user="nobody", OUTPUT_DIR=directory) as agent:
        os.chown(directory, pwd.getpwnam("nobody").pw_uid, -1)
        # So that no thread is wanted by the test's own requests.
        assert agent.get("/recording/list").json() == []
        limit_threads(agent.process.pid, "1")
        answer = agent.post("/recording/start", json={"id": recording_id})
        assert answer.status_code == 503
        assert "thread" in answer.json()["message"]
        assert agent.get("/recording/list").json() == []
        limit_threads(agent.process.pid, str(resource.getrlimit(resource.RLIMIT_NPROC)[0]))
        assert agent.post("/recording/start", json={"id": recording_id}).status_code == 201
        assert agent.post("/recording/stop", json={"id": recording_id}).status_code == 200
