"""Screenshot, click and move against the tools a user would otherwise start."""

import subprocess

from harness import Agent, Row, alternate, milliseconds, ratio, required


def run(*command):
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def rows() -> list[Row]:
    agent = Agent(required("GUEST_AGENT_URL"))
    display = required("DISPLAY")
    ffmpeg = ["ffmpeg", "-f", "x11grab", "-i", display, "-frames:v", "1", "-f", "image2pipe", "-c:v", "png", "-"]

    def wiggle():
        wiggle.x ^= 1  # moving the pointer a pixel makes the screen a new one, so that nothing is answered from memory
        agent.call("POST", "/computer/move_mouse", {"x": 600 + wiggle.x, "y": 500, "smooth": False})

    def screenshot():
        wiggle()
        agent.call("POST", "/computer/screenshot")

    wiggle.x = 0
    shots = alternate(
        {
            "ours": screenshot,
            "unchanged": lambda: agent.call("POST", "/computer/screenshot"),
            "ffmpeg": lambda: run(*ffmpeg),
            "scrot": lambda: run("scrot", "--overwrite", "/tmp/guest-agent-bench.png"),
        }, rounds=3, count=7)
    clicks = alternate(
        {
            "ours": lambda: agent.call("POST", "/computer/click_mouse", {"x": 600, "y": 500}),
            "xdotool": lambda: run("xdotool", "mousemove", "600", "500", "click", "1"),
        }, rounds=3, count=15)
    moves = alternate(
        {"ours": wiggle, "xdotool": lambda: run("xdotool", "mousemove", "600", "500")}, rounds=3, count=30)
    return [
        Row("screenshot", milliseconds(shots["ours"]), f"{milliseconds(shots['ffmpeg'])} ffmpeg",
            ratio(shots["ours"], shots["ffmpeg"]), "≤ 40 ms", "POST /computer/screenshot after a 1 px move of the "
            f"pointer (included), keep-alive HTTP, against `{' '.join(ffmpeg)}`"),
        Row("screenshot", milliseconds(shots["ours"]), f"{milliseconds(shots['scrot'])} scrot",
            ratio(shots["ours"], shots["scrot"]), "≤ 40 ms", "the same against `scrot --overwrite FILE`"),
        Row("screenshot, unchanged", milliseconds(shots["unchanged"]), "-", "-", "-",
            "the same without moving the pointer"),
        Row("click", milliseconds(clicks["ours"]), f"{milliseconds(clicks['xdotool'])} xdotool",
            ratio(clicks["ours"], clicks["xdotool"]), "≤ 0.6 ms",
            "POST /computer/click_mouse against `xdotool mousemove 600 500 click 1`"),
        Row("move", milliseconds(moves["ours"]), f"{milliseconds(moves['xdotool'])} xdotool",
            ratio(moves["ours"], moves["xdotool"]), "≤ 0.4 ms",
            "POST /computer/move_mouse against `xdotool mousemove 600 500`"),
    ]
