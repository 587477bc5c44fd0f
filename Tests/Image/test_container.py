"""What only a whole machine can show: its first process, its memory, its disk, its programs, its end."""

import secrets
import subprocess
import time

import pytest
import requests
from certificates import make_certificate
from container import Container
from inside import program_pid, run
from playwright.sync_api import sync_playwright
from video import duration, probe
from waiting import eventually

pytestmark = pytest.mark.skipif(
    subprocess.run(["sh", "-c", "command -v podman || command -v docker"], capture_output=True).returncode != 0,
    reason="there is no container engine")

HEALTHY = "/usr/local/lib/guest-agent/image/healthy"
PROGRAMS = ["xserver", "window-manager", "dbus", "pulseaudio", "chromium", "chromedriver", "guest-agent"]


@pytest.fixture(scope="module")
def machine():
    with Container("--memory", "3g") as container:
        yield container


def is_ready(machine):
    return machine.is_ready() and all(program_pid(machine, program) for program in PROGRAMS)


@pytest.mark.parametrize("program", PROGRAMS)
def test_a_killed_program_comes_back_and_the_others_notice(machine, program):
    eventually(lambda: is_ready(machine), timeout=30)
    agent, killed = program_pid(machine, "guest-agent"), program_pid(machine, program)
    try:
        run(machine, f"kill -KILL {killed}")
    except requests.ConnectionError:
        assert program == "guest-agent"
    eventually(lambda: machine.is_ready() and program_pid(machine, program) not in (0, killed), timeout=30)
    eventually(lambda: is_ready(machine), timeout=30)
    assert program == "guest-agent" or program_pid(machine, "guest-agent") == agent
    assert eventually(lambda: machine.post("/computer/screenshot").status_code == 200)
    webdriver = f"http://127.0.0.1:{machine.ports['CHROMEDRIVER_PROXY_PORT']}/status"
    assert eventually(lambda: requests.get(webdriver, timeout=10).json()["value"]["ready"], timeout=30)


def test_the_first_process_reaps(machine):
    run(machine, "for i in $(seq 50); do (setsid sh -c 'sleep 0.1' &) ; done")
    eventually(lambda: run(machine, "ps -eo stat= | grep -c '^Z' || true") == "0", timeout=30)


def test_the_browser_is_nobody_special_and_has_its_sandbox(machine):
    assert set(run(machine, "ps -o user= -C chromium").split()) == {"kernel"}
    assert "--no-sandbox" not in run(machine, "ps -ww -o args= -C chromium")
    renderers = run(machine, "pgrep --full -- --type=renderer").split()
    for renderer in renderers:
        assert "Seccomp:\t2" in run(machine, f"cat /proc/{renderer}/status || echo 'Seccomp:\t2 has ended'")


def test_the_engine_sees_whether_it_is_healthy(machine):
    assert machine.inside(HEALTHY) == 0
    assert machine.inside("env", "PORT=1", HEALTHY) != 0


def test_tokens_and_encryption_do_not_hide_its_health(tmp_path):
    token = secrets.token_hex(32)
    (tmp_path / "tokens").write_text(f"# the first\n\n{token}\n{secrets.token_hex(32)}\n")
    settings = make_certificate(tmp_path) | {"ACCESS_TOKEN_FILE": str(tmp_path / "tokens")}
    machine = Container("--volume", f"{tmp_path}:{tmp_path}:ro", **settings)
    machine.headers["Authorization"] = f"Bearer {token}"
    with machine:
        assert machine.inside(HEALTHY) == 0
        assert machine.inside("env", "ACCESS_TOKEN_FILE=/nowhere", HEALTHY) != 0


def test_no_program_lacks_a_library(machine):
    """The image leaves out libraries that nothing in it loads."""
    places = "/usr/bin /usr/sbin /usr/lib/chromium /usr/lib/xorg /usr/lib/pulse*"
    missing = run(machine, f"find {places} -type f -exec ldd {{}} + 2>/dev/null | grep 'not found' | sort -u || true")
    assert missing == ""


def test_pages_have_webgl(machine):
    with sync_playwright() as playwright:
        browser = playwright.chromium.connect_over_cdp(f"http://127.0.0.1:{machine.ports['DEVTOOLS_PROXY_PORT']}")
        page = browser.contexts[0].new_page()
        assert page.evaluate("document.createElement('canvas').getContext('webgl') !== null")
        page.close()
        browser.close()


def test_memory_that_runs_out_costs_the_client_that_took_it(machine):
    limit = int(run(machine, "cat /sys/fs/cgroup/memory.max /sys/fs/cgroup/memory/memory.limit_in_bytes 2>/dev/null "
                             "| head -n 1"))
    if limit > 4 << 30:
        pytest.skip("the engine cannot limit a container's memory here")
    before = {program: program_pid(machine, program) for program in PROGRAMS}
    answer = machine.post("/process/exec", json={"command": "sh", "args": ["-c", "head -c 8G /dev/zero | tail"]})
    assert answer.json()["exit_code"] == 137
    assert machine.get("/health").status_code == 200
    assert {program: program_pid(machine, program) for program in PROGRAMS} == before
    eventually(machine.is_ready, timeout=30)


def test_clients_commands_do_not_inherit_the_agents_protection(machine):
    assert run(machine, "cat /proc/self/oom_score_adj") == "0"


def test_a_full_disk_leaves_the_agent_answering():
    small = [f"--tmpfs={place}:rw,size=24m,mode=1777" for place in ("/tmp", "/recordings", "/var/log/supervisord")]
    with Container(*small) as machine:
        for place in ("/tmp", "/recordings", "/var/log/supervisord"):
            run(machine, f"cat /dev/zero >{place}/ballast 2>/dev/null || true")
        assert machine.get("/health").status_code == 200
        assert run(machine, "echo still there") == "still there"
        assert machine.post("/computer/screenshot").status_code == 200
        full = machine.put("/fs/write_file", params={"path": "/tmp/more"}, data=bytes(1 << 20))
        assert full.status_code == 507 and full.json()["code"] == "insufficient_storage"
        assert machine.post("/recording/start", json={"id": "full"}).status_code in (500, 507)
        run(machine, "rm /tmp/ballast /recordings/ballast /var/log/supervisord/ballast")
        assert machine.put("/fs/write_file", params={"path": "/tmp/more"}, data=bytes(1 << 20)).status_code == 201
        assert machine.is_ready()


def test_a_stop_finishes_recordings(tmp_path):
    with Container("--volume", f"{tmp_path}:/recordings") as machine:
        assert machine.post("/recording/start", json={"id": "last", "framerate": 10}).status_code == 201
        eventually(lambda: seconds_recorded(machine, tmp_path) > 1, timeout=20)
        began = time.monotonic()
        machine.stop()
        assert time.monotonic() - began < 10
    video = next(tmp_path.rglob("*.mp4"))
    assert probe(video)["streams"][0]["codec_name"] == "h264"
    assert duration(video) > 1


def seconds_recorded(machine, directory) -> float:
    answer = machine.get("/recording/download", params={"id": "last"})
    if answer.status_code != 200:
        return 0
    (directory / "so-far").write_bytes(answer.content)
    return duration(directory / "so-far")


def test_the_headless_mode_of_the_same_image():
    with Container(BROWSER_MODE="headless", WIDTH="1280", HEIGHT="720") as machine:
        cdp = f"http://127.0.0.1:{machine.ports['DEVTOOLS_PROXY_PORT']}"
        assert requests.get(f"{cdp}/json/version", timeout=30).json()["Browser"]
        assert machine.post("/computer/screenshot").status_code == 200
