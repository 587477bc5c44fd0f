"""Typing against xdotool, into a page."""

import subprocess

from harness import Agent, Row, alternate, milliseconds, ratio, required
from playwright.sync_api import sync_playwright

ASCII = ("The quick brown fox jumps over the lazy dog; " * 3)[:100]
FOREIGN = ("Grüße, 日本語 und Привет — " * 5)[:100]


# The field is emptied again and again: showing a long text takes the longer, the longer it is.
PAGE = """<!DOCTYPE html><meta charset="utf-8"><textarea autofocus cols="80" rows="10"
    oninput="if (value.length > 300) value = ''"></textarea>"""


def rows() -> list[Row]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.connect_over_cdp(required("GUEST_AGENT_CDP_URL"))
        page = browser.contexts[0].pages[0]
        page.bring_to_front()
        page.set_content(PAGE)
        page.focus("textarea")
        return measure(Agent(required("GUEST_AGENT_URL")))


def measure(agent: Agent) -> list[Row]:
    def type_text(text):
        agent.call("POST", "/computer/type", {"text": text, "smooth": False, "delay": 0})

    def xdotool(text, delay):
        subprocess.run(["xdotool", "type", "--delay", str(delay), text], check=True)

    ascii_times = alternate(
        {"ours": lambda: type_text(ASCII), "xdotool": lambda: xdotool(ASCII, 0)}, rounds=3, count=10)
    foreign_times = alternate(
        {"ours": lambda: type_text(FOREIGN), "xdotool": lambda: xdotool(FOREIGN, 12)}, rounds=2, count=3, warm_up=1)
    return [
        Row("type 100 ASCII characters", milliseconds(ascii_times["ours"]),
            f"{milliseconds(ascii_times['xdotool'])} xdotool", ratio(ascii_times["ours"], ascii_times["xdotool"]),
            "≤ 10 ms", "POST /computer/type, delay 0, into a <textarea> of Chromium, keep-alive HTTP, against "
            "`xdotool type --delay 0`"),
        Row("type 100 characters, half foreign", milliseconds(foreign_times["ours"]),
            f"{milliseconds(foreign_times['xdotool'])} xdotool",
            ratio(foreign_times["ours"], foreign_times["xdotool"]), "-",
            "the same with letters of three scripts, which arrive and leave the keyboard map as it was, against "
            "`xdotool type --delay 12`, its default, which loses some"),
    ]
