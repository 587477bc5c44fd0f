"""Movements as a page gets them, measured as programs do that tell people from machines.

Wider bounds than those of the plans: fewer movements, and the browser's own clock.
"""

import pytest
from motion_features import summary
from pointer_recorder import PointerRecorder, tasks

MOVEMENTS = 40


@pytest.fixture
def movements(api, page, site):
    """Tasks, each with its movement as planned and as it came."""

    def post(path, body):
        answer = api.post(path, json=body)
        assert answer.status_code == 200, answer.text
        return answer.json() if answer.content else {}

    page.goto(f"{site.url}/pointer.html")
    recorder = PointerRecorder(page, post)
    area = recorder.area()
    return [(task, *recorder.delivered(task)) for task in tasks(MOVEMENTS, area, seed=1)]


def test_movements_arrive_as_those_of_people(movements):
    for task, plan, track in movements:
        assert track[-1][1:] == task.target
        assert len(track) <= len(plan) + 1
        assert {event[1:] for event in track} <= {tuple(event[1:]) for event in plan}

    # A browser that is kept waiting joins the movements in its queue and sees them late: a few tracks may be thin, or
    # begin or end at another time, not all of them.
    late = [abs((track[-1][0] - track[0][0]) - plan[-1][0]) - 0.1 * plan[-1][0] for _, plan, track in movements]
    assert sum(each < 20 for each in late) >= 0.9 * MOVEMENTS, "the browser saw too many of them at another speed"
    made = sum(len(plan) for _, plan, _ in movements)
    assert sum(len(track) for *_, track in movements) >= 0.9 * made, "the browser saw too few of the events"

    result = summary([track for _, _, track in movements], [task.difficulty for task, _, _ in movements])
    assert result.peaks == 1 and result.peaks_p90 <= 3
    assert 0.27 <= result.peak_time <= 0.48
    assert 0.94 <= result.efficiency <= 0.995 and result.efficiency_p10 >= 0.86
    assert result.start_speed <= 0.08 and result.end_speed <= 0.08
    assert result.difficulty_fit >= 0.75
    assert -0.43 <= result.curvature_exponent <= -0.23
    assert abs(result.noise_mean_x) < 0.1 and abs(result.noise_mean_y) < 0.1
    assert 6 <= result.gap_ms <= 14 and result.gap_variation > 0.3
    assert len({tuple(event[1:] for event in track) for _, _, track in movements}) == MOVEMENTS
