"""Movements of the pointer: as the agent plans them, and as the page in its browser gets them."""

import math
import random
from dataclasses import dataclass
from typing import Callable

from motion_features import Track
from waiting import eventually

#: Pixels between the movements and the edges of the page.
MARGIN = 5
DISTANCES = 60, 1200
WIDTHS = 12, 20, 40, 80, 160

Post = Callable[[str, dict], dict]


@dataclass
class Task:
    """A movement to make."""

    start: tuple[int, int]
    target: tuple[int, int]
    width: int
    seed: int

    @property
    def difficulty(self) -> float:
        """Bits, as in Fitts' law."""
        return math.log2(math.dist(self.start, self.target) / self.width + 1)


def tasks(count: int, area: tuple[int, int, int, int], seed: int) -> list[Task]:
    """Movements in all directions within (left, top, right, bottom); distances even on a logarithmic scale."""
    source, result = random.Random(seed), []
    left, top, right, bottom = area
    while len(result) < count:
        distance = math.exp(source.uniform(*map(math.log, DISTANCES)))
        angle, width = source.uniform(0, 2 * math.pi), source.choice(WIDTHS)
        start = source.randint(left, right), source.randint(top, bottom)
        x, y = round(start[0] + distance * math.cos(angle)), round(start[1] + distance * math.sin(angle))
        if left <= x <= right and top <= y <= bottom:
            result.append(Task(start, (x, y), width, source.getrandbits(32)))
    return result


def jump(post: Post, point: tuple[int, int]) -> None:
    post("/computer/move_mouse", {"x": point[0], "y": point[1], "smooth": False})


def request(task: Task) -> dict:
    return {"x": task.target[0], "y": task.target[1], "target_width": task.width, "seed": task.seed}


def planned(post: Post, task: Task) -> Track:
    """What the agent would send, from the start of the task."""
    jump(post, task.start)
    plan = post("/computer/move_mouse", request(task) | {"dry_run": True})
    return [(0.0, *task.start), *((step["at_ms"], step["x"], step["y"]) for step in plan["steps"])]


class PointerRecorder:
    """What the visible page gets, which is `pointer.html`."""

    def __init__(self, page, post: Post):
        self.page, self.post = page, post

    def area(self) -> tuple[int, int, int, int]:
        """Of the screen, in pixels, where the page gets what the pointer does."""
        width, height = self.page.evaluate("[screen.width, screen.height]")
        self._arrive((width // 2, height // 2))
        left, top = self.page.evaluate("offset")
        inner = self.page.evaluate("[innerWidth, innerHeight]")
        return (round(left) + MARGIN, round(top) + MARGIN,
                round(left + inner[0]) - MARGIN - 1, round(top + inner[1]) - MARGIN - 1)

    def delivered(self, task: Task) -> tuple[Track, Track]:
        """The movement as planned and as it came, which begins as long before its first event as planned."""
        plan = planned(self.post, task)
        self._arrive(task.start)
        self.page.evaluate("moves.length = 0")
        self.post("/computer/move_mouse", request(task))
        eventually(lambda: self._is_at(task.target))
        events = self.page.evaluate("moves")
        return plan, [(events[0][0] - plan[1][0], *task.start), *map(tuple, events)]

    def _arrive(self, point: tuple[int, int]) -> None:
        for place in (point[0] + 1, point[1]), point:
            jump(self.post, place)
            eventually(lambda: self._is_at(place))

    def _is_at(self, point: tuple[int, int]) -> bool:
        return self.page.evaluate("moves.at(-1)?.slice(1)") == list(point)
