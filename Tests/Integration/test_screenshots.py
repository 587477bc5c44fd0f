"""Screenshots: every pixel, the options, tags, waiting for a quiet screen, and what goes on meanwhile."""

import io
import statistics
import subprocess
import threading
import time

import pytest
import requests
from PIL import Image, ImageChops, ImageStat
from waiting import eventually

PICTURES = """<!doctype html><title>pictures</title><style>body { margin: 0; font: 17px serif; background: #fdf6e3 }
p { color: #123456; margin: 4px } div { height: 200px; background: linear-gradient(30deg, #f00, #0f0 40%, #00f) }</style>
<div></div><canvas width=600 height=200></canvas><p>The quick brown fox, <b>jumping</b> – “über” 日本語 😀.</p>
<script>
const context = document.querySelector('canvas').getContext('2d'), image = context.createImageData(600, 200)
for (let i = 0; i < image.data.length; i++) image.data[i] = i % 4 == 3 ? 255 : Math.random() * 256
context.putImageData(image, 0, 0)
</script>"""

#: Changes its colour every 50 ms until so many milliseconds have passed, and is green then.
RESTLESS = """<!doctype html><title>restless</title><style>body {{ background: red }}</style><script>
const start = Date.now()
const timer = setInterval(() => {{
  const isOver = Date.now() - start > {duration}
  document.body.style.background = isOver ? 'rgb(0, 170, 0)' : `rgb(${{Date.now() % 256}}, 0, 0)`
  if (isOver) clearInterval(timer)
}}, 50)
</script>"""


def show(page, site, html: str):
    (site.directory / "shown.html").write_text(html)
    page.goto(f"{site.url}/shown.html")


def decoded(answer) -> Image.Image:
    assert answer.status_code == 200, answer.text
    return Image.open(io.BytesIO(answer.content)).convert("RGB")


def as_x_has_it(display: str, size: tuple[int, int]) -> Image.Image:
    command = ["ffmpeg", "-v", "error", "-f", "x11grab", "-draw_mouse", "0", "-i", display, "-frames:v", "1",
               "-f", "rawvideo", "-pix_fmt", "rgb24", "-"]
    pixels = subprocess.run(command, check=True, capture_output=True, timeout=30).stdout
    return Image.frombytes("RGB", size, pixels)


def difference(one: Image.Image, other: Image.Image) -> float:
    return max(ImageStat.Stat(ImageChops.difference(one, other)).mean)


@pytest.fixture
def still(api, page, site) -> Image.Image:
    """A page with letters, gradients and noise that has come to rest; the pointer is elsewhere."""
    show(page, site, PICTURES)
    api.post("/computer/move_mouse", json={"x": 1500, "y": 900, "smooth": False})

    def settled():
        answer = api.post("/computer/screenshot", json={"wait_for_stable_ms": 400, "cursor": False})
        return answer.headers["X-Screen-Stable"] == "true" and decoded(answer)

    return eventually(settled, timeout=40)


def test_every_pixel_is_as_x_has_it(still, display_name):
    assert as_x_has_it(display_name, still.size).tobytes() == still.tobytes()


@pytest.mark.parametrize("region", [(0, 0, 1, 1), (300, 250, 400, 300), (101, 203, 333, 77), (5, 0, 1000, 700)])
def test_a_region_is_that_part(api, still, region):
    x, y, width, height = region
    wanted = {"region": {"x": x, "y": y, "width": width, "height": height}, "cursor": False}
    part = decoded(api.post("/computer/screenshot", json=wanted))
    assert part.tobytes() == still.crop((x, y, x + width, y + height)).tobytes()


@pytest.mark.parametrize("numerator, denominator", [(3, 4), (1, 2), (2, 5), (1, 10)])
def test_a_smaller_picture_is_the_mean_of_areas(api, still, numerator, denominator):
    small = decoded(api.post("/computer/screenshot", json={"scale": numerator / denominator, "cursor": False}))
    larger = still.resize((still.width * numerator, still.height * numerator), Image.Resampling.NEAREST)
    means = larger.reduce(denominator)
    assert small.size == means.size
    assert max(highest for _, highest in ImageChops.difference(small, means).getextrema()) <= 2


@pytest.mark.parametrize("quality, limit", [(None, 8), (95, 3), (100, 1)])
def test_jpeg_is_close(api, still, quality, limit):
    answer = api.post("/computer/screenshot", json={"format": "jpeg", "quality": quality, "cursor": False})
    assert answer.headers["Content-Type"] == "image/jpeg"
    assert Image.open(io.BytesIO(answer.content)).format == "JPEG"
    assert difference(decoded(answer), still) < limit


def test_the_pointer_is_shown_unless_it_is_not_wanted(api, still):
    pointed = decoded(api.post("/computer/screenshot"))
    box = ImageChops.difference(pointed, still).getbbox()
    assert box and 1460 < box[0] <= 1500 < box[2] < 1540 and 860 < box[1] <= 900 < box[3] < 940


