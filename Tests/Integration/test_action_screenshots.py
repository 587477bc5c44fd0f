"""Actions that answer with a picture of what came of them."""

import io

import pytest
from PIL import Image

#: Turns green a moment after a click or a key, as pages that ask a server first do.
SLOW = """<!doctype html><title>slow</title><style>body { background: rgb(200, 0, 0); height: 3000px }</style><script>
const answer = () => setTimeout(() => document.body.style.background = 'rgb(0, 170, 0)', 30)
addEventListener('mousedown', answer); addEventListener('keydown', answer)
</script>"""

RED, GREEN = (200, 0, 0), (0, 170, 0)
#: A place on the page that the pointer does not cover.
REGION = {"region": {"x": 900, "y": 700, "width": 30, "height": 20}}

ACTIONS = [
    ("move_mouse", {"x": 400, "y": 500, "smooth": False}, RED),
    ("click_mouse", {"x": 400, "y": 500, "smooth": False}, GREEN),
    ("drag_mouse", {"path": [[400, 500], [450, 520]], "smooth": False, "step_delay_ms": 1}, GREEN),
    ("scroll", {"x": 400, "y": 500, "delta_y": 1, "smooth": False}, RED),
    ("press_key", {"keys": ["F8"]}, GREEN),
    ("type", {"text": "a", "smooth": False}, GREEN),
    ("cursor", {"hidden": False}, RED),
    ("batch", {"actions": [{"type": "press_key", "press_key": {"keys": ["F8"]}}]}, GREEN),
]


@pytest.fixture
def slow(api, page, site):
    """The page, in front and focused, before anything has been done to it."""
    (site.directory / "slow.html").write_text(SLOW)
    page.goto(f"{site.url}/slow.html")
    rest = api.post("/computer/screenshot", json={"wait_for_stable_ms": 200} | REGION)
    assert colour(rest) == RED
    return page


def colour(answer) -> tuple[int, ...]:
    assert answer.status_code == 200, answer.text
    picture = Image.open(io.BytesIO(answer.content)).convert("RGB")
    assert picture.size == (30, 20)
    assert len(picture.getcolors()) == 1
    return picture.getpixel((0, 0))


def position(api) -> dict:
    return api.post("/computer/get_mouse_position").json()


@pytest.mark.parametrize("name, body, expected", ACTIONS, ids=[name for name, *_ in ACTIONS])
def test_the_answer_is_a_picture_of_what_came_of_it(api, slow, name, body, expected):
    answer = api.post(f"/computer/{name}", json=body | {"screenshot": REGION})
    assert colour(answer) == expected
    assert answer.headers["Content-Type"] == "image/png"
    assert answer.headers["X-Screen-Stable"] == "true"
    assert int(answer.headers["Content-Length"]) == len(answer.content)


@pytest.mark.parametrize("name, body, _", ACTIONS, ids=[name for name, *_ in ACTIONS])
def test_without_the_field_the_answer_is_as_before(api, name, body, _):
    answer = api.post(f"/computer/{name}", json=body)
    assert answer.status_code == 200
    assert answer.content == (b'{"ok":true}' if name == "cursor" else b"")


def test_a_batch_may_end_with_a_picture(api, slow):
    actions = [
        {"type": "press_key", "press_key": {"keys": ["F8"]}},
        {"type": "screenshot", "screenshot": REGION | {"format": "jpeg", "quality": 100}},
    ]
    answer = api.post("/computer/batch", json={"actions": actions})
    assert answer.headers["Content-Type"] == "image/jpeg"
    picture = Image.open(io.BytesIO(answer.content)).convert("RGB")
    assert all(abs(one - other) < 5 for one, other in zip(picture.getpixel((5, 5)), GREEN))


def test_the_seed_is_told_with_the_picture(api, slow):
    answer = api.post("/computer/move_mouse", json={"x": 500, "y": 500, "seed": 5, "screenshot": REGION})
    assert colour(answer) == RED and answer.headers["X-Seed"] == "5"
    assert position(api) == {"x": 500, "y": 500}


def test_a_dry_run_has_no_picture(api):
    answer = api.post("/computer/move_mouse", json={"x": 9, "y": 9, "dry_run": True, "screenshot": {}})
    assert answer.json()["steps"]


@pytest.mark.parametrize("name, body, words", [
    ("move_mouse", {"x": 1, "y": 1, "smooth": False, "screenshot": {"scale": 2}}, "screenshot: field scale"),
    ("move_mouse", {"x": 1, "y": 1, "smooth": False, "screenshot": {"quality": "best"}}, "screenshot.quality"),
    ("move_mouse", {"x": 1, "y": 1, "smooth": False, "screenshot": {"format": "gif"}}, "png, jpeg"),
    ("move_mouse", {"x": 1, "y": 1, "smooth": False,
                    "screenshot": {"region": {"x": 0, "y": 0, "width": 99999, "height": 1}}}, "leaves the screen"),
    ("batch", {"actions": [
        {"type": "move_mouse", "move_mouse": {"x": 1, "y": 1, "smooth": False}},
        {"type": "screenshot", "screenshot": {"timeout_ms": -1}}]}, "actions[1] (screenshot): field timeout_ms"),
    ("batch", {"actions": [
        {"type": "move_mouse", "move_mouse": {"x": 1, "y": 1, "smooth": False}},
        {"type": "screenshot", "screenshot": {}},
        {"type": "sleep", "sleep": {"duration_ms": 1}}]}, "actions[1] (screenshot): only the last"),
], ids=str)
def test_bad_options_are_refused_before_anything_is_done(api, name, body, words):
    api.post("/computer/move_mouse", json={"x": 300, "y": 300, "smooth": False})
    answer = api.post(f"/computer/{name}", json=body)
    assert answer.status_code == 400 and words in answer.json()["message"], answer.text
    assert position(api) == {"x": 300, "y": 300}
