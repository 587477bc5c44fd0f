"""What platforms that save and restore machines call. The clock is never really set here: others read it too."""

import time
from datetime import datetime, timedelta, timezone

import pytest
from own_agent import OwnAgent
from waiting import eventually


def written(moment: datetime) -> str:
    return moment.isoformat().replace("+00:00", "Z")


def test_a_snapshot_is_prepared_without_stopping_anything(api, tmp_path):
    (tmp_path / "file").write_bytes(b"x" * 10_000_000)
    assert api.post("/lifecycle/prepare-snapshot").status_code == 204
    assert api.get("/health").ok


def test_the_clock_is_set_to_the_time_told():
    before = time.time()
    with OwnAgent(SETS_CLOCK="true") as agent:
        answer = agent.post("/lifecycle/resumed", json={"time": written(datetime.now(timezone.utc)), "entropy": "AAEC"})
    assert answer.status_code == 200, answer.text
    assert -1 < answer.json()["clock_step_sec"] < 1
    assert abs(time.time() - before) < 20


def test_a_clock_that_is_not_the_agents_is_left_alone(api):
    before = time.time()
    answer = api.post("/lifecycle/resumed", json={"time": "2001-01-01T00:00:00Z"})
    assert answer.status_code == 403
    assert "SETS_CLOCK" in answer.json()["message"]
    assert abs(time.time() - before) < 20


def test_without_a_time_the_clock_is_left_alone(api):
    assert api.post("/lifecycle/resumed").json() == {}


@pytest.mark.parametrize("body", [
    {"time": "yesterday"}, {"time": "2026-13-01T00:00:00Z"}, {"time": "99999999999999-01-01T00:00:00Z"},
    {"time": 1}, {"entropy": "?"}, {"entropy": "A" * 6000}])
def test_what_makes_no_sense_is_refused(api, body):
    before = time.time()
    answer = api.post("/lifecycle/resumed", json=body)
    assert answer.status_code == 400
    assert next(iter(body)) in answer.json()["message"]
    assert abs(time.time() - before) < 5


def test_an_agent_without_the_privilege_says_so():
    with OwnAgent(user="nobody", SETS_CLOCK="true") as agent:
        tomorrow = written(datetime.now(timezone.utc) + timedelta(days=1))
        assert agent.post("/lifecycle/resumed", json={"time": tomorrow}).status_code == 403
        # The random numbers are those of the machine below, whose platform renews them.
        assert agent.post("/lifecycle/resumed", json={"entropy": "AAEC"}).status_code == 200


def test_a_hardware_clock_that_is_none_is_told_and_left(tmp_path):
    with OwnAgent(HARDWARE_CLOCK="/dev/null", LOG_LEVEL="warning", log=tmp_path / "log") as agent:
        eventually(lambda: "the clock is left alone" in (tmp_path / "log").read_text())
        assert agent.get("/health").ok
