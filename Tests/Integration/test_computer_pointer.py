"""The mouse, as Chromium and the X server see it."""

import subprocess
import threading
import time

import pytest
import requests
from waiting import eventually


def post(api, operation, **body):
    answer = api.post(f"/computer/{operation}", json=body)
    assert answer.status_code == 200, answer.text
    return answer


def points(events):
    return [(event["screenX"], event["screenY"]) for event in events]


def test_a_click_is_a_persons_by_default(api, input_page):
    answer = post(api, "click_mouse", x=700, y=500)
    assert answer.content == b"" and answer.headers["X-Seed"].isdigit()
    click = input_page.wait_for("click")[0]
    assert (click["screenX"], click["screenY"], click["isTrusted"], click["detail"]) == (700, 500, True, 1)
    assert len(input_page.seen("mousemove")) >= 5
    down, up = input_page.seen("mousedown", "mouseup")
    assert points([down, up]) == [(700, 500)] * 2
    assert 30 <= up["timeStamp"] - down["timeStamp"] <= 250


def test_a_plain_click_comes_at_once(api, input_page):
    answer = post(api, "click_mouse", x=700, y=500, smooth=False)
    assert answer.content == b"" and "X-Seed" not in answer.headers
    input_page.wait_for("click")
    assert points(input_page.seen("mousemove")) in ([(700, 500)], [(700, 500)] * 2)
    assert [event["type"] for event in input_page.seen("mousedown", "mouseup", "click")] == [
        "mousedown", "mouseup", "click"]


@pytest.mark.parametrize("smooth", [True, False])
def test_clicks_are_counted(api, input_page, smooth):
    post(api, "click_mouse", x=700, y=500, num_clicks=3, smooth=smooth)
    assert [click["detail"] for click in input_page.wait_for("click", 3)] == [1, 2, 3]
    assert len(input_page.seen("dblclick")) == 1


@pytest.mark.parametrize("button, number, type", [
    ("right", 2, "contextmenu"), ("middle", 1, "auxclick"), ("back", 3, "mouseup"), ("forward", 4, "mouseup")])
def test_buttons(api, input_page, button, number, type):
    post(api, "click_mouse", x=700, y=500, button=button, smooth=False)
    assert input_page.wait_for(type)[0]["button"] == number
    assert [event["button"] for event in input_page.seen("mousedown", "mouseup")] == [number] * 2


@pytest.mark.parametrize("smooth", [True, False])
def test_keys_are_held_around_a_click_and_no_longer(api, input_page, display, smooth):
    post(api, "click_mouse", x=700, y=500, hold_keys=["ctrl", "alt", "Shift_L"], smooth=smooth)
    down = input_page.wait_for("mousedown")[0]
    assert (down["ctrlKey"], down["shiftKey"], down["altKey"], down["metaKey"]) == (True, True, True, False)
    assert [event["key"] for event in input_page.seen("keydown")] == ["Control", "Alt", "Shift"]
    assert not any(event["ctrlKey"] for event in input_page.seen("mousemove")[:-1])
    eventually(lambda: len(input_page.seen("keyup")) == 3)
    assert display.keys == set() and display.buttons == set()


def test_down_stays_down_until_up(api, input_page, display):
    post(api, "click_mouse", x=700, y=500, click_type="down", smooth=False)
    assert display.buttons == {"left"}
    post(api, "move_mouse", x=720, y=500, smooth=False)
    assert display.buttons == {"left"}
    post(api, "click_mouse", x=740, y=500, click_type="up")
    assert display.buttons == set()
    input_page.wait_for("mouseup")
    assert {event["buttons"] for event in input_page.seen("mousemove") if event["screenX"] >= 720} == {1}


