"""Texts typed on the keyboard, read back from the page they were typed into and compared exactly."""

import random
import subprocess
import sys
import time
import unicodedata
from urllib.parse import unquote

import keyboard
import pytest
import requests
from own_agent import OwnAgent
from waiting import eventually

pytestmark = pytest.mark.same_machine("sets the keyboard's layout beside the agent")

TEXTS = {
    "ascii": "".join(map(chr, range(0x20, 0x7F))),
    "umlauts": "Grüße aus Köln, ÄÖÜ ß éèêë ÉÈÊË ñ Ç ø Å þ",
    "currencies and quotes": "€ £ ¥ © ± ½ „Gänsefüßchen“ ‘a’ — …",
    "combining marks": "e\u0301 A\u030a o\u0308\u0323 \u0915\u094d\u0937\u093f \u0e01\u0e33",
    "CJK": "日本語、中文。한국어 한글 \u1112\u1161\u11ab 𠮷野家",
    "emoji": "😀 👍🏽 👩🏿‍💻 👨‍👩‍👧‍👦 🇩🇪 ❤️ 🏳️‍🌈 1️⃣",
    "RTL": "שלום עולם مرحبا بالعالم \u200fabc\u200e",
    "what Chromium takes for dead keys": "a\ufe50b \ufe8c\ufe81 \u07ae \U000107ae",
    "Cyrillic and Greek": "Привет, мир! Ёжик. Ξεσκεπάζω τὴν ψυχοφθόρα",
}
#: With what follows a blank and with what comes twice, since those are read by rules of their own.
EVERYTHING = " ".join(TEXTS.values()) + " aa éé 日日 😀😀"
FIELDS = ["input", "textarea", "editable"]
LAYOUTS = {
    "de": (["de"], 0), "fr": (["fr"], 0), "dvorak": (["us", "-variant", "dvorak"], 0), "ru": (["ru"], 0),
    "the second group": (["us,de"], 1), "the second group, Cyrillic": (["us,ru"], 1),
}


@pytest.fixture
def typing_page(page, site):
    page.goto(f"{site.url}/typing.html")
    eventually(lambda: page.evaluate("document.hasFocus()"))
    return page


@pytest.fixture(autouse=True)
def unchanged_keyboard():
    """Every test leaves the keyboard as it was, with nothing pressed."""
    before = keyboard.keymap()
    yield
    assert keyboard.pressed() == []
    assert keyboard.keymap() == before


@pytest.fixture
def load():
    """Both cores are busy."""
    busy = [subprocess.Popen([sys.executable, "-c", "while True: pass"]) for _ in range(2)]
    yield
    for process in busy:
        process.kill()
        process.wait()


def type_text(api, text, **options):
    answer = api.post("/computer/type", json={"text": text, "smooth": False} | options)
    assert answer.status_code == 200, answer.text
    return answer


def value(page, field):
    return page.evaluate("field => { const e = document.getElementById(field); return e.value ?? e.innerText }", field)


def difference(got: str, text: str) -> str:
    """Where two texts part: comparing thousands of characters in full takes pytest minutes."""
    at = next((index for index, pair in enumerate(zip(got, text)) if pair[0] != pair[1]), min(len(got), len(text)))
    near = slice(max(at - 5, 0), at + 10)
    return f"{len(got)} of {len(text)}; at {at}: {ascii(got[near])} for {ascii(text[near])}"


def arrives(page, api, field, text, **options):
    page.evaluate(
        """field => {
            const element = document.getElementById(field)
            if ('value' in element) element.value = ''; else element.innerText = ''
            element.focus()
        }""", field)
    type_text(api, text, **options)
    deadline = time.monotonic() + 10
    # A blank at the end of a line is shown as one that does not break.
    while (got := value(page, field)) != text and len(got) < len(text) and time.monotonic() < deadline:
        time.sleep(0.02)
    assert got == text or difference(got, text) == ""


@pytest.mark.parametrize("name", TEXTS)
@pytest.mark.parametrize("field", FIELDS)
def test_a_text_arrives_exactly(typing_page, api, field, name):
    arrives(typing_page, api, field, TEXTS[name])


@pytest.mark.parametrize("field", FIELDS)
def test_everything_together_arrives_with_a_delay(typing_page, api, field):
    arrives(typing_page, api, field, EVERYTHING, delay=2)


