"""What programs that tell people from machines measure in the movements of a pointer.

A track is a list of (milliseconds, x, y): where the pointer rests at first, then every event that moved it. Speed is that
along the path, on a grid of 4 ms, smoothed with a Gaussian of 16 ms.
"""

import math
import statistics
from dataclasses import dataclass, fields

GRID_MS = 4.0
SMOOTHING_MS = 16.0
#: Of the highest speed: by how much a peak must stand out to count.
PROMINENCE = 0.1
#: Of the highest speed: slower samples say nothing about curvature, for a pixel is then longer than a step.
MOVING = 0.1
#: Radians for each pixel: what bends less is straight as far as pixels can tell.
STRAIGHT = 1e-5
#: Samples a fit of curvature needs.
FIT_SAMPLES = 8
#: Of a cubic through four events: beyond this, uneven gaps make more of the rounding to pixels than of the movement.
MAXIMUM_WEIGHT = 2.0
#: Pixels in a millisecond: where an event is off in a faster movement is due to the clock, not to the hand.
SLOW = 0.5

Track = list[tuple[float, float, float]]


@dataclass
class Features:
    """Of one movement."""

    duration_ms: float
    events: int
    gap_ms: float
    gap_variation: float
    peaks: int
    #: Of the duration.
    peak_time: float
    #: Straight line / path.
    efficiency: float
    #: Of the highest speed.
    start_speed: float
    end_speed: float
    #: Of speed as a power of curvature; nan where too little of the path bends.
    curvature_exponent: float
    #: How far the events lie from a smooth path, in pixels.
    residuals: list[tuple[float, float]]


def features(track: Track) -> Features:
    gaps = [later[0] - earlier[0] for earlier, later in zip(track, track[1:])]
    steps = [math.dist(earlier[1:], later[1:]) for earlier, later in zip(track, track[1:])]
    duration = track[-1][0] - track[0][0]
    xs, ys = resampled(track, 1), resampled(track, 2)
    speeds = smoothed([math.hypot(x2 - x1, y2 - y1) / GRID_MS for x1, x2, y1, y2 in zip(xs, xs[1:], ys, ys[1:])])
    highest = max(speeds)
    return Features(
        duration_ms=duration,
        events=len(track) - 1,
        gap_ms=statistics.mean(gaps),
        gap_variation=statistics.pstdev(gaps) / statistics.mean(gaps),
        peaks=peak_count(speeds, PROMINENCE * highest),
        peak_time=(speeds.index(highest) + 0.5) * GRID_MS / duration,
        efficiency=math.dist(track[0][1:], track[-1][1:]) / sum(steps),
        start_speed=speeds[0] / highest,
        end_speed=speeds[-1] / highest,
        curvature_exponent=curvature_exponent(smoothed(xs, rests=True), smoothed(ys, rests=True)),
        residuals=residuals(track),
    )


def resampled(track: Track, axis: int) -> list[float]:
    """The coordinate every `GRID_MS`, on straight lines between the events."""
    result, index, start = [], 0, track[0][0]
    count = max(2, round((track[-1][0] - start) / GRID_MS) + 1)
    for sample in range(count):
        time = min(start + sample * GRID_MS, track[-1][0])
        while index < len(track) - 2 and track[index + 1][0] < time:
            index += 1
        before, after = track[index], track[index + 1]
        share = (time - before[0]) / max(after[0] - before[0], 1e-9)
        result.append(before[axis] + (after[axis] - before[axis]) * share)
    return result


def smoothed(values: list[float], rests: bool = False) -> list[float]:
    """A Gaussian of `SMOOTHING_MS`. Beyond the ends there is either nothing, or what rests as it began and ended."""
    sigma = SMOOTHING_MS / GRID_MS
    reach = math.ceil(3 * sigma)
    weights = [math.exp(-0.5 * (offset / sigma) ** 2) for offset in range(-reach, reach + 1)]
    if rests:
        padded = [values[0]] * reach + values + [values[-1]] * reach
        total = sum(weights)
        return [sum(map(float.__mul__, weights, map(float, padded[index:]))) / total for index in range(len(values))]
    result = []
    for index in range(len(values)):
        low, high = max(0, index - reach), min(len(values), index + reach + 1)
        part = weights[low - index + reach:high - index + reach]
        result.append(sum(map(float.__mul__, part, values[low:high])) / sum(part))
    return result


