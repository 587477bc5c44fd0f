"""`press_key`, as Chromium and the X server see it."""

import threading
import time

import keyboard
import pytest
import requests
from waiting import eventually


def press(api, keys, **options):
    return api.post("/computer/press_key", json={"keys": keys} | options)


def test_keys_are_tapped_in_order(api, input_page):
    input_page.focus_field(api)
    assert press(api, ["a", "B", "Left", "minus", "space"]).status_code == 200
    eventually(lambda: input_page.page.input_value("#field") == "a- B")
    taps = [(event["type"], event["key"]) for event in input_page.seen("keydown", "keyup") if event["key"] != "Shift"]
    assert taps == [(type, key) for key in ["a", "B", "ArrowLeft", "-", " "] for type in ("keydown", "keyup")]
    assert all(event["isTrusted"] for event in input_page.seen("keydown"))


@pytest.mark.parametrize("chord", ["Ctrl+Shift+y", "ctrl + shift + Y", "Control_L+Shift_L+y"])
def test_a_combination_is_held_together_and_released(api, input_page, display, chord):
    input_page.focus_field(api)
    assert press(api, [chord]).status_code == 200
    last = eventually(lambda: [event for event in input_page.seen("keydown") if event["key"].lower() == "y"])[0]
    assert (last["ctrlKey"], last["shiftKey"], last["altKey"]) == (True, True, False)
    assert display.keys == set()


@pytest.mark.same_machine("asks the X server beside the agent")
def test_keys_the_layout_lacks_are_pressed_and_leave_it_as_it_was(api, input_page):
    before = keyboard.keymap()
    input_page.focus_field(api)
    assert press(api, ["Cyrillic_ya", "EuroSign", "a", "ezh"], smooth=False).status_code == 200
    eventually(lambda: input_page.page.input_value("#field") == "я€aʒ")
    assert press(api, ["b"], hold_keys=["Cyrillic_ya"]).status_code == 200
    eventually(lambda: input_page.page.input_value("#field") == "я€aʒяb")
    assert keyboard.keymap() == before and keyboard.pressed() == []


def test_select_all_and_copy_over(api, input_page):
    input_page.focus_field(api)
    for keys in (["o", "l", "d"], ["Ctrl+a"], ["BackSpace"], ["n", "e", "w"]):
        assert press(api, keys).status_code == 200
    eventually(lambda: input_page.page.input_value("#field") == "new")


def test_held_keys_are_held_for_as_long_as_asked_and_repeat(api, input_page, display):
    input_page.focus_field(api)
    start = time.monotonic()
    assert press(api, ["x"], duration=900, hold_keys=["Shift_L"]).status_code == 200
    assert 0.9 <= time.monotonic() - start < 3
    up = eventually(lambda: [event for event in input_page.seen("keyup") if event["key"].lower() == "x"])[0]
    downs = [event for event in input_page.seen("keydown") if event["key"] == "X"]
    assert 850 <= up["timeStamp"] - downs[0]["timeStamp"] <= 1500
    assert not downs[0]["repeat"] and len(downs) > 3 and all(event["repeat"] for event in downs[1:])
    assert all(event["shiftKey"] for event in downs) and display.keys == set()


def test_all_keys_of_a_long_press_are_down_together(agent_url, api, display):
    pressing = threading.Thread(
        target=requests.post, args=[f"{agent_url}/computer/press_key"],
        kwargs={"json": {"keys": ["F9", "Shift_L", "Control_L"], "duration": 600, "hold_keys": ["Super_L"]}})
    pressing.start()
    eventually(lambda: len(display.keys) == 4, interval=0.005)
    pressing.join()
    assert display.keys == set()


@pytest.mark.parametrize("body, words", [
    ({}, "keys"),
    ({"keys": []}, "keys"),
    ({"keys": [""]}, "key"),
    ({"keys": "a"}, "keys"),
    ({"keys": ["NoSuchKey"]}, "NoSuchKey"),
    ({"keys": ["a"], "hold_keys": ["hyperspace"]}, "hyperspace"),
    ({"keys": ["a"], "duration": -1}, "duration must be from 0 to 300000"),
    ({"keys": ["a"], "duration": 300_001}, "duration must be from 0 to 300000"),
    ({"keys": ["a"], "duration": 10**18}, "duration"),
    ({"keys": ["a"], "duration": 1.5}, "duration"),
    ({"keys": ["a"] * 1001}, "1000"),
], ids=str)
def test_refusals_name_what_is_wrong_and_press_nothing(api, display, body, words):
    answer = api.post("/computer/press_key", json=body)
    assert answer.status_code == 400 and words in answer.json()["message"], answer.text
    assert display.keys == set()
