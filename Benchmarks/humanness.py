"""How human our movements are: features of 500 as planned and of 120 as Chromium gets them, beside those of other
generators of such movements.

Ours are asked for through the API; the others are written anew in `pointer_paths`.
"""

import json
import random
import sys
from dataclasses import replace
from pathlib import Path

from playwright.sync_api import sync_playwright

import pointer_paths
from harness import Agent, Row, required

SUPPORT = Path(__file__).parents[1] / "Tests" / "support"
sys.path.append(str(SUPPORT))

from motion_features import Summary, summary  # noqa: E402
from pages import PageServer  # noqa: E402
from pointer_recorder import PointerRecorder, Task, planned, tasks  # noqa: E402

PLANNED, DELIVERED = 500, 120
OTHERS = {
    "HumanCursor": pointer_paths.human_cursor,
    "ghost-cursor": pointer_paths.ghost_cursor,
    "WindMouse": pointer_paths.wind_mouse,
}
#: What is measured, what people do or what is aimed at, and how it is written.
FEATURES = {
    "duration_ms": ("ms", "-", "{:.0f}"),
    "difficulty_fit": ("R² of time on difficulty", "≥ 0.8", "{:.2f}"),
    "events": ("events", "-", "{:.0f}"),
    "gap_ms": ("ms between events", "≈ 8", "{:.1f}"),
    "gap_variation": ("variation of that", "-", "{:.2f}"),
    "peaks": ("peaks of speed", "1", "{:.0f}"),
    "peaks_p90": ("peaks, 90th percentile", "≤ 3", "{:.0f}"),
    "peak_time": ("time of the peak", "0.30 to 0.45", "{:.2f}"),
    "efficiency": ("straight line / path", "0.95 to 0.99", "{:.3f}"),
    "efficiency_p10": ("that, 10th percentile", "≥ 0.88", "{:.2f}"),
    "start_speed": ("speed at the start", "≤ 0.05", "{:.3f}"),
    "end_speed": ("speed at the end", "≤ 0.05", "{:.3f}"),
    "curvature_exponent": ("exponent of curvature", "-0.38 to -0.28", "{:.2f}"),
    "noise_mean_x": ("mean noise, x", "< 0.05 px", "{:+.3f}"),
    "noise_mean_y": ("mean noise, y", "< 0.05 px", "{:+.3f}"),
    "noise_correlation": ("its correlation", "< 0.05", "{:+.3f}"),
}
HOW = (f"{PLANNED} movements, 60 to 1200 px to targets of 12 to 160 px: ours by POST /computer/move_mouse with dry_run, "
       f"and {DELIVERED} of them as `pointermove` events in Chromium; medians")


def rows() -> list[Row]:
    agent = Agent(required("GUEST_AGENT_URL"))

    def post(path: str, body: dict) -> dict:
        return json.loads(agent.call("POST", path, body) or "{}")

    with sync_playwright() as playwright, PageServer(SUPPORT / "site") as site:
        browser = playwright.chromium.connect_over_cdp(required("GUEST_AGENT_CDP_URL"))
        page = browser.contexts[0].pages[0]
        page.bring_to_front()
        page.goto(f"{site.url}/pointer.html")
        recorder = PointerRecorder(page, post)
        wanted = tasks(PLANNED, recorder.area(), seed=1)
        delivered = of([recorder.delivered(task)[1] for task in wanted[:DELIVERED]], wanted[:DELIVERED])
        page.goto("about:blank")
        browser.close()
    plans = of([planned(post, task) for task in wanted], wanted)
    source = random.Random(1)
    others = {
        name: of([generate(source, task.start, task.target, task.width) for task in wanted], wanted)
        for name, generate in OTHERS.items()}
    first, *rest = (row(name, plans, delivered, others) for name in FEATURES)
    return [replace(first, how=HOW), *rest]


def of(tracks: list, wanted: list[Task]) -> Summary:
    return summary(tracks, [task.difficulty for task in wanted])


def row(feature: str, plans: Summary, delivered: Summary, others: dict[str, Summary]) -> Row:
    title, target, pattern = FEATURES[feature]
    value = {name: pattern.format(getattr(each, feature)) for name, each in others.items()}
    return Row(
        f"move: {title}", f"{pattern.format(getattr(plans, feature))}, "
        f"as delivered {pattern.format(getattr(delivered, feature))}",
        ", ".join(f"{figure} {name}" for name, figure in value.items()), "-", target, "the same")
