"""Random requests, right and wrong ones, are answered as openapi.yaml says.

CONFORMANCE_EXAMPLES is how many are made up for each operation, beside those that go along the limits of the schema.
The daemon is one of the tests' own, on a screen of its own, without a browser. Where root can do that, nothing outside
of its directory can be written by it.
"""

import collections
import os
import subprocess
from pathlib import Path

import pytest
import schemathesis
from event_stream import check_events
from own_agent import OwnAgent
from own_display import OwnDisplay
from schemathesis.checks import CHECKS, load_all_checks
from scratch_world import ScratchWorld

ROOT = Path(__file__).resolve().parents[2]
EXAMPLES = int(os.environ.get("CONFORMANCE_EXAMPLES", "5"))
IS_DEEP = "CONFORMANCE_EXAMPLES" in os.environ

# There is no browser, and Playwright has no place for its downloads: what needs them says so, after it has waited for them.
BROWSER = ("/ready", "/chromium/", "/configure", "/playwright/")

DESCRIPTION = schemathesis.openapi.from_path(ROOT / "openapi.yaml", config=schemathesis.Config.from_dict({
    "generation": {
        "max-examples": EXAMPLES, "deterministic": True, "database": "none", "no-shrink": not IS_DEEP,
        "allow-x00": True,
    },
    "phases": {"coverage": {"enabled": IS_DEEP}},
    "operations": [
        {"include-path-regex": f"^{path}", "generation": {"max-examples": min(EXAMPLES, 5)},
         "phases": {"coverage": {"enabled": False}}}
        for path in BROWSER
    ],
}))

load_all_checks()
CONTENT_TYPE, SCHEMA_OF_BODY, *OTHERS = (CHECKS.get_one(f"{name}_conformance") for name in (
    "content_type", "response_schema", "status_code", "response_headers"))
ANSWER_CHECKS = [CONTENT_TYPE, SCHEMA_OF_BODY, *OTHERS]

# What "default" stands for in the description, of all operations.
OTHER_STATUSES = {403, 405, 408, 429, 431}


@pytest.fixture(scope="module")
def world(tmp_path_factory):
    return ScratchWorld(tmp_path_factory.mktemp("world"))


@pytest.fixture(scope="module")
def agent(world):
    place = world.directory.parent
    settings = {
        "SPOOL_DIR": "spool", "OUTPUT_DIR": "recordings", "EXTENSIONS_DIR": "extensions",
        "CHROMIUM_USER_DATA_DIR": "profile", "SUPERVISOR_LOG_DIR": "logs"}
    settings = {name: str(world.directory / value) for name, value in settings.items()}
    for folder in settings.values():
        os.makedirs(folder)
    settings |= {name: str(world.directory / name.lower()) for name in (
        "SUPERVISOR_SOCKET", "CHROMIUM_POLICY_FILE", "CHROMIUM_FLAGS_FILE")}
    settings |= {"DEVTOOLS_UPSTREAM_ADDR": "127.0.0.1:9", "PLAYWRIGHT_DIR": str(world.directory / "playwright")}
    with OwnDisplay() as display:
        with OwnAgent(prefix=read_only_but(world.directory), DISPLAY_NUM=str(display.number), **settings) as agent:
            world.restore()
            prepare(agent, world)
            yield agent
    print(f"\nanswers: {dict(sorted(ANSWERS.items()))}, {sum(ANSWERS.values())} in all")


def read_only_but(directory: Path) -> list[str]:
    """How to run a program that can write to this directory alone; empty where that cannot be done."""
    script = 'mount --bind "$0" "$0" && mount -o remount,bind,ro / && exec "$@"'
    prefix = ["unshare", "--mount", "sh", "-c", script, str(directory)]
    works = subprocess.run([*prefix, "true"], capture_output=True).returncode == 0
    return prefix if works else []


def prepare(agent: OwnAgent, world: ScratchWorld) -> None:
    """Things in the agent that requests may name."""
    ended = agent.post("/process/spawn", json={"command": "echo", "args": ["hello"]}).json()["process_id"]
    running = agent.post("/process/spawn", json={"command": "cat", "allocate_tty": True}).json()["process_id"]
    world.ids["process_id"] = [ended, running]
    world.ids["watch_id"] = [
        agent.post("/fs/watch", json={"path": str(world.directory)}).json()["watch_id"] for _ in range(8)]
    assert agent.post("/recording/start", json={"id": "known"}).status_code == 201
    assert agent.post("/recording/stop", json={"id": "known"}).status_code == 200
    world.ids["id"] = ["known"]


ANSWERS: collections.Counter = collections.Counter()


@DESCRIPTION.parametrize()
def test_answers_are_as_described(case, agent, world):
    world.restore()
    world.confine(case)
    answer = case.call(base_url=agent.url, timeout=30)
    ANSWERS[answer.status_code] += 1
    try:
        check(case, answer)
        described = case.operation.definition.raw["responses"]
        assert str(answer.status_code) in described or answer.status_code in OTHER_STATUSES, case.as_curl_command()
        if answer.status_code >= 500:
            check_excuse(case, answer)
    finally:
        if answer.status_code == 201:
            end(case.path, answer, agent)


def check(case, answer) -> None:
    checks = list(ANSWER_CHECKS)
    if case.path.startswith("/computer/") and answer.content == b"":
        # There is a picture or a plan where one was asked for, which no description can say.
        checks.remove(CONTENT_TYPE)
    if answer.headers.get("content-type") == ["text/event-stream"]:
        checks.remove(SCHEMA_OF_BODY)
        check_events(case.path, answer.content)
    case.validate_response(answer, checks=checks)


def check_excuse(case, answer) -> None:
    """A server's error is right only where the server is meant not to be able to."""
    error = answer.json()
    is_planned = case.operation.definition.raw["x-guest-agent-status"] == "planned"
    is_excused = (
        (answer.status_code == 501 and is_planned)
        or (case.path.startswith(BROWSER) and (answer.status_code == 503 or error.get("code") == "unavailable"))
        or case.path == "/playwright/execute"
        or (answer.status_code == 500 and error.get("code") == "timeout"))
    assert is_excused, f"{answer.status_code} {error} to {case.as_curl_command()}"


def end(path: str, answer, agent: OwnAgent) -> None:
    """Ends what a request has started and what would go on, until there are too many of its kind."""
    if path == "/fs/watch":
        agent.delete(f"/fs/watch/{answer.json()['watch_id']}")
    elif path == "/recording/start":
        for recording in agent.get("/recording/list").json():
            if recording["isRecording"]:
                agent.post("/recording/stop", json={"id": recording["id"], "forceStop": True})
