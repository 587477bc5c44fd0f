"""Three families of generated pointer movements that programs use to look like people, written from what is known of
their methods: curves through random knots (HumanCursor), two-anchor Bézier curves (ghost-cursor), and a particle in
gravity and wind (WindMouse).

Each takes a random source, where from, where to and the width of the target, and returns a track: (milliseconds, x, y).
"""

import math
import random

Point = tuple[int, int]
Track = list[tuple[float, float, float]]


def human_cursor(source: random.Random, start: Point, end: Point, width: float) -> Track:
    """Two knots anywhere in the box around both ends and 80 px more, points shifted at random, resampled to slow down;
    time depends on the length of the curve alone. With steps of 20 ms, as where a tool is started for each."""
    margin, low, high = 80, tuple(map(min, start, end)), tuple(map(max, start, end))
    knots = [tuple(source.uniform(low[axis] - margin, high[axis] + margin) for axis in (0, 1)) for _ in range(2)]
    raw = max(abs(end[0] - start[0]), abs(end[1] - start[1]), 2)
    curve = [bezier(index / (raw - 1), start, *knots, end) for index in range(raw)]
    length = sum(map(math.dist, curve, curve[1:]))
    shifted = [(x, y + round(source.gauss(1, 1)) * (source.random() < 0.5)) for x, y in curve[1:-1]]
    points = [start, *shifted, end]
    count = min(150, max(2, int(20 * length**0.25)))
    shares = [index / (count - 1) for index in range(count)]
    eased = [points[round(share * (2 - share) * (len(points) - 1))] for share in shares]
    return timed(eased, lambda: min(max(source.gauss(20, 8), 3), 60))


def ghost_cursor(source: random.Random, start: Point, end: Point, width: float) -> Track:
    """A cubic Bézier curve with both anchors on one side, stepped through evenly in its parameter; the number of steps
    from Fitts' law and chance. With 8 ms for each event."""
    length = math.dist(start, end)
    spread = min(max(length, 2), 200)
    side = source.choice((-1, 1))
    across = (-(end[1] - start[1]) / length * side, (end[0] - start[0]) / length * side)
    anchors = []
    for _ in range(2):
        along, aside = source.random(), source.random() * spread
        anchors.append(tuple(start[axis] + (end[axis] - start[axis]) * along + across[axis] * aside for axis in (0, 1)))
    anchors.sort()  # from left to right, wherever the movement goes
    difficulty = 2 * math.log2(length / width + 1)
    count = math.ceil((math.log2(difficulty + 1) + source.random() * 25) * 3)
    return timed([bezier(index / count, start, *anchors, end) for index in range(count + 1)], lambda: 8)


def wind_mouse(source: random.Random, start: Point, end: Point, width: float) -> Track:
    """Gravity 9, wind 3, steps of 15 px at most, the target's neighbourhood 8 px, 5 to 10 ms for each step."""
    gravity, wind, longest, near = 9.0, 3.0, 15.0, 8.0
    (x, y), vx, vy, wx, wy = start, 0.0, 0.0, 0.0, 0.0
    points = [start]
    while (distance := math.dist((x, y), end)) >= 1 and len(points) < 2000:
        gust = min(wind, distance)
        if distance >= near:
            wx = wx / math.sqrt(3) + source.uniform(-gust, gust) / math.sqrt(5)
            wy = wy / math.sqrt(3) + source.uniform(-gust, gust) / math.sqrt(5)
        else:
            wx, wy = wx / math.sqrt(3), wy / math.sqrt(3)
            longest = longest / math.sqrt(5) if longest >= 3 else source.uniform(3, 6)
        vx, vy = vx + wx + gravity * (end[0] - x) / distance, vy + wy + gravity * (end[1] - y) / distance
        if (speed := math.hypot(vx, vy)) > longest:
            clip = longest / 2 + source.random() * longest / 2
            vx, vy = vx / speed * clip, vy / speed * clip
        x, y = x + vx, y + vy
        points.append((x, y))
    return timed([*points, end], lambda: source.uniform(5, 10))


def bezier(t: float, *points: tuple[float, float]) -> tuple[float, float]:
    a, b, c, d = (1 - t)**3, 3 * (1 - t)**2 * t, 3 * (1 - t) * t**2, t**3
    return tuple(a * p + b * q + c * r + d * s for p, q, r, s in zip(*points))


def timed(points: list[tuple[float, float]], gap) -> Track:
    """Whole pixels, a gap of time before each; what stays on its pixel is not an event."""
    track, time = [(0.0, *map(float, points[0]))], 0.0
    for point in points[1:]:
        time += gap()
        pixel = tuple(float(round(value)) for value in point)
        if pixel != track[-1][1:]:
            track.append((time, *pixel))
    return track
