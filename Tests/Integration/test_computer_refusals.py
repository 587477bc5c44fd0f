"""Actions of the mouse that cannot be made: 400, with the field and its limit, and nothing happens."""

import pytest

POINTS = [
    ({"x": -1, "y": 0}, "x is -1, which is not on the screen: the largest valid coordinates are x {x}, y {y}"),
    ({"x": 0, "y": 99_999}, "y is 99999, which is not on the screen: the largest valid coordinates are x {x}, y {y}"),
    ({"x": 10**15, "y": 0}, "x is 1000000000000000"),
    ({"x": 10**30, "y": 0}, "x: must be a whole number"),
    ({"x": 1.5, "y": 0}, "x: must be a whole number"),
    ({"x": "1", "y": 0}, "x must be an integer"),
    ({"x": None, "y": 0}, "x must be an integer, not null"),
    ({"y": 0}, "x is required"),
    ({"x": 1, "y": 1, "hold_keys": ["hyperspace"]}, "hyperspace"),
    ({"x": 1, "y": 1, "hold_keys": "ctrl"}, "hold_keys must be an array"),
    ({"x": 1, "y": 1, "duration_ms": 49}, "duration_ms must be from 50 to 5000, not 49"),
    ({"x": 1, "y": 1, "duration_ms": 5001}, "duration_ms must be from 50 to 5000, not 5001"),
    ({"x": 1, "y": 1, "target_width": 0}, "target_width must be from 1"),
    ({"x": 1, "y": 1, "seed": -1}, "seed must be from 0 to 9007199254740991, not -1"),
    ({"x": 1, "y": 1, "smooth": "no"}, "smooth must be true or false"),
]

CASES = [("move_mouse", body, words) for body, words in POINTS]
CASES += [("click_mouse", body, words) for body, words in POINTS]
CASES += [("scroll", body | {"delta_y": 1}, words) for body, words in POINTS]
CASES += [
    ("click_mouse", {"x": 1, "y": 1, "button": "thumb"}, 'button must be one of left, middle, right, back, forward'),
    ("click_mouse", {"x": 1, "y": 1, "click_type": "double"}, "click_type must be one of click, down, up"),
    ("click_mouse", {"x": 1, "y": 1, "num_clicks": 1001}, "num_clicks is 1001; it must be at most 1000"),
    ("scroll", {"x": 1, "y": 1}, "delta_x and delta_y are both 0"),
    ("scroll", {"x": 1, "y": 1, "delta_x": 10_001}, "delta_x is 10001; it must be from -10000 to 10000"),
    ("scroll", {"x": 1, "y": 1, "delta_y": -(2**63)}, "delta_y is -9223372036854775808"),
    ("drag_mouse", {}, "path is required"),
    ("drag_mouse", {"path": []}, "path has 0 points; it must have at least 2"),
    ("drag_mouse", {"path": [[1, 1]]}, "path has 1 points; it must have at least 2"),
    ("drag_mouse", {"path": [[1, 1], [2]]}, "path[1] has 1 numbers; it must have two, x and y"),
    ("drag_mouse", {"path": [[1, 1, 1], [2, 2]]}, "path[0] has 3 numbers"),
    ("drag_mouse", {"path": [[1, 1], [2, 1.5]]}, "path[1][1]: must be a whole number"),
    ("drag_mouse", {"path": [[1, 1], [2, -1]]}, "path[1]: y is -1, which is not on the screen"),
    ("drag_mouse", {"path": [[1, 1], [2, 2]], "button": "back"}, "button must be one of left, middle, right"),
    ("drag_mouse", {"path": [[1, 1], [2, 2]], "delay": -1}, "delay must be from 0 to 300000, not -1"),
    ("drag_mouse", {"path": [[1, 1], [2, 2]], "duration_ms": 10_001}, "duration_ms must be from 50 to 10000"),
    ("drag_mouse", {"path": [[1, 1], [2, 2]], "smooth": False, "steps_per_segment": 0}, "steps_per_segment must be from 1"),
    ("drag_mouse", {"path": [[1, 1], [2, 2]], "smooth": False, "step_delay_ms": -5}, "step_delay_ms must be from 0"),
    ("drag_mouse", {"path": [[1, 1], [2, 2]], "smooth": False, "step_delay_ms": 300_000}, "at most 300000 ms"),
    ("drag_mouse", {"path": [[1, 1], [2, 2]] * 40, "smooth": False, "steps_per_segment": 10_000}, "100000 steps"),
    ("cursor", {}, "hidden is required"),
    ("cursor", {"hidden": "yes"}, "hidden must be true or false"),
]


@pytest.mark.parametrize("operation, body, words", CASES, ids=lambda value: str(value)[:50])
def test_a_bad_action_is_told_what_to_change(api, display, operation, body, words):
    before = display.position
    answer = api.post(f"/computer/{operation}", json=body)
    assert answer.status_code == 400, answer.text
    width, height = display.size
    assert words.format(x=width - 1, y=height - 1) in answer.json()["message"]
    assert display.position == before and display.buttons == set()


@pytest.mark.parametrize("body", [
    {"path": [[1, 1], [5, 5]], "steps_per_segment": 0, "step_delay_ms": -1},
    {"path": [[1, 1], [5, 5]], "smooth": False, "duration_ms": 1, "step_delay_ms": 0},
], ids=str)
def test_numbers_of_the_other_kind_of_drag_do_not_matter(api, body):
    assert api.post("/computer/drag_mouse", json=body).status_code == 200
