"""What the agent tells about itself to Prometheus."""

import os
import re
from pathlib import Path

import pytest
import requests
from sockets import websocket
from waiting import eventually
from websockets.sync.client import connect

SAMPLE = re.compile(r'^([a-z_]+)(\{[a-z]+="[^"]*"(?:,[a-z]+="[^"]*")*\})? (-?[0-9.e+-]+)$')


@pytest.fixture
def metrics():
    url = os.environ["GUEST_AGENT_METRICS_URL"] + "/metrics"

    def read() -> dict[str, float]:
        answer = requests.get(url, timeout=20)
        assert answer.headers["Content-Type"] == "text/plain; version=0.0.4; charset=utf-8"
        samples = [line for line in answer.text.splitlines() if not line.startswith("#")]
        return {match[1] + (match[2] or ""): float(match[3]) for match in map(SAMPLE.match, samples)}

    return read


def test_every_family_is_described_and_every_line_is_well_formed():
    text = requests.get(os.environ["GUEST_AGENT_METRICS_URL"] + "/metrics", timeout=20).text
    assert text.endswith("\n")
    described = re.findall(r"^# TYPE ([a-z_]+) (?:counter|gauge)$", text, re.M)
    assert len(described) == len(set(described)) == len(re.findall(r"^# HELP [a-z_]+ .+\.$", text, re.M))
    for line in text.splitlines():
        if not line.startswith("#"):
            match = SAMPLE.match(line)
            assert match and match[1] in described, line


def test_the_process_is_as_the_kernel_says(metrics, stack):
    now = metrics()
    resident = int(re.search(r"VmRSS:\s+(\d+)", Path(f"/proc/{stack.agent_pid}/status").read_text())[1]) * 1024
    assert abs(now["guest_agent_resident_memory_bytes"] - resident) < 32 << 20
    assert abs(now["guest_agent_threads"] - stack.agent_threads()) <= 4
    assert abs(now["guest_agent_open_fds"] - stack.agent_descriptors()) <= 8
    assert now["guest_agent_uptime_seconds"] > 0
    assert [name for name in now if name.startswith("guest_agent_info{version=")]


def test_requests_are_counted_by_group_and_status(metrics, api):
    def count(group: str, status: str) -> float:
        return metrics()[f'guest_agent_requests_total{{group="{group}",status="{status}"}}']

    before = [count("health", "2xx"), count("fs", "4xx"), count("other", "4xx")]
    api.get("/health")
    api.get("/fs/file_info?path=/no/such/file")
    api.get("/made/up/by/a/client")
    assert [count("health", "2xx"), count("fs", "4xx"), count("other", "4xx")] == [each + 1 for each in before]
    assert "made" not in str(metrics())


def test_what_is_open_is_told(metrics, api, cdp_url, tmp_path):
    def gauges() -> list[float]:
        now = metrics()
        return [now["guest_agent_processes_running"], now["guest_agent_event_streams_open"],
                now['guest_agent_relays_open{listener="devtools"}'], now["guest_agent_websockets_open"]]

    before, passed = gauges(), metrics()["guest_agent_relayed_bytes_total"]
    process = api.post("/process/spawn", json={"command": "cat", "allocate_tty": True}).json()["process_id"]
    (tmp_path / "log").write_text("a line\n")
    log = {"source": "path", "path": str(tmp_path / "log"), "follow": "true"}
    with api.get("/logs/stream", params=log, stream=True) as stream, \
            connect(websocket(cdp_url), proxy=None) as browser, \
            connect(f"{websocket(api.get('/health').url.removesuffix('/health'))}/process/{process}/attach", proxy=None):
        assert stream.ok
        browser.send('{"id":1,"method":"Browser.getVersion"}')
        browser.recv(20)
        eventually(lambda: gauges() == [each + 1 for each in before])
        assert metrics()["guest_agent_relayed_bytes_total"] > passed + 100
        assert metrics()["guest_agent_children"] >= 1
    api.post(f"/process/{process}/kill", json={"signal": "KILL"})
    eventually(lambda: gauges() == before)


def test_nothing_else_is_there():
    url = os.environ["GUEST_AGENT_METRICS_URL"]
    assert requests.get(f"{url}/health", timeout=20).status_code == 404
    assert requests.post(f"{url}/metrics", timeout=20).status_code == 405
    assert requests.post(f"{url}/process/exec", json={"command": "true"}, timeout=20).status_code == 404
    assert requests.get(f"{url}/metrics", timeout=20, headers={"Origin": "http://127.0.0.1:1"}).status_code == 403