@pytest.mark.parametrize("smooth", [True, False])
def test_every_corner_is_met_exactly(api, display, smooth):
    width, height = display.size
    corners = [(0, 0), (width - 1, 0), (width - 1, height - 1), (0, height - 1), (0, height // 2), (width // 2, 0)]
    for x, y in corners:
        post(api, "move_mouse", x=x, y=y, smooth=smooth)
        assert display.position == (x, y)
        assert api.post("/computer/get_mouse_position").json() == {"x": x, "y": y}


def test_a_pointer_that_others_move_ends_where_it_should(api, input_page, display):
    stop = threading.Event()

    def disturb():
        while not stop.is_set():
            subprocess.run(["xdotool", "mousemove_relative", "--", "-7", "5"], check=True)

    disturber = threading.Thread(target=disturb)
    disturber.start()
    try:
        post(api, "click_mouse", x=700, y=500, duration_ms=600)
    finally:
        stop.set()
        disturber.join()
    click = input_page.wait_for("mousedown")[0]
    assert (click["screenX"], click["screenY"]) == (700, 500)


def test_wheel_ticks_are_counted_in_both_directions(api, input_page):
    post(api, "scroll", x=700, y=500, delta_x=-2, delta_y=3, smooth=False)
    eventually(lambda: sum(event["deltaX"] for event in input_page.seen("wheel")) <= -240)
    wheel = input_page.seen("wheel")
    assert sum(event["deltaY"] for event in wheel) == 360 and sum(event["deltaX"] for event in wheel) == -240
    assert all(event["isTrusted"] for event in wheel) and set(points(wheel)) == {(700, 500)}


def test_a_person_scrolls_in_pulls_with_keys_held(api, input_page, display):
    post(api, "scroll", x=700, y=500, delta_y=-9, hold_keys=["ctrl"])
    eventually(lambda: sum(event["deltaY"] for event in input_page.seen("wheel")) <= -9 * 120)
    wheel = input_page.seen("wheel")
    assert sum(event["deltaY"] for event in wheel) == -9 * 120 and all(event["ctrlKey"] for event in wheel)
    assert wheel[-1]["timeStamp"] - wheel[0]["timeStamp"] > 100
    assert display.keys == set()


@pytest.mark.parametrize("options", [{}, {"smooth": False, "step_delay_ms": 2}], ids=str)
def test_a_drag_passes_every_point_with_the_button_held(api, input_page, display, options):
    path = [[600, 500], [700, 520], [650, 620], [653, 601]]
    post(api, "drag_mouse", path=path, **options)
    assert display.position == (653, 601) and display.buttons == set()
    down, up = input_page.wait_for("mousedown")[0], input_page.wait_for("mouseup")[0]
    assert points([down, up]) == [(600, 500), (653, 601)]
    moves = [event for event in input_page.seen("mousemove") if down["timeStamp"] < event["timeStamp"]]
    assert {event["buttons"] for event in moves if event["timeStamp"] < up["timeStamp"]} == {1}


def test_a_plain_drag_has_as_many_steps_as_asked_for(api):
    answer = post(
        api, "drag_mouse", path=[[10, 10], [13, 20], [0, 0]], smooth=False, steps_per_segment=4, step_delay_ms=5,
        delay=100, dry_run=True)
    plan = answer.json()
    moves = [(step["at_ms"], step["x"], step["y"]) for step in plan["steps"] if step["event"] == "move"]
    assert moves == [
        (0, 10, 10), (105, 11, 13), (110, 12, 15), (115, 12, 18), (120, 13, 20),
        (125, 10, 15), (130, 6, 10), (135, 3, 5), (140, 0, 0)]
    assert (plan["duration_ms"], plan["steps"][1]["event"], plan["steps"][-1]["event"]) == (140, "press", "release")


@pytest.mark.parametrize("options", [{}, {"smooth": False}], ids=str)
def test_a_drag_drops_what_it_has_picked_up(api, input_page, options):
    path = [list(input_page.centre("#card")), list(input_page.centre("#bin"))]
    post(api, "drag_mouse", path=path, **options)
    assert input_page.wait_for("drop")[0]["target"] == "bin"
    assert input_page.seen("dragstart")[0]["target"] == "card"


def test_a_dry_run_does_nothing_and_its_seed_repeats_it(api, display):
    post(api, "move_mouse", x=100, y=100, smooth=False)
    first = post(api, "click_mouse", x=700, y=500, dry_run=True).json()
    again = post(api, "click_mouse", x=700, y=500, dry_run=True, seed=first["seed"]).json()
    other = post(api, "click_mouse", x=700, y=500, dry_run=True, seed=first["seed"] + 1).json()
    assert first == again and first["steps"] != other["steps"]
    assert display.position == (100, 100)
    assert [step["event"] for step in first["steps"][-3:]] == ["move", "press", "release"]
    assert post(api, "move_mouse", x=300, y=300, seed=42).headers["X-Seed"] == "42"


@pytest.mark.parametrize("milliseconds", [50, 400, 1500])
def test_a_movement_takes_as_long_as_asked_for(api, milliseconds):
    post(api, "move_mouse", x=100, y=100, smooth=False)
    start = time.monotonic()
    post(api, "move_mouse", x=900, y=700, duration_ms=milliseconds)
    took = (time.monotonic() - start) * 1000
    assert milliseconds <= took <= milliseconds * 1.05 + 100


def test_reads_do_not_wait_for_a_gesture(api, agent_url, display):
    drag = threading.Thread(
        target=post, args=[api, "drag_mouse"],
        kwargs={"path": [[100, 100], [800, 600]], "smooth": False, "steps_per_segment": 100, "step_delay_ms": 15})
    drag.start()
    try:
        eventually(lambda: display.buttons)
        waits = []
        for operation in ["get_mouse_position", "screenshot"] * 5:
            start = time.monotonic()
            assert requests.post(f"{agent_url}/computer/{operation}", timeout=10).ok
            waits.append(time.monotonic() - start)
        assert display.buttons == {"left"} and sorted(waits)[5] < 0.2
    finally:
        drag.join()


def test_the_pointer_is_hidden_and_shown(api, input_page, display):
    def picture():
        region = {"x": 680, "y": 480, "width": 60, "height": 60}
        return post(api, "screenshot", region=region).content

    post(api, "move_mouse", x=700, y=500, smooth=False)
    shown = picture()
    try:
        for _ in range(2):
            assert post(api, "cursor", hidden=True).json() == {"ok": True}
        assert (hidden := picture()) != shown
        # The pointer has another shape over text fields and things to drag.
        for selector in ("#field", "#card"):
            x, y = input_page.centre(selector)
            post(api, "move_mouse", x=x, y=y, smooth=False)
        post(api, "move_mouse", x=700, y=500, smooth=False)
        assert picture() == hidden
    finally:
        for _ in range(2):
            assert post(api, "cursor", hidden=False).json() == {"ok": True}
    eventually(lambda: picture() == shown)
