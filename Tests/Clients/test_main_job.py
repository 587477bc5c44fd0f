"""The main job: drive a real page from outside, see that it happened, and take the proof home."""

import io
import json
import subprocess
import threading
import time

import pytest
from PIL import Image, ImageChops
from waiting import eventually


class LogReader(threading.Thread):
    """Follows a file through the SDK and keeps the messages."""

    def __init__(self, sdk, path):
        super().__init__(daemon=True)
        self.messages = []
        self.stream = sdk.browsers.logs.stream("vm-1", source="path", path=path, follow=True)

    def run(self):
        for event in self.stream:
            self.messages.append(event.message)
            if event.message == "last":
                return


def screenshot(sdk) -> Image.Image:
    png = sdk.browsers.computer.capture_screenshot("vm-1").read()
    return Image.open(io.BytesIO(png)).convert("RGB")


def shot_with(sdk, place, colour):
    """The screen once it shows that colour there."""
    return eventually(lambda: (lambda shot: shot.getpixel(place) == colour and shot)(screenshot(sdk)))


def on_screen(page, selector):
    """The centre of an element in pixels of the screen."""
    box = page.locator(selector).bounding_box()
    offset = page.evaluate("offset")
    return round(offset["x"] + box["x"] + box["width"] / 2), round(offset["y"] + box["y"] + box["height"] / 2)


def probe(path):
    output = subprocess.run(
        ["ffprobe", "-v", "error", "-show_streams", "-show_format", "-of", "json", path],
        check=True, capture_output=True, text=True)
    assert output.stderr == "", f"ffprobe complained: {output.stderr}"
    return json.loads(output.stdout)


@pytest.fixture
def recording(api):
    """A running recording, stopped on every path."""
    name = f"main-job-{time.time_ns()}"
    assert api.post("/recording/start", json={"id": name, "framerate": 10}).status_code == 201
    yield name
    api.post("/recording/stop", json={"id": name})


def test_the_main_job(sdk, api, page, site, recording, machine_directory, control_plane):
    log = f"{machine_directory}/job.log"
    sdk.browsers.fs.write_file("vm-1", b"", path=log)
    reader = LogReader(sdk, log)
    reader.start()

    # A local page, opened through Playwright on the CDP proxy.
    page.goto(f"{site.url}/form.html")
    size = screenshot(sdk).size

    def page_sees_pointer():
        # It is in the middle of a new screen, and where it is already, no event comes of it.
        for x in (size[0] // 2 - 9, size[0] // 2):
            sdk.browsers.computer.move_mouse("vm-1", x=x, y=size[1] // 2)
        return page.evaluate("offset")

    eventually(page_sees_pointer)
    x, y = on_screen(page, "#button")
    before = shot_with(sdk, (x - 140, y), (0xDD, 0xDD, 0xDD))

    # Its button clicked and its field filled through the API; the page confirms both.
    sdk.browsers.computer.click_mouse("vm-1", x=x, y=y)
    eventually(lambda: page.evaluate("button.classList.contains('clicked')"))
    field_x, field_y = on_screen(page, "#field")
    sdk.browsers.computer.click_mouse("vm-1", x=field_x, y=field_y)
    eventually(lambda: page.evaluate("document.activeElement === field"))
    sdk.browsers.computer.type_text("vm-1", text="Hello, World! 123")
    eventually(lambda: page.input_value("#field") == "Hello, World! 123")
    seen = page.evaluate("seen")
    assert [event["target"] for event in seen if event["type"] == "click"] == ["button", "field"]
    assert seen and all(event["trusted"] for event in seen)

    # The change is in the pixels: where the button is it has become green, elsewhere nothing large has moved.
    after = shot_with(sdk, (x - 140, y), (0, 170, 0))
    changed = ImageChops.difference(before, after).getbbox()
    assert changed[0] <= x <= changed[2] and changed[1] <= y <= changed[3]

    # The log stream ran along.
    done = sdk.browsers.process.exec(
        "vm-1", command="sh", args=["-c", f"echo first >> {log}; echo last >> {log}; echo done"])
    assert done.exit_code == 0
    reader.join(10)
    assert reader.messages == ["first", "last"]

    # The recording is a file that ffprobe and Chromium itself play.
    time.sleep(1)
    assert api.post("/recording/stop", json={"id": recording}).status_code == 200
    video = api.get("/recording/download", params={"id": recording})
    assert video.status_code == 200 and video.headers["Content-Type"] == "video/mp4"
    file = site.directory / "job.mp4"
    file.write_bytes(video.content)
    details = probe(file)
    stream = details["streams"][0]
    assert (stream["codec_name"], stream["profile"], stream["pix_fmt"]) == ("h264", "High", "yuv420p")
    assert (stream["width"], stream["height"]) == (size[0] + size[0] % 2, size[1] + size[1] % 2)
    assert plays(page, site, float(details["format"]["duration"]), stream["width"])

    # And it comes back through the file API as it was.
    sdk.browsers.fs.write_file("vm-1", video.content, path=f"{machine_directory}/copy/job.mp4")
    assert sdk.browsers.fs.read_file("vm-1", path=f"{machine_directory}/copy/job.mp4").read() == video.content
    names = [entry.name for entry in sdk.browsers.fs.list_files("vm-1", path=f"{machine_directory}/copy")]
    assert names == ["job.mp4"]
    assert control_plane.requests == ["GET /browsers/vm-1"], "a call went to the control plane instead of the agent"


def plays(page, site, duration, width):
    """Chromium plays the file from its beginning to its end, and its last frame differs from its first."""
    page.goto(f"{site.url}/player.html")
    return page.evaluate(
        """async ([duration, width]) => {
            const loaded = new Promise((resolve, reject) => {
                video.onloadeddata = resolve
                video.onerror = () => reject(new Error(video.error.message))
            })
            video.src = 'job.mp4'
            await loaded
            if (Math.abs(video.duration - duration) > 0.2) throw new Error(`duration ${video.duration}, not ${duration}`)
            if (video.videoWidth !== width) throw new Error(`width ${video.videoWidth}, not ${width}`)
            video.playbackRate = 8
            const ended = new Promise(resolve => video.onended = resolve)
            await video.play()
            await ended
            return video.currentTime > duration - 0.5
        }""",
        [duration, width])
