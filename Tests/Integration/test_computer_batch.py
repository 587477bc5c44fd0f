"""`batch`: one turn, in order, until something fails or the client leaves."""

import json
import threading
import time

import pytest
import requests
from raw_http import RawClient
from waiting import eventually


def action(type, **fields):
    return {"type": type, type: fields}


def move(x, y, **options):
    return action("move_mouse", x=x, y=y, smooth=False, **options)


def batch(api, *actions):
    return api.post("/computer/batch", json={"actions": list(actions)})


def test_every_type_of_action_in_order(api, input_page, display):
    x, y = input_page.centre("#field")
    start = time.monotonic()
    answer = batch(
        api, action("set_cursor", hidden=True), action("click_mouse", x=x, y=y, smooth=False),
        action("type_text", text="Grüße", smooth=False), action("press_key", keys=["Left", "X"]),
        action("scroll", x=700, y=500, delta_y=2, smooth=False), action("sleep", duration_ms=300),
        action("drag_mouse", path=[[600, 500], [640, 540]], smooth=False, step_delay_ms=1),
        action("set_cursor", hidden=False), move(33, 44))
    assert answer.status_code == 200 and answer.content == b"", answer.text
    assert time.monotonic() - start >= 0.3
    assert display.position == (33, 44)
    eventually(lambda: input_page.page.input_value("#field") == "GrüßXe")
    input_page.wait_for("mouseup", 2)
    kinds = [event["type"] for event in input_page.seen("click", "wheel", "mousedown")]
    assert kinds[:2] == ["mousedown", "click"] and kinds[2] == "wheel" and kinds[-2:] == ["mousedown", "click"]


def test_human_actions_in_a_batch(api, input_page, display):
    assert batch(api, action("move_mouse", x=650, y=450), action("click_mouse", x=700, y=500, seed=3)).ok
    assert display.position == (700, 500)
    assert input_page.wait_for("click")[0]["isTrusted"] and len(input_page.seen("mousemove")) > 5


@pytest.mark.parametrize("failing, message", [
    (move(99_999, 0), "x is 99999, which is not on the screen: the largest valid coordinates are x "),
    (action("press_key", keys=["NoSuchKey"]), '"NoSuchKey"'),
    (action("click_mouse", x=1, y=1, button="thumb"), "button must be one of left, middle, right"),
    (action("scroll", x=1, y=1), "delta_x and delta_y are both 0"),
    (action("sleep", duration_ms=30_001), "duration_ms must be from 0 to 30000, not 30001"),
    (action("move_mouse", x=1, y=1, dry_run=True), "dry_run"),
], ids=lambda value: value["type"] if isinstance(value, dict) else value)
def test_the_first_failure_ends_it(api, display, failing, message):
    answer = batch(api, move(200, 200), failing, move(300, 300))
    assert answer.status_code == 400
    text = answer.json()["message"]
    assert text.startswith(f"actions[1] ({failing['type']}): ") and message in text, text
    assert display.position == (200, 200)


@pytest.mark.parametrize("body, words", [
    ({}, "actions is required"),
    ({"actions": []}, "actions must have from 1 to 1000 entries, not 0"),
    ({"actions": [move(1, 1)] * 1001}, "not 1001"),
    ({"actions": [move(1, 1), {"type": "teleport", "teleport": {}}]}, 'actions[1].type: must be one of click_mouse'),
    ({"actions": [move(1, 1), {}]}, "actions[1].type is required"),
    ({"actions": [move(1, 1), {"type": "sleep"}]}, "actions[1].sleep is required"),
    ({"actions": [move(1, 1), {"type": "scroll", "sleep": {}}]}, "actions[1].scroll is required"),
    ({"actions": [move(1, 1), action("click_mouse", x=1)]}, "actions[1].click_mouse.y is required"),
    ({"actions": [move(1, 1), action("drag_mouse", path=[[1, 1], [2, "x"]])]}, "actions[1].drag_mouse.path[1][1]"),
    ({"actions": [move(1, 1), action("sleep", duration_ms=1.5)]}, "actions[1].sleep.duration_ms"),
    ({"actions": {"type": "sleep"}}, "actions must be"),
], ids=lambda value: json.dumps(value)[:60])
def test_a_batch_that_cannot_be_understood_does_nothing(api, display, body, words):
    assert batch(api, move(500, 400)).ok
    answer = api.post("/computer/batch", json=body)
    assert answer.status_code == 400 and words in answer.json()["message"], answer.text
    assert display.position == (500, 400)


def test_nobody_else_comes_in_between(agent_url, api, display):
    mine = [move(100 + index, 100) for index in range(20)]
    steps = [each for one in mine for each in (one, action("sleep", duration_ms=15))]
    running = threading.Thread(
        target=requests.post, args=[f"{agent_url}/computer/batch"], kwargs={"json": {"actions": steps}})
    running.start()
    eventually(lambda: display.position == (105, 100), interval=0.001)
    assert api.post("/computer/move_mouse", json={"x": 700, "y": 700, "smooth": False}).ok
    running.join()
    assert display.position == (700, 700)


def test_it_ends_when_the_client_leaves_and_lets_others_in(agent_url, api, display):
    body = json.dumps({"actions": [move(10, 10), action("sleep", duration_ms=30_000), move(400, 400)]}).encode()
    with RawClient(agent_url) as client:
        client.send("POST", "/computer/batch", f"Content-Length: {len(body)}", body=body)
        eventually(lambda: display.position == (10, 10))
    start = time.monotonic()
    assert api.post("/computer/move_mouse", json={"x": 20, "y": 20, "smooth": False}).ok
    assert time.monotonic() - start < 5 and display.position == (20, 20)
