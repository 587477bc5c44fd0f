"""Typing against xdotool, into the page that has the keyboard."""

import subprocess

from harness import Agent, Row, alternate, milliseconds, ratio, required

ASCII = ("The quick brown fox jumps over the lazy dog; " * 3)[:100]
FOREIGN = ("Grüße, 日本語 und Привет — " * 5)[:100]


def focus_the_address_bar(agent):
    agent.call("POST", "/computer/press_key", {"keys": ["ctrl+l"]})


def rows() -> list[Row]:
    agent = Agent(required("GUEST_AGENT_URL"))
    focus_the_address_bar(agent)

    def type_text(text):
        agent.call("POST", "/computer/type", {"text": text, "smooth": False, "delay": 0})

    def xdotool(text, delay):
        subprocess.run(["xdotool", "type", "--delay", str(delay), text], check=True)

    ascii_times = alternate(
        {"ours": lambda: type_text(ASCII), "xdotool": lambda: xdotool(ASCII, 0)}, rounds=3, count=10)
    foreign_times = alternate(
        {"ours": lambda: type_text(FOREIGN), "xdotool": lambda: xdotool(FOREIGN, 12)}, rounds=2, count=3, warm_up=1)
    agent.call("POST", "/computer/press_key", {"keys": ["Escape"]})
    return [
        Row("type 100 ASCII characters", milliseconds(ascii_times["ours"]),
            f"{milliseconds(ascii_times['xdotool'])} xdotool", ratio(ascii_times["ours"], ascii_times["xdotool"]),
            "≤ 10 ms", "POST /computer/type, delay 0, into Chromium's address bar, keep-alive HTTP, against "
            "`xdotool type --delay 0`"),
        Row("type 100 characters, 30 % foreign", milliseconds(foreign_times["ours"]),
            f"{milliseconds(foreign_times['xdotool'])} xdotool",
            ratio(foreign_times["ours"], foreign_times["xdotool"]), "-",
            "the same with letters of three scripts, which arrive and leave the keyboard map as it was, against "
            "`xdotool type --delay 12`, its default, which loses some"),
    ]
