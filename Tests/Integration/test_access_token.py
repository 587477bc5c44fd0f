"""Who has no token gets nothing, and who has one is not hindered; the token itself is nowhere to be seen."""

import base64
import json
import os
import signal
import subprocess
from pathlib import Path

import pytest
import requests
from kernel import Kernel
from control_plane import ControlPlane
from own_agent import OwnAgent, binary
from playwright.sync_api import sync_playwright
from selenium import webdriver
from selenium.webdriver.remote.client_config import AuthType, ClientConfig
from sockets import handshake, websocket
from waiting import eventually
from websockets.sync.client import connect

TOKEN = "token-of-the-file-4f1c2d"
OTHER = "token-of-the-environment-9b"
WITH_TOKEN = {"Authorization": f"Bearer {TOKEN}"}
DRIVER_OPTIONS = {"capabilities": {"alwaysMatch": {"browserName": "chrome", "webSocketUrl": True}}}


@pytest.fixture(scope="module")
def log(tmp_path_factory) -> Path:
    return tmp_path_factory.mktemp("log") / "agent"


@pytest.fixture(scope="module")
def agent(tmp_path_factory, upstreams, log):
    tokens = tmp_path_factory.mktemp("tokens") / "tokens"
    tokens.write_text(f"# the one in use\n{TOKEN}\n")
    tokens.chmod(0o600)
    with OwnAgent(
        log=log, ACCESS_TOKEN_FILE=str(tokens), ACCESS_TOKEN=OTHER, LOG_LEVEL="trace", **upstreams
    ) as started:
        yield started


def exec_output(agent, *command: str) -> str:
    answer = agent.post(
        "/process/exec", json={"command": command[0], "args": command[1:]}, headers=WITH_TOKEN)
    assert answer.status_code == 200, answer.text
    return base64.b64decode(answer.json()["stdout_b64"]).decode(errors="replace")


def test_nothing_but_liveness_is_told_to_strangers(agent):
    refused = [
        agent.get("/ready"), agent.get("/spec.json"), agent.get("/no/such/path"),
        agent.post("/process/exec", json={"command": "true"}), agent.post("/tickets", json={"path": "/"}),
        agent.get("/fs/read_file?path=/etc/hostname", headers={"Authorization": f"Bearer {TOKEN}x"}),
        agent.get("/fs/read_file?path=/etc/hostname&jwt=wrong-token-0123456789"),
        agent.get(f"{agent.metrics_url}/metrics"), agent.get(f"{agent.cdp_url}/json/version"),
        agent.put(f"{agent.cdp_url}/json/new?about:blank"), agent.get(f"{agent.webdriver_url}/status"),
        agent.post(f"{agent.webdriver_url}/session", json=DRIVER_OPTIONS),
    ]
    for answer in refused:
        assert (answer.status_code, answer.headers["WWW-Authenticate"]) == (401, "Bearer"), answer.url
        assert answer.json()["code"] == "unauthenticated"
    for url in [f"{agent.cdp_url}/devtools/browser", f"{agent.webdriver_url}/session", f"{agent.url}/process/x/attach"]:
        assert handshake(websocket(url)) == 401, url
    assert agent.get("/health").json()["status"] == "ok"
    assert agent.head("/health").status_code == 200


@pytest.mark.parametrize("token", [TOKEN, OTHER], ids=["file", "environment"])
def test_each_token_opens_each_port(agent, token):
    headers = {"Authorization": f"Bearer {token}"}
    for url in ["/ready", f"{agent.metrics_url}/metrics", f"{agent.cdp_url}/json/version",
                f"{agent.webdriver_url}/status"]:
        assert agent.get(url, headers=headers).status_code in (200, 503), url
        assert agent.get(url, auth=("anybody", token)).status_code in (200, 503), url
        assert agent.get(url, params={"token": token}).status_code in (200, 503), url
    assert handshake(websocket(agent.cdp_url), additional_headers=headers) == 101
    assert handshake(f"{websocket(agent.cdp_url)}/devtools/browser?token={token}") == 101
    assert handshake(f"{websocket(agent.webdriver_url)}/session?jwt={token}") == 101


def test_the_token_is_nowhere_to_be_seen(agent, log):
    for name in ("token", "jwt"):
        agent.get("/fs/read_file", params={"path": "/no/such/file", name: TOKEN})
        agent.get(f"{agent.cdp_url}/no/such/document", params={name: OTHER})
        agent.get(f"{agent.webdriver_url}/no/such/command", params={name: OTHER})
    seen = [
        exec_output(agent, "env"), exec_output(agent, "cat", "/proc/self/environ"),
        Path(f"/proc/{agent.process.pid}/environ").read_bytes().decode(errors="replace"),
        Path(f"/proc/{agent.process.pid}/cmdline").read_text(), log.read_text(),
    ]
    assert "ACCESS_TOKEN_FILE" in seen[0], "the environment of commands is the agent's"
    assert "/no/such/file" in seen[-1] or "read_file" in seen[-1], "requests are logged"
    for text in seen:
        assert TOKEN not in text and OTHER not in text


