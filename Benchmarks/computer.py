"""Click and move against the tools a user would otherwise start."""

import subprocess

from harness import Agent, Row, alternate, milliseconds, ratio, required


def run(*command):
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def rows() -> list[Row]:
    agent = Agent(required("GUEST_AGENT_URL"))

    def wiggle():
        wiggle.x ^= 1
        agent.call("POST", "/computer/move_mouse", {"x": 600 + wiggle.x, "y": 500, "smooth": False})

    wiggle.x = 0
    clicks = alternate(
        {
            "ours": lambda: agent.call("POST", "/computer/click_mouse", {"x": 600, "y": 500}),
            "xdotool": lambda: run("xdotool", "mousemove", "600", "500", "click", "1"),
        }, rounds=3, count=15)
    moves = alternate(
        {"ours": wiggle, "xdotool": lambda: run("xdotool", "mousemove", "600", "500")}, rounds=3, count=30)
    return [
        Row("click", milliseconds(clicks["ours"]), f"{milliseconds(clicks['xdotool'])} xdotool",
            ratio(clicks["ours"], clicks["xdotool"]), "≤ 0.6 ms",
            "POST /computer/click_mouse against `xdotool mousemove 600 500 click 1`"),
        Row("move", milliseconds(moves["ours"]), f"{milliseconds(moves['xdotool'])} xdotool",
            ratio(moves["ours"], moves["xdotool"]), "≤ 0.4 ms",
            "POST /computer/move_mouse against `xdotool mousemove 600 500`"),
    ]