def peak_count(values: list[float], prominence: float) -> int:
    """Local maxima that stand out by more than `prominence` from the higher of the valleys beside them.

    Walks from extreme to extreme: a maximum counts when the way down behind it is long enough, a minimum when the way
    up is.
    """
    count, rising, extreme = 0, True, values[0]
    for value in values:
        if rising:
            extreme = max(extreme, value)
            if extreme - value > prominence:
                count, rising, extreme = count + 1, False, value
        else:
            extreme = min(extreme, value)
            if value - extreme > prominence:
                rising, extreme = True, value
    return count + (1 if rising and extreme - min(values) > prominence else 0)


def curvature_exponent(xs: list[float], ys: list[float]) -> float:
    """The slope of log speed over log curvature; -1/3 in the movements of people's hands (the two-thirds power law)."""
    samples = []
    for index in range(1, len(xs) - 1):
        dx, dy = (xs[index + 1] - xs[index - 1]) / 2, (ys[index + 1] - ys[index - 1]) / 2
        ddx, ddy = xs[index + 1] - 2 * xs[index] + xs[index - 1], ys[index + 1] - 2 * ys[index] + ys[index - 1]
        speed = math.hypot(dx, dy)
        if speed > 0:
            samples.append((abs(dx * ddy - dy * ddx) / speed**3, speed))
    highest = max((speed for _, speed in samples), default=0)
    fit = [(math.log(bend), math.log(speed)) for bend, speed in samples if bend > STRAIGHT and speed > MOVING * highest]
    if len(fit) < FIT_SAMPLES:
        return math.nan
    return statistics.linear_regression(*zip(*fit)).slope


def residuals(track: Track) -> list[tuple[float, float]]:
    """How far each slow event lies from the cubic through the two before it and the two behind it, in pixels."""
    result = []
    for index in range(2, len(track) - 2):
        before, earlier, event, later, behind = window = track[index - 2:index + 3]
        length = sum(math.dist(one[1:], next[1:]) for one, next in zip(window, window[1:]))
        # A browser's clock may give two events one time.
        if len({each[0] for each in window}) < 5 or length > SLOW * (behind[0] - before[0]):
            continue
        others = before, earlier, later, behind
        weights = [math.prod((event[0] - other[0]) / (one[0] - other[0]) for other in others if other is not one)
                   for one in others]
        if sum(map(abs, weights)) < MAXIMUM_WEIGHT:
            result.append(tuple(event[axis] - sum(weight * other[axis] for weight, other in zip(weights, others))
                                for axis in (1, 2)))
    return result


@dataclass
class Summary:
    """Of many movements: medians unless a name says otherwise."""

    duration_ms: float
    #: Of the durations on the index of difficulty, log2(distance / width + 1).
    difficulty_fit: float
    events: float
    gap_ms: float
    gap_variation: float
    peaks: float
    peaks_p90: float
    peak_time: float
    efficiency: float
    efficiency_p10: float
    start_speed: float
    end_speed: float
    curvature_exponent: float
    noise_mean_x: float
    noise_mean_y: float
    noise_correlation: float


def summary(tracks: list[Track], difficulties: list[float]) -> Summary:
    every = [features(track) for track in tracks]
    medians = {
        field.name: statistics.median(value for each in every if not math.isnan(value := getattr(each, field.name)))
        for field in fields(Features) if field.name != "residuals"}
    noise = list(zip(*(pair for each in every for pair in each.residuals)))
    return Summary(
        **medians,
        difficulty_fit=statistics.correlation(difficulties, [each.duration_ms for each in every]) ** 2,
        peaks_p90=statistics.quantiles([each.peaks for each in every], n=10)[-1],
        efficiency_p10=statistics.quantiles([each.efficiency for each in every], n=10)[0],
        noise_mean_x=statistics.mean(noise[0]),
        noise_mean_y=statistics.mean(noise[1]),
        noise_correlation=statistics.correlation(*noise),
    )
