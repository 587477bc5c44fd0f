"""Recordings of an agent that is killed, and on a disk that is full."""

import os
import random
import signal
import subprocess
import threading
import time

import pytest
import requests
from own_agent import OwnAgent
from small_disk import small_disk
from video import boxes, chapters, duration, frame_times
from waiting import eventually

#: How often the agent is killed at a random moment.
KILLS = int(os.environ.get("RECORDING_KILLS", "5"))


@pytest.fixture
def flicker(page):
    """A page on which something moves."""
    page.set_content("<canvas id=c width=600 height=400></canvas><script>const x = c.getContext('2d'); let n = 0;"
                     "setInterval(() => { x.fillStyle = `hsl(${n += 7},90%,50%)`; x.fillRect(n % 500, n % 300, 90, 90);"
                     "}, 40)</script>")


def agent(directory, display_name, **settings):
    return OwnAgent(OUTPUT_DIR=str(directory), DISPLAY_NUM=display_name.strip(":"), **settings)


@pytest.mark.parametrize("attempt", range(KILLS))
def test_a_killed_agent_leaves_a_video_and_completes_it_when_it_is_back(attempt, flicker, tmp_path, display_name):
    with agent(tmp_path, display_name) as first:
        assert first.post("/recording/start", json={"framerate": 20}).status_code == 201
        begun = time.monotonic()
        mark = first.post("/recording/mark", json={"name": "set"}).json()
        # Now and then in the middle of finalising.
        stopper = threading.Thread(target=_stop, args=(first.url,))
        time.sleep(random.uniform(0.2, 2))
        if attempt % 3 == 2:
            stopper.start()
            time.sleep(random.uniform(0, 0.03))
        first.process.send_signal(signal.SIGKILL)
        first.process.wait()
        lasted = time.monotonic() - begun
        if stopper.is_alive():
            stopper.join()
    left = tmp_path / "default.mp4"
    # What comes after the last whole part of the file may be cut off, and that is all.
    assert (frame_times_of_part(left) or [0])[-1] > lasted - 2.5
    with agent(tmp_path, display_name) as second:
        listed = eventually(lambda: next(
            (each for each in second.get("/recording/list").json() if each["state"] == "finished"), None))
        assert listed["isRecording"] is False and listed["finished_at"] and listed["marks"] == [mark]
        video = tmp_path / "fetched.mp4"
        video.write_bytes(second.get("/recording/download").content)
        assert boxes(video.read_bytes())[1] == "moov" and "moof" not in boxes(video.read_bytes())
        assert frame_times(video)[-1] > lasted - 2.5 and duration(video) < lasted + 1
        assert chapters(video)[-1] == "set"
        assert second.post("/recording/delete").status_code == 200
    assert sorted(path.name for path in tmp_path.iterdir()) == ["fetched.mp4"]


def _stop(url):
    try:
        requests.post(url + "/recording/stop", timeout=10)
    except requests.ConnectionError:
        pass


def frame_times_of_part(path):
    result = subprocess.run(
        ["ffprobe", "-v", "quiet", "-select_streams", "v", "-show_entries", "frame=pts_time", "-of", "csv=p=0", path],
        capture_output=True, timeout=60, check=False)
    return [float(line.rstrip(b",")) for line in result.stdout.split()]


@pytest.fixture
def disk(tmp_path):
    """A file system of 3 MiB."""
    with small_disk(tmp_path / "disk", "3m") as disk:
        yield disk


def test_a_disk_below_its_floor_takes_no_recording(disk, display_name):
    with agent(disk, display_name) as own:
        refused = own.post("/recording/start")
        assert refused.status_code == 507 and "MB" in refused.json()["message"]
        assert own.get("/recording/list").json() == []
        assert own.get("/health").status_code == 200


def test_a_disk_that_fills_up_ends_the_recording_and_nothing_else(disk, flicker, display_name, tmp_path):
    with agent(disk, display_name, RECORDING_DISK_FLOOR_MB="1") as own:
        assert own.post("/recording/start", json={"framerate": 20}).status_code == 201
        (disk / "other").write_bytes(bytes(2_400_000))
        listed = eventually(lambda: next(
            (each for each in own.get("/recording/list").json() if each["state"] == "finished"), None))
        assert "MB" in listed["error"] and listed["finished_at"]
        video = tmp_path / "video.mp4"
        video.write_bytes(own.get("/recording/download").content)
        assert len(frame_times(video)) >= 1
        assert own.post("/recording/start", json={"id": "next"}).status_code == 507
        (disk / "other").unlink()
        assert own.post("/recording/start", json={"id": "next"}).status_code == 201
