"""What recordings leave on the disk, and how it is fetched."""

import concurrent.futures
import datetime
import io
import subprocess
import threading
import time
import uuid

import pytest
from video import boxes, brightness, chapters, duration, frame_times, probe, sound
from waiting import eventually


@pytest.fixture
def name(api):
    """An id that is stopped and deleted on every path."""
    chosen = f"test-{uuid.uuid4()}"
    yield chosen
    api.post("/recording/stop", json={"id": chosen})
    api.post("/recording/delete", json={"id": chosen})


def start(api, name, **options):
    response = api.post("/recording/start", json={"id": name} | options)
    assert response.status_code == 201, response.text


def entry(api, name):
    return next((each for each in api.get("/recording/list").json() if each["id"] == name), None)


def test_the_life_of_a_recording(api, name, tmp_path):
    start(api, name)
    assert api.post("/recording/start", json={"id": name}).status_code == 409
    assert api.post("/recording/delete", json={"id": name}).status_code == 400
    running = api.get("/recording/download", params={"id": name})
    assert running.status_code == 200 and "moof" in boxes(running.content)
    assert running.headers["X-Recording-Finished-At"] == "0001-01-01T00:00:00Z"
    with concurrent.futures.ThreadPoolExecutor() as pool:
        stops = [pool.submit(api.post, "/recording/stop", json={"id": name, "forceStop": odd}) for odd in (False, True)]
        assert [stop.result().status_code for stop in stops] == [200, 200]
    finished = api.get("/recording/download", params={"id": name})
    assert finished.headers["Content-Type"] == "video/mp4"
    assert boxes(finished.content)[:2] == ["ftyp", "moov"] and "moof" not in boxes(finished.content)
    times = [datetime.datetime.fromisoformat(finished.headers[f"X-Recording-{end}-At"]) for end in ("Started", "Finished")]
    assert datetime.timedelta(0) <= times[1] - times[0] < datetime.timedelta(minutes=1)
    listed = entry(api, name)
    assert (listed["isRecording"], listed["state"], listed["error"]) == (False, "finished", None)
    assert listed["size_bytes"] == len(finished.content)
    assert api.post("/recording/start", json={"id": name}).status_code == 400
    for _ in range(2):
        assert api.post("/recording/delete", json={"id": name}).status_code == 200
    assert entry(api, name) is None
    assert api.get("/recording/download", params={"id": name}).status_code == 400
    assert api.post("/recording/start", json={"id": name}).status_code == 400


def test_unknown_ids(api):
    unknown = f"unknown-{uuid.uuid4()}"
    assert api.get("/recording/download", params={"id": unknown}).status_code == 404
    assert api.get(f"/recording/{unknown}/thumbnail").status_code == 404
    assert api.post("/recording/delete", json={"id": unknown}).status_code == 404
    assert api.post("/recording/mark", json={"id": unknown, "name": "x"}).status_code == 404
    assert api.post("/recording/stop", json={"id": unknown}).status_code == 400


def test_ranges_and_conditions_as_players_use_them(api, name):
    start(api, name)
    address = {"url": "/recording/download", "params": {"id": name}}
    part = api.get(**address, headers={"Range": "bytes=0-7"})
    assert part.status_code == 206 and part.content[4:8] == b"ftyp"
    api.post("/recording/stop", json={"id": name})
    whole = api.get(**address)
    tail = api.get(**address, headers={"Range": "bytes=-100"})
    assert tail.status_code == 206 and tail.content == whole.content[-100:]
    beyond = api.get(**address, headers={"Range": f"bytes={len(whole.content)}-"})
    assert beyond.status_code == 416 and beyond.headers["Content-Range"] == f"bytes */{len(whole.content)}"
    assert api.get(**address, headers={"If-None-Match": whole.headers["ETag"]}).status_code == 304
    assert api.head(**address).headers["Content-Length"] == str(len(whole.content))


def test_following_gets_all_of_it_as_it_is_made(api, name, tmp_path):
    start(api, name, framerate=20)
    received, arrivals = io.BytesIO(), []

    def follow():
        with api.get("/recording/download", params={"id": name, "follow": "true"}, stream=True) as response:
            assert response.status_code == 200 and "Content-Length" not in response.headers
            for chunk in response.iter_content(None):
                received.write(chunk)
                arrivals.append(time.monotonic())

    thread = threading.Thread(target=follow)
    thread.start()
    eventually(lambda: len(arrivals) >= 3)
    api.post("/recording/stop", json={"id": name})
    thread.join(10)
    assert not thread.is_alive()
    (tmp_path / "followed.mp4").write_bytes(received.getvalue())
    (tmp_path / "final.mp4").write_bytes(api.get("/recording/download", params={"id": name, "follow": "true"}).content)
    assert frame_times(tmp_path / "followed.mp4") == pytest.approx(frame_times(tmp_path / "final.mp4"), abs=0.001)
    assert boxes((tmp_path / "final.mp4").read_bytes())[1] == "moov"