@pytest.mark.parametrize("field", FIELDS)
def test_a_text_typed_as_a_person_types_arrives(typing_page, api, field):
    text = "Grüße an (Max & Eva), 10% @home! 日本 👩🏿‍💻 ßẞ"
    arrives(typing_page, api, field, text, smooth=True, typo_chance=0.1, words_per_minute=300, seed=3)


def test_line_breaks(typing_page, api):
    arrives(typing_page, api, "textarea", "one\ntwo\n\n  four ä\n")
    arrives(typing_page, api, "editable", "one\ntwo\nthree ä")


def test_tabs(typing_page, api):
    arrives(typing_page, api, "editor", "if x:\n\treturn '日本'\t# é\n")
    arrives(typing_page, api, "input", "first")
    type_text(api, "\tsecond")
    eventually(lambda: value(typing_page, "textarea") == "second")
    assert value(typing_page, "input") == "first"


@pytest.mark.parametrize("name", LAYOUTS)
def test_any_layout(typing_page, api, name):
    arguments, group = LAYOUTS[name]
    with keyboard.layout(*arguments, group=group):
        before = keyboard.keymap()
        arrives(typing_page, api, "textarea", EVERYTHING)
        arrives(typing_page, api, "textarea", "Az@{}^~\\|\"'´`äß яю €", smooth=True, words_per_minute=300, seed=1)
        assert keyboard.keymap() == before
        assert keyboard.state().group == group


@pytest.mark.parametrize("locks", [keyboard.CAPS_LOCK, keyboard.NUM_LOCK, keyboard.CAPS_LOCK | keyboard.NUM_LOCK])
@pytest.mark.parametrize("name", ["us", "fr"])
def test_locks(typing_page, api, name, locks):
    with keyboard.layout(name), keyboard.locked(locks):
        arrives(typing_page, api, "input", EVERYTHING)
        arrives(typing_page, api, "input", "aA1!é4 É", smooth=True, words_per_minute=300)
        assert keyboard.state().locked_mods == locks


def test_the_address_bar(typing_page, api, site):
    (site.directory / "äß-日本😀.html").write_text("<title>there</title>")
    answer = api.post("/computer/press_key", json={"keys": ["ctrl+l"]})
    assert answer.status_code == 200
    type_text(api, f"{site.url}/äß-日本😀.html\n")
    eventually(lambda: typing_page.title() == "there")
    assert unquote(typing_page.url) == f"{site.url}/äß-日本😀.html"


def random_text(seed: int, count: int) -> str:
    """Of all the characters there are, a third of them ASCII."""
    drawn = random.Random(seed)
    letters = [chr(code) for code in range(0xA1, 0x30000) if unicodedata.category(chr(code))[0] in "LMNPS"]
    return "".join(
        chr(drawn.randrange(0x21, 0x7F)) if drawn.random() < 0.33 else drawn.choice(letters) for _ in range(count))


def reaches(page, api, text):
    """Into an element that takes note of its input and shows none of it.

    Showing thousands of characters of hundreds of scripts takes Chromium minutes, with which typing has nothing to do.
    """
    page.evaluate(
        """() => {
            window.collected = ''
            editor.addEventListener('beforeinput', event => {
                event.preventDefault()
                window.collected += event.data ?? event.dataTransfer.getData('text/plain')
            })
            editor.focus()
        }""")
    began = time.monotonic()
    type_text(api, text)
    deadline = time.monotonic() + 20
    while len(got := page.evaluate("window.collected")) < len(text) and time.monotonic() < deadline:
        time.sleep(0.1)
    assert got == text or difference(got, text) == ""
    assert time.monotonic() - began < 50


def test_ten_thousand_random_characters_under_load(typing_page, api, load):
    seed = random.randrange(1 << 32)
    print(f"seed {seed}")
    reaches(typing_page, api, random_text(seed, 10_000))


def test_ten_thousand_characters_of_the_layout_under_load(typing_page, api, load):
    drawn = random.Random(5)
    reaches(typing_page, api, "".join(chr(drawn.randrange(0x20, 0x7F)) for _ in range(10_000)))


