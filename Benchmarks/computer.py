"""Click, move and keys against the tools a user would otherwise start; how punctual movements are."""

import json
import subprocess
import sys
import time
from pathlib import Path

from harness import Agent, Row, alternate, milliseconds, ratio, required

sys.path.append(str(Path(__file__).parents[1] / "Tests" / "support"))

from x_motion import MotionListener  # noqa: E402

CLICK = {"x": 600, "y": 500, "smooth": False}


def run(*command):
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def lateness(agent: Agent, display: str, count: int = 16) -> list[float]:
    """Of each event of human movements: seconds between when it was planned and when an X client had it, sorted.

    The client does not know when a movement began: it is taken to have begun so that its most punctual event is on time.
    """
    result = []
    with MotionListener(display) as listener:
        for seed in range(count):
            start = {"x": 100 + seed, "y": 100, "smooth": False}
            listener.during(lambda: agent.call("POST", "/computer/move_mouse", start), 1)
            wanted = {"x": 1500, "y": 800, "seed": seed, "duration_ms": 800}
            plan = json.loads(agent.call("POST", "/computer/move_mouse", wanted | {"dry_run": True}))["steps"]
            seen = listener.during(lambda: agent.call("POST", "/computer/move_mouse", wanted), len(plan))
            assert [point for _, *point in seen] == [[step["x"], step["y"]] for step in plan]
            offsets = [time - step["at_ms"] / 1000 for (time, *_), step in zip(seen, plan)]
            result += [offset - min(offsets) for offset in offsets]
    return sorted(result)


def lateness_of_sleep(count: int = 1500, interval: float = 0.01) -> list[float]:
    """What the machine itself makes of it: how late a program wakes up that only sleeps, in seconds, sorted."""
    result = []
    for number in range(count):
        due = time.perf_counter() + interval
        time.sleep(interval)
        result.append(time.perf_counter() - due)
    return sorted(result)


def rows() -> list[Row]:
    agent = Agent(required("GUEST_AGENT_URL"))
    display = required("DISPLAY")

    def wiggle():
        wiggle.x ^= 1
        agent.call("POST", "/computer/move_mouse", {"x": 600 + wiggle.x, "y": 500, "smooth": False})

    wiggle.x = 0
    clicks = alternate(
        {
            "ours": lambda: agent.call("POST", "/computer/click_mouse", CLICK),
            "xdotool": lambda: run("xdotool", "mousemove", "600", "500", "click", "1"),
        }, rounds=3, count=15)
    moves = alternate(
        {"ours": wiggle, "xdotool": lambda: run("xdotool", "mousemove", "600", "500")}, rounds=3, count=30)
    keys = alternate(
        {
            "ours": lambda: agent.call("POST", "/computer/press_key", {"keys": ["F9"]}),
            "xdotool": lambda: run("xdotool", "key", "F9"),
        }, rounds=3, count=20)
    late = lateness(agent, required("DISPLAY"))
    asleep = lateness_of_sleep()
    (median, p99), (own_median, own_p99) = ((each[len(each) // 2], each[len(each) * 99 // 100]) for each in (late, asleep))
    return [
        Row("click", milliseconds(clicks["ours"]), f"{milliseconds(clicks['xdotool'])} xdotool",
            ratio(clicks["ours"], clicks["xdotool"]), "≤ 0.6 ms",
            "POST /computer/click_mouse, not smooth, against `xdotool mousemove 600 500 click 1`"),
        Row("move", milliseconds(moves["ours"]), f"{milliseconds(moves['xdotool'])} xdotool",
            ratio(moves["ours"], moves["xdotool"]), "≤ 0.4 ms",
            "POST /computer/move_mouse, not smooth, against `xdotool mousemove 600 500`"),
        Row("key", milliseconds(keys["ours"]), f"{milliseconds(keys['xdotool'])} xdotool",
            ratio(keys["ours"], keys["xdotool"]), "≤ 0.6 ms", "POST /computer/press_key against `xdotool key F9`"),
        Row("lateness of movements, median", milliseconds(median), f"{milliseconds(own_median)} sleeping",
            ratio(median, own_median), "-",
            f"{len(late)} events of human movements, as they reach an X client, against their plan; and {len(asleep)} times "
            "how late a program wakes up that only sleeps"),
        Row("lateness of movements, p99", milliseconds(p99), f"{milliseconds(own_p99)} sleeping", ratio(p99, own_p99),
            "≤ 1 ms", "the same events"),
    ]