def test_marks_become_chapters(api, name, tmp_path):
    start(api, name)
    names = ["  log in ", "semi;colon = # \\ \n line", "日本語 🎉"]
    marks = [api.post("/recording/mark", json={"id": name, "name": each}) for each in names]
    assert [mark.status_code for mark in marks] == [201] * 3
    assert marks[0].json()["name"] == "log in"
    offsets = [mark.json()["offset_ms"] for mark in marks]
    assert offsets == sorted(offsets) and entry(api, name)["marks"] == [mark.json() for mark in marks]
    for bad in ["", "   ", "x" * 201]:
        assert api.post("/recording/mark", json={"id": name, "name": bad}).status_code == 400
    api.post("/recording/stop", json={"id": name})
    assert api.post("/recording/mark", json={"id": name, "name": "late"}).status_code == 409
    video = tmp_path / "marked.mp4"
    video.write_bytes(api.get("/recording/download", params={"id": name}).content)
    assert [each for each in chapters(video) if each != "_recording_start"] == [each.strip() for each in names]
    found = [chapter for chapter in probe(video)["chapters"] if chapter["tags"]["title"] != "_recording_start"]
    assert [round(float(chapter["start_time"]) * 1000) for chapter in found] == offsets


def test_thumbnails_show_what_was_there(api, name, page):
    page.goto("data:text/html,<body style='background:white'>")
    start(api, name)
    page.evaluate("document.body.style.background = 'black'")
    eventually(lambda: _mean(api, name, t=1000) < 128)
    assert _mean(api, name, t=0) > _mean(api, name, t=1000) + 50
    assert api.post("/recording/stop", json={"id": name}).status_code == 200
    assert _mean(api, name, t=0) > _mean(api, name, t=1000) + 50
    png = api.get(f"/recording/{name}/thumbnail", params={"t": 0, "format": "png", "scale": 0.25})
    assert png.headers["Content-Type"] == "image/png" and png.content.startswith(b"\x89PNG")
    for bad in [{"t": -1}, {"t": "x"}, {"format": "gif"}, {"scale": 2}]:
        assert api.get(f"/recording/{name}/thumbnail", params=bad).status_code == 400


def _mean(api, name, t):
    jpeg = api.get(f"/recording/{name}/thumbnail", params={"t": t})
    assert jpeg.status_code == 200 and jpeg.headers["Content-Type"] == "image/jpeg"
    raw = subprocess.run(["ffmpeg", "-v", "error", "-i", "-", "-vf", "scale=1:1:flags=area", "-pix_fmt", "gray", "-f",
                          "rawvideo", "-"], input=jpeg.content, capture_output=True, check=True, timeout=30).stdout
    return raw[0]


FLASH = """<body style="background:black"><script>
const context = new AudioContext();
function flash() {
    const beep = context.createOscillator(), at = context.currentTime + 0.05;
    beep.frequency.value = 1000;
    beep.connect(context.destination);
    beep.start(at);
    setTimeout(() => document.body.style.background = 'white', 50 + context.outputLatency * 1000);
}
</script>"""


def test_sound_is_recorded_and_in_step_with_the_pictures(api, name, page, tmp_path):
    page.set_content(FLASH)
    page.mouse.click(300, 300)
    start(api, name, framerate=20, recordAudio=True)
    begun = time.monotonic()
    eventually(lambda: time.monotonic() > begun + 1.5)
    page.evaluate("context.resume().then(flash)")
    eventually(lambda: time.monotonic() > begun + 4)
    api.post("/recording/stop", json={"id": name})
    assert entry(api, name)["error"] is None
    video = tmp_path / "sound.mp4"
    video.write_bytes(api.get("/recording/download", params={"id": name}).content)
    streams = {stream["codec_type"]: stream for stream in probe(video)["streams"]}
    assert (streams["audio"]["codec_name"], streams["audio"]["sample_rate"]) == ("aac", "48000")
    pictures = list(zip(frame_times(video), brightness(video)))
    # The first may still be of the page before, which was brighter.
    dark = min(range(len(pictures)), key=lambda index: pictures[index][1])
    seen = next(at for at, mean in pictures[dark:] if mean > pictures[dark][1] + 40)
    heard = next(index for index, sample in enumerate(sound(video)) if abs(sample) > 0.05) / 8000
    # A loaded machine shows a picture late; sound never waits.
    assert -1 < heard - seen < 0.15


def test_a_recording_without_sound_has_none(api, name, tmp_path):
    start(api, name, maxDurationInSeconds=1)
    eventually(lambda: entry(api, name)["state"] == "finished")
    video = tmp_path / "silent.mp4"
    video.write_bytes(api.get("/recording/download", params={"id": name}).content)
    assert [stream["codec_type"] for stream in probe(video)["streams"]] == ["video"]
    assert duration(video) == pytest.approx(1, abs=0.01)
