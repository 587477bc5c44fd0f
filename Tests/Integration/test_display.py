"""The size of the screen, changed while everything on it goes on: asked of X itself and of the page."""

import io

import pytest
from PIL import Image
from waiting import eventually
from x_display import XDisplay

SIZES = [
    (2560, 1440, 10), (1920, 1080, 25), (1920, 1200, 25), (1440, 900, 25), (1280, 800, 60), (1200, 800, 60),
    (1024, 768, 60), (768, 1024, 60), (390, 844, 60), (3840, 2160, 30), (1367, 771, 60), (1023, 767, 30),
]


@pytest.fixture(autouse=True)
def usual_size(api):
    yield
    answer = api.patch("/display", json={"width": 1920, "height": 1080, "refresh_rate": 60, "require_idle": False})
    assert answer.status_code == 200, answer.text


def size_now(display_name) -> tuple[int, int]:
    with XDisplay(display_name) as display:
        return display.size


@pytest.mark.parametrize("width, height, rate", SIZES)
def test_the_screen_has_the_very_size(api, display_name, width, height, rate):
    answer = api.patch("/display", json={"width": width, "height": height, "refresh_rate": rate})
    assert answer.status_code == 200, answer.text
    assert answer.json() == {"width": width, "height": height, "refresh_rate": rate}
    assert size_now(display_name) == (width, height)
    picture = Image.open(io.BytesIO(api.post("/computer/screenshot").content))
    assert picture.size == (width, height)


def maximise(page):
    """The window, which somebody may have made smaller by a double click on its bar."""
    devtools = page.context.new_cdp_session(page)
    window = devtools.send("Browser.getWindowForTarget")["windowId"]
    devtools.send("Browser.setWindowBounds", {"windowId": window, "bounds": {"windowState": "maximized"}})
    devtools.detach()


def test_the_window_follows_and_the_page_stays(api, page, stack):
    browser = stack.pids("chromium")[0]
    maximise(page)
    page.evaluate("window.mark = 'still here'")
    for width, height in [(1280, 720), (2560, 1440), (1001, 703)]:
        assert api.patch("/display", json={"width": width, "height": height}).status_code == 200
        eventually(lambda: page.evaluate("[outerWidth, outerHeight]") == [width, height])
    assert page.evaluate("window.mark") == "still here"
    assert stack.pids("chromium")[0] == browser


def test_what_is_left_out_stays(api, display_name):
    assert api.patch("/display", json={"width": 1300}).json() == {"width": 1300, "height": 1080, "refresh_rate": 60}
    assert api.patch("/display", json={"height": 900, "refresh_rate": 30}).json() == {
        "width": 1300, "height": 900, "refresh_rate": 30}
    assert size_now(display_name) == (1300, 900)


@pytest.mark.parametrize("wanted, named", [
    ({}, "width"), ({"refresh_rate": 30}, "width"), ({"width": 0, "height": 600}, "width"),
    ({"width": 800, "height": -1}, "height"), ({"width": 100_000, "height": 600}, "width"),
    ({"width": 800, "height": 1}, "height"), ({"width": 30_000, "height": 30_000}, "30000"),
    ({"width": 800, "height": 600, "refresh_rate": 0}, "refresh_rate"), ({"width": "800"}, "width"),
])
def test_a_bad_size_is_refused_with_advice_and_changes_nothing(api, display_name, wanted, named):
    before = size_now(display_name)
    answer = api.patch("/display", json=wanted)
    assert answer.status_code == 400
    assert named in answer.json()["message"]
    assert size_now(display_name) == before


def test_a_recording_keeps_the_size_unless_it_may_end(api, display_name):
    assert api.post("/recording/start", json={"id": "resized"}).status_code == 201
    refused = api.patch("/display", json={"width": 1280, "height": 800})
    assert refused.status_code == 409
    assert size_now(display_name) == (1920, 1080)
    # Nothing changes, so nobody is disturbed.
    assert api.patch("/display", json={"width": 1920, "height": 1080}).status_code == 200
    answer = api.patch("/display", json={"width": 1280, "height": 800, "require_idle": False})
    assert answer.status_code == 200
    assert size_now(display_name) == (1280, 800)
    first, *others = [each for each in api.get("/recording/list").json() if each["id"].startswith("resized")]
    assert not first["isRecording"]
    assert [each["isRecording"] for each in others] == [True], "it goes on as another"
    assert api.post("/recording/stop", json={"id": others[0]["id"]}).status_code == 200
    assert b"moov" in api.get("/recording/download", params={"id": "resized"}).content
