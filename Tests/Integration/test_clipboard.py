"""The clipboard, with the real browser as the other program."""

import json
import time

import pytest
from waiting import eventually

TEXTS = [
    "plain",
    "héllo ÉÈ € 日本語 😀👩🏽‍🚀 עברית\tand a\nsecond line\u0301",
    "ü€😀x" * 50_000,
]


def write(api, text):
    answer = api.post("/computer/clipboard/write", json={"text": text})
    assert (answer.status_code, answer.content) == (200, b"")


def read(api):
    answer = api.post("/computer/clipboard/read")
    assert answer.status_code == 200
    return answer.json()["text"]


def press(api, keys):
    assert api.post("/computer/press_key", json={"keys": [keys]}).status_code == 200


@pytest.fixture
def area(page):
    """A text area that has the keyboard."""
    page.set_content("<textarea id=area style='position: fixed; inset: 0; width: 100%; height: 100%'></textarea>")
    page.bring_to_front()
    page.locator("#area").click()
    return page.locator("#area")


@pytest.mark.parametrize("text", TEXTS, ids=["plain", "unicode", "long"])
def test_pasted_into_the_browser(api, page, area, text):
    write(api, text)
    for _ in range(2):
        area.fill("")
        press(api, "Ctrl+v")
        page.wait_for_function("length => document.getElementById('area').value.length >= length",
                               arg=len(text.encode("utf-16-le")) // 2, timeout=10_000)
        assert area.input_value() == text


@pytest.mark.parametrize("text", TEXTS, ids=["plain", "unicode", "long"])
def test_copied_in_the_browser(api, area, text):
    write(api, "what was there before")
    area.fill(text)
    press(api, "Ctrl+a")
    press(api, "Ctrl+c")
    deadline = time.monotonic() + 10
    while read(api) != text and time.monotonic() < deadline:
        pass
    assert read(api) == text


def test_a_picture_is_no_text(api, page, site, area):
    write(api, "what was there before")
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.goto(site.url)
    page.bring_to_front()
    page.evaluate("""async () => {
        const canvas = document.createElement("canvas");
        const blob = await new Promise(done => canvas.toBlob(done, "image/png"));
        await navigator.clipboard.write([new ClipboardItem({"image/png": blob})]);
    }""")
    eventually(lambda: read(api) == "")


def test_what_is_written_is_read(api):
    for text in ["", "one", "zwei ü\u0000\r\n", ""]:
        write(api, text)
        assert read(api) == text


def test_ten_megabytes(api):
    text = "0123456789" * 1_000_000
    write(api, text)
    assert read(api) == text


@pytest.mark.parametrize("body, status", [
    ("{}", 400), ('{"text": 5}', 400), ("", 400), ("no json", 400), (json.dumps({"text": "x" * 17_000_000}), 413)])
def test_bad_requests(api, body, status):
    write(api, "kept")
    answer = api.post("/computer/clipboard/write", data=body, headers={"Content-Type": "application/json"})
    assert answer.status_code == status
    assert read(api) == "kept"


def test_an_unknown_key_gets_a_suggestion(api):
    answer = api.post("/computer/press_key", json={"keys": ["ctrl+Entre"]})
    assert answer.status_code == 400
    assert '"ctrl+Entre"' in answer.json()["message"]
    assert 'did you mean "Enter"?' in answer.json()["message"]