@pytest.mark.parametrize("options", [{}, {"format": "jpeg"}, {"cursor": False, "scale": 0.5}], ids=str)
def test_a_picture_that_is_known_is_not_sent_again(api, still, options):
    def take(**headers):
        return api.post("/computer/screenshot", json=options, headers=headers)

    def twice():
        first, again = take(), take()
        return first.headers["ETag"] == again.headers["ETag"] and (first, again)

    first, again = eventually(twice)
    assert again.content == first.content
    assert first.headers["Cache-Control"] == "no-store"
    assert int(first.headers["Content-Length"]) == len(first.content)
    known = {"If-None-Match": '"other", ' + first.headers["ETag"]}
    unchanged = take(**known)
    assert unchanged.status_code == 304 and not unchanged.content
    assert unchanged.headers["ETag"] == first.headers["ETag"]
    api.post("/computer/move_mouse", json={"x": 1510, "y": 905, "smooth": False})
    assert take(**known).status_code == (304 if options.get("cursor") is False else 200)


def test_a_changed_page_is_another_picture(api, page, still):
    tag = {"If-None-Match": api.post("/computer/screenshot").headers["ETag"]}
    page.evaluate("document.body.style.background = 'black'")
    eventually(lambda: api.post("/computer/screenshot", headers=tag).status_code == 200)


@pytest.mark.parametrize("body, words", [
    ({"format": "webp"}, "png, jpeg"),
    ({"format": 5}, "format must be a string"),
    ({"quality": 0, "format": "jpeg"}, "quality must be from 1 to 100"),
    ({"quality": 101}, "quality must be from 1 to 100"),
    ({"quality": 1.5}, "quality"),
    ({"scale": 0}, "scale must be more than 0 and at most 1"),
    ({"scale": 1.1}, "scale"),
    ({"scale": "half"}, "scale must be a number"),
    ({"cursor": "no"}, "cursor must be true or false"),
    ({"wait_for_stable_ms": -1}, "wait_for_stable_ms must be from 0 to 10000"),
    ({"wait_for_stable_ms": 10001}, "wait_for_stable_ms"),
    ({"timeout_ms": 30001}, "timeout_ms must be from 0 to 30000"),
    ({"wait_for_stable_ms": 500, "timeout_ms": 100}, "timeout_ms"),
    ({"region": {"x": -1, "y": 0, "width": 1, "height": 1}}, "region.x"),
    ({"region": {"x": 0, "y": 0, "width": 1, "height": -1}}, "region.height"),
    ({"region": {"x": 0, "y": 0, "width": 100000, "height": 1}}, "at most"),
    ({"region": {"x": 0}}, "region.y is required"),
    ({"region": 7}, "region must be an object"),
], ids=str)
def test_bad_options_are_told(api, body, words):
    answer = api.post("/computer/screenshot", json=body)
    assert answer.status_code == 400 and words in answer.json()["message"]


def test_unknown_fields_and_no_body_are_the_whole_screen(api):
    size = decoded(api.post("/computer/screenshot", json={"unheard": {"of": 1}})).size
    assert decoded(api.post("/computer/screenshot")).size == size
    assert decoded(api.post("/computer/screenshot", data=b"null")).size == size


def test_the_picture_shows_the_page_at_rest(api, page, site):
    show(page, site, RESTLESS.format(duration=900))
    answer = api.post("/computer/screenshot", json={"wait_for_stable_ms": 400})
    assert answer.headers["X-Screen-Stable"] == "true"
    picture = decoded(answer)
    assert picture.getpixel((picture.width // 2, picture.height * 3 // 4)) == (0, 170, 0)


def test_a_page_that_never_rests_is_shown_when_patience_ends(api, page, site):
    show(page, site, RESTLESS.format(duration=60_000))
    start = time.monotonic()
    answer = api.post("/computer/screenshot", json={"wait_for_stable_ms": 400, "timeout_ms": 700})
    assert 0.7 <= time.monotonic() - start < 3
    assert answer.headers["X-Screen-Stable"] == "false"
    decoded(answer)


def test_nothing_waits_for_input(api, agent_url, still):
    """Pictures are as quick during a long drag as without one, and show the pointer on its way."""

    def seconds() -> float:
        start = time.perf_counter()
        assert api.post("/computer/screenshot", json={"region": {"x": 0, "y": 0, "width": 400, "height": 300}}).ok
        return time.perf_counter() - start

    def drag():
        path = [[300, 500], [900, 600], [400, 550]]
        answers.append(requests.post(
            f"{agent_url}/computer/drag_mouse", json={"path": path, "duration_ms": 3000}, timeout=30))

    alone = statistics.median(seconds() for _ in range(20))
    answers: list[requests.Response] = []
    dragging = threading.Thread(target=drag)
    dragging.start()
    during, tags = [], set()
    while dragging.is_alive():
        during.append(seconds())
        tags.add(api.post("/computer/screenshot", json={"scale": 0.1}).headers["ETag"])
    dragging.join()
    assert answers[0].status_code == 200, answers[0].text
    assert len(tags) > 20
    # On a screen that does not change pictures come from memory, so the bound leaves room for making them.
    assert statistics.median(during) < alone + 0.02
    assert max(during) < 0.5


def test_many_clients_at_once(agent_url, still):
    answers = []

    def take(options):
        with requests.Session() as session:
            for _ in range(10):
                answers.append(session.post(f"{agent_url}/computer/screenshot", json=options, timeout=30))

    kinds = [{}, {}, {"format": "jpeg"}, {"scale": 0.5}, {"cursor": False}, {"region": dict(x=9, y=9, width=9, height=9)}]
    threads = [threading.Thread(target=take, args=(options,)) for options in kinds]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [answer.status_code for answer in answers] == [200] * 60
    tags = {(answer.headers["ETag"], answer.content) for answer in answers}
    assert len(tags) == len({tag for tag, _ in tags}) == 5