@pytest.mark.parametrize("command", ["doctor", "routes"])
def test_other_commands_do_not_show_it_either(command):
    result = subprocess.run(
        [binary(), command], capture_output=True, text=True, timeout=60,
        env=os.environ | {"ACCESS_TOKEN": OTHER})
    assert result.stdout and OTHER not in result.stdout + result.stderr


@pytest.mark.parametrize(
    ("settings", "complaint"),
    [
        ({"ACCESS_TOKEN": "too short"}, "ACCESS_TOKEN must be"),
        ({"ACCESS_TOKEN_FILE": "/no/such/file"}, "ACCESS_TOKEN_FILE: /no/such/file"),
        ({"ACCESS_TOKEN_FILE": "/dev/null"}, "ACCESS_TOKEN_FILE: /dev/null"),
        ({"ACCESS_TOKEN_FILE": "/etc/passwd"}, "line 1 is no token"),
        ({"ALLOWED_HOSTS": "http://vm.example"}, "ALLOWED_HOSTS must be"),
    ],
)
def test_a_bad_setting_ends_the_start_and_is_named(settings, complaint):
    result = subprocess.run(
        [binary()], capture_output=True, text=True, timeout=60, env=os.environ | settings)
    assert result.returncode != 0 and complaint in result.stderr
    assert "too short" not in result.stderr and "root:" not in result.stderr


def test_tokens_are_exchanged_without_a_restart(tmp_path):
    tokens = tmp_path / "tokens"
    tokens.write_text("token-number-one-111\n")
    old, new = ({"Authorization": f"Bearer token-number-{name}"} for name in ("one-111", "two-222"))
    with OwnAgent(ACCESS_TOKEN_FILE=str(tokens), DISPLAY_NUM="0") as agent:
        signed = agent.post("/fs/signed_urls", json={"path": "/etc/hostname", "operation": "read"}, headers=old).json()
        tokens.write_text("token-number-two-222\ntoken-number-one-111\n")
        agent.process.send_signal(signal.SIGHUP)
        eventually(lambda: agent.get("/spec.yaml", headers=new).ok)
        assert agent.get("/spec.yaml", headers=old).ok and requests.get(signed["url"], timeout=20).ok
        tokens.write_text("# none\n")
        agent.process.send_signal(signal.SIGHUP)
        tokens.write_text("token-number-two-222\n")
        agent.process.send_signal(signal.SIGHUP)
        eventually(lambda: agent.get("/spec.yaml", headers=old).status_code == 401)
        assert agent.get("/spec.yaml", headers=new).ok
        assert requests.get(signed["url"], timeout=20).status_code == 401


def test_a_ticket_opens_a_websocket_once(agent):
    spawned = agent.post(
        "/process/spawn", json={"command": "cat", "allocate_tty": True}, headers=WITH_TOKEN).json()
    path = f"/process/{spawned['process_id']}"
    ticket = agent.post("/tickets", json={"path": path}, headers=WITH_TOKEN)
    assert ticket.status_code == 201
    url = f"{websocket(agent.url)}{path}/attach?ticket={ticket.json()['ticket']}"
    # From a page elsewhere, which the ticket is for.
    assert handshake(url, origin="https://console.example") == 101
    assert handshake(url, origin="https://console.example") == 403
    assert handshake(url) == 401
    agent.post(f"{path}/kill", json={"signal": "KILL"}, headers=WITH_TOKEN)


def test_tickets_are_checked_and_limited(agent):
    for wrong in [{}, {"path": "x"}, {"path": "/", "ttl_seconds": 601}, {"path": "/", "listener": "other"}]:
        assert agent.post("/tickets", json=wrong, headers=WITH_TOKEN).status_code == 400, wrong
    issued = [
        agent.post("/tickets", json={"path": "/health", "ttl_seconds": 1}, headers=WITH_TOKEN).status_code
        for _ in range(3)
    ]
    assert issued == [201] * 3
    ticket = agent.post("/tickets", json={"path": "/", "listener": "metrics"}, headers=WITH_TOKEN).json()["ticket"]
    assert agent.get("/ready", params={"ticket": ticket}).status_code == 401
    assert agent.get(f"{agent.metrics_url}/metrics", params={"ticket": ticket}).status_code == 200
    assert agent.get(f"{agent.metrics_url}/metrics", params={"ticket": ticket}).status_code == 401


def test_a_signed_url_reads_one_file(agent, tmp_path):
    file = tmp_path / "ä file & more?"
    file.write_bytes(b"0123456789")
    signed = agent.post(
        "/fs/signed_urls", json={"path": str(file), "operation": "read", "expires_in_seconds": 60},
        headers=WITH_TOKEN).json()
    assert signed["method"] == "GET" and signed["url"].startswith(agent.url)
    answer = requests.get(signed["url"], timeout=20, headers={"Origin": "https://console.example"})
    assert (answer.status_code, answer.content) == (200, b"0123456789")
    part = requests.get(signed["url"], timeout=20, headers={"Range": "bytes=2-4"})
    assert (part.status_code, part.content) == (206, b"234")
    assert requests.head(signed["url"], timeout=20).headers["Content-Length"] == "10"
    for changed in [signed["url"] + "&path=/etc/passwd", signed["url"].replace("file", "fil3", 2),
                    signed["url"].replace("read_file", "file_info")]:
        assert requests.get(changed, timeout=20).status_code == 401
    assert requests.put(signed["url"], data=b"x", timeout=20).status_code == 401