def test_what_has_to_be_pasted_leaves_the_clipboard_as_it_was(typing_page, api):
    typing_page.focus("#input")
    assert api.post("/computer/clipboard/write", json={"text": "mine"}).ok
    assert api.post("/computer/type", json={"text": "x\ufe8e\ufe70y", "smooth": False}).ok
    eventually(lambda: value(typing_page, "input") == "x\ufe8e\ufe70y")
    assert api.post("/computer/clipboard/read").json()["text"] == "mine"


def test_smooth_is_the_default_and_its_seed_repeats_it(typing_page, api):
    typing_page.focus("#input")
    answer = api.post("/computer/type", json={"text": "Human, typed", "words_per_minute": 120})
    seed = int(answer.headers["X-Seed"])
    eventually(lambda: value(typing_page, "input") == "Human, typed")
    plan = {"text": "Human, typed", "words_per_minute": 120, "seed": seed, "dry_run": True}
    planned = api.post("/computer/type", json=plan).json()
    assert planned["seed"] == seed
    assert planned["duration_ms"] >= planned["steps"][-1]["at_ms"]
    kinds = {"keydown": "press", "keyup": "release"}
    keys = [key for key in typing_page.evaluate("window.keys") if key[1] != "Shift"]
    assert all(key[3] for key in keys)
    assert [(kinds[key[0]], key[1]) for key in keys] == [(step["event"], step["key"]) for step in planned["steps"]]
    lateness = sorted(
        (key[2] - keys[0][2]) - (step["at_ms"] - planned["steps"][0]["at_ms"])
        for key, step in zip(keys, planned["steps"]))
    assert abs(lateness[len(lateness) // 2]) < 20


def test_a_dry_run_types_nothing(typing_page, api):
    typing_page.focus("#input")
    answer = api.post("/computer/type", json={"text": "aé\n\t", "smooth": False, "delay": 10, "dry_run": True})
    assert answer.json() == {
        "duration_ms": 30,
        "steps": [
            {"at_ms": at, "key": key, "event": event}
            for at, key in [(0, "a"), (10, "é"), (20, "Return"), (30, "Tab")] for event in ("press", "release")]}
    assert value(typing_page, "input") == ""


@pytest.mark.parametrize("options", [{"smooth": True, "words_per_minute": 10}, {"smooth": False, "delay": 300}])
def test_typing_ends_when_the_client_leaves(typing_page, api, options):
    typing_page.focus("#input")
    with pytest.raises(requests.Timeout):
        api.post("/computer/type", json={"text": "AÉ日" * 30} | options, timeout=3)
    eventually(lambda: keyboard.pressed() == [])
    type_text(api, "#")  # waits for the turn of the one that was left
    eventually(lambda: value(typing_page, "input").endswith("#"))
    assert len(value(typing_page, "input")) < 60


def test_typing_ends_with_the_agent(typing_page):
    with OwnAgent() as agent:
        typing_page.focus("#input")
        with pytest.raises(requests.ConnectionError):
            client = subprocess.Popen(
                ["curl", "-s", f"{agent.url}/computer/type", "-d", '{"text": "ÄÉ日ÄÉ日ÄÉ日", "words_per_minute": 10}'])
            eventually(lambda: value(typing_page, "input"))
            agent.process.terminate()
            agent.process.wait(15)
            client.wait(15)
            agent.get("/health")


@pytest.mark.parametrize("body, field, limit", [
    ({}, "text", "required"),
    ({"text": "a", "delay": -1}, "delay", "60000"),
    ({"text": "a", "delay": 60_001}, "delay", "60000"),
    ({"text": "a", "typo_chance": 0.11}, "typo_chance", "0.1"),
    ({"text": "a", "typo_chance": -0.01}, "typo_chance", "0"),
    ({"text": "a", "words_per_minute": 9}, "words_per_minute", "10"),
    ({"text": "a", "words_per_minute": 301}, "words_per_minute", "300"),
    ({"text": "a", "seed": -1}, "seed", "0"),
    ({"text": "a" * 100_001}, "text", "100000"),
    ({"text": "a\u0001"}, "text", "0x1"),
])
def test_bad_input_is_refused(api, body, field, limit):
    answer = api.post("/computer/type", json=body)
    assert answer.status_code == 400
    assert field in answer.json()["message"] and limit in answer.json()["message"]
