"""The log stream, as any HTTP client sees it."""

import json

import pytest


def events(answer, count=None):
    found = []
    for line in answer.iter_lines():
        if line.startswith(b"data: "):
            found.append(json.loads(line[len("data: "):])["message"])
            if count and len(found) == count:
                break
    return found


def test_without_follow_it_ends_at_the_end(api, tmp_path):
    log = tmp_path / "log"
    log.write_bytes("one\n\ntwo ä\nunfinished \xff".encode("utf-8", "surrogateescape"))
    answer = api.get("/logs/stream", params={"source": "path", "path": str(log), "follow": "false"}, stream=True)
    assert answer.headers["Content-Type"] == "text/event-stream"
    assert answer.headers["X-SSE-Content-Type"] == "application/json"
    assert events(answer)[:2] == ["one", "two ä"]


@pytest.mark.parametrize("_", range(10))
def test_following_survives_rotation_and_truncation(api, tmp_path, _):
    log = tmp_path / "log"
    log.write_text("before\n")
    with api.get("/logs/stream", params={"source": "path", "path": str(log)}, stream=True) as answer:
        lines = answer.iter_lines()

        def next_message():
            return next(json.loads(line[6:])["message"] for line in lines if line.startswith(b"data: "))

        with open(log, "a") as file:
            file.write("one\n")
        assert next_message() == "one"
        log.rename(tmp_path / "log.1")
        log.write_text("two\n")
        assert next_message() == "two"
        with open(log, "w") as file:
            file.write("3\n")
        assert next_message() == "3"


def test_a_supervised_program_by_name(api):
    answer = api.get(
        "/logs/stream", params={"source": "supervisor", "supervisor_process": "chromium", "follow": "false"})
    assert "DevTools listening on" in answer.text


def test_a_source_that_is_not_there_is_one_event(api):
    answer = api.get("/logs/stream", params={"source": "path", "path": "/no/such/log", "follow": "false"}, stream=True)
    assert answer.status_code == 200
    assert len(events(answer)) == 1


def test_many_lines_arrive_complete_and_in_order(api, tmp_path):
    log = tmp_path / "log"
    log.write_text("".join(f"line {number}\n" for number in range(100_000)))
    answer = api.get("/logs/stream", params={"source": "path", "path": str(log), "follow": "false"}, stream=True)
    assert events(answer) == [f"line {number}" for number in range(100_000)]