def test_a_signed_url_writes_one_file(agent, tmp_path):
    file = tmp_path / "new"
    signed = agent.post(
        "/fs/signed_urls", json={"path": str(file), "operation": "write", "mode": "600"}, headers=WITH_TOKEN).json()
    assert requests.put(signed["url"], data=b"content", timeout=20).status_code == 201
    assert file.read_bytes() == b"content" and file.stat().st_mode & 0o777 == 0o600
    assert requests.put(signed["url"] + "&mode=4777", data=b"y", timeout=20).status_code == 401
    assert requests.get(signed["url"], timeout=20).status_code == 401
    assert file.read_bytes() == b"content"


def test_addresses_that_devtools_names_can_be_followed_without_a_header(agent):
    """Puppeteer, and whoever copies the address: a WebSocket by its URL alone."""
    version = agent.get(f"{agent.cdp_url}/json/version", headers=WITH_TOKEN).json()
    url = version["webSocketDebuggerUrl"]
    assert TOKEN not in url and url.startswith(websocket(agent.cdp_url))
    for _ in range(2):
        with connect(url, proxy=None) as browser:
            browser.send(json.dumps({"id": 1, "method": "Browser.getVersion"}))
            assert json.loads(browser.recv(20))["result"]["product"] == version["Browser"]
    assert handshake(url.replace("/devtools/browser/", "/devtools/page/")) == 401
    listed = agent.get(f"{agent.cdp_url}/json/list", headers=WITH_TOKEN).json()
    assert handshake(listed[0]["webSocketDebuggerUrl"]) == 101


def test_playwright_is_not_hindered(agent, site):
    with sync_playwright() as playwright:
        for url, headers in [
            (agent.cdp_url, WITH_TOKEN), (f"{websocket(agent.cdp_url)}/?token={TOKEN}", {}),
            (f"{websocket(agent.cdp_url)}/?jwt={OTHER}", {}),
        ]:
            browser = playwright.chromium.connect_over_cdp(url, headers=headers)
            page = browser.contexts[0].new_page()
            page.goto(f"{site.url}/form.html")
            assert page.title() == "form"
            page.close()
            browser.close()


def test_selenium_is_not_hindered(agent, site):
    configuration = ClientConfig(agent.webdriver_url, auth_type=AuthType.BEARER, token=TOKEN)
    options = webdriver.ChromeOptions()
    options.set_capability("webSocketUrl", True)
    driver = webdriver.Remote(agent.webdriver_url, options=options, client_config=configuration)
    try:
        driver.get(f"{site.url}/form.html")
        assert driver.title == "form"
        # BiDi by the URL alone, as Selenium opens it.
        assert handshake(driver.capabilities["webSocketUrl"]) == 101
    finally:
        driver.get("about:blank")
        driver.quit()


def test_the_sdk_is_not_hindered(agent):
    with ControlPlane(agent.url, agent.cdp_url, agent.webdriver_url, token=TOKEN) as plane:
        with Kernel(api_key="for the control plane", base_url=plane.url, max_retries=0) as sdk:
            sdk.browsers.retrieve("vm-1")
            result = sdk.browsers.process.exec("vm-1", command="echo", args=["hello"])
            assert base64.b64decode(result.stdout_b64) == b"hello\n"
            assert sdk.browsers.computer.get_mouse_position("vm-1").x >= 0
        assert [request for request in plane.requests if "/browsers/vm-1/" in request] == []


def test_curl_is_not_hindered(agent):
    for arguments in [["-H", f"Authorization: Bearer {TOKEN}"], ["-u", f"anybody:{TOKEN}"]]:
        run = subprocess.run(
            ["curl", "--silent", "--noproxy", "*", *arguments, f"{agent.url}/fs/read_file?path=/etc/hostname"],
            capture_output=True, timeout=30)
        assert run.stdout == Path("/etc/hostname").read_bytes()


def test_answers_cannot_be_embedded(agent, tmp_path):
    """Unless whoever has made the address wants that."""
    file = tmp_path / "picture"
    file.write_bytes(b"x")
    answer = agent.get("/fs/read_file", params={"path": str(file)}, headers=WITH_TOKEN)
    assert answer.headers["Cross-Origin-Resource-Policy"] == "same-origin"
    signed = agent.post("/fs/signed_urls", json={"path": str(file), "operation": "read"}, headers=WITH_TOKEN).json()
    assert "Cross-Origin-Resource-Policy" not in requests.get(signed["url"], timeout=20).headers
