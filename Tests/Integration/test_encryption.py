"""TLS on every port: the same clients, the same answers, and what is relayed is not cut off."""

import base64
import hashlib
import os
import signal
import socket
import ssl
import subprocess
import sys

import pytest
import requests
from certificates import make_certificate
from control_plane import ControlPlane
from kernel import DefaultHttpxClient, Kernel
from own_agent import OwnAgent, binary
from selenium import webdriver
from selenium.webdriver.remote.client_config import ClientConfig
from sockets import handshake, websocket
from waiting import eventually
from websockets.sync.client import connect


@pytest.fixture(scope="module")
def certificate(tmp_path_factory) -> dict[str, str]:
    return make_certificate(tmp_path_factory.mktemp("certificate"))


@pytest.fixture(scope="module")
def agent(certificate, upstreams):
    with OwnAgent(**certificate, **upstreams) as started:
        yield started


@pytest.fixture(scope="module")
def trusting(certificate) -> ssl.SSLContext:
    return ssl.create_default_context(cafile=certificate["TLS_CERTIFICATE_FILE"])


def port(url: str) -> int:
    return int(url.rpartition(":")[2])


def test_every_port_is_encrypted_and_none_is_plain(agent):
    for url, path in [(agent.url, "/health"), (agent.cdp_url, "/json/version"), (agent.webdriver_url, "/status"),
                      (agent.metrics_url, "/metrics")]:
        assert agent.get(url + path).status_code == 200
        with pytest.raises(requests.ConnectionError):
            requests.get(url.replace("https", "http") + path, timeout=20).raise_for_status()
            raise requests.ConnectionError("it was answered with an error")


def test_files_pass_whole_both_ways(agent, tmp_path):
    content = os.urandom(5 << 20) + b"end"
    file = tmp_path / "large"
    assert agent.put("/fs/write_file", params={"path": str(file)}, data=content).status_code == 201
    assert hashlib.sha256(file.read_bytes()).digest() == hashlib.sha256(content).digest()
    assert agent.get("/fs/read_file", params={"path": str(file)}).content == content
    part = agent.get("/fs/read_file", params={"path": str(file)}, headers={"Range": "bytes=-3"})
    assert (part.status_code, part.content) == (206, b"end")


def test_addresses_that_are_handed_out_are_encrypted(agent):
    url = agent.get(f"{agent.cdp_url}/json/version").json()["webSocketDebuggerUrl"]
    assert url.startswith(f"wss://127.0.0.1:{port(agent.cdp_url)}/")
    signed = agent.post("/fs/signed_urls", json={"path": "/etc/hostname", "operation": "read"}).json()["url"]
    assert signed.startswith(agent.url + "/") and agent.get(signed).status_code == 200
    proxied = agent.get(f"{agent.cdp_url}/json/version", headers={"X-Forwarded-Proto": "http"}).json()
    assert proxied["webSocketDebuggerUrl"].startswith("ws://")


def test_large_messages_are_relayed(agent, trusting):
    url = f"{websocket(agent.cdp_url)}/devtools/browser"
    with connect(url, proxy=None, ssl=trusting, max_size=None) as browser:
        for size in (10, 70_000, 3 << 20):
            # What is no command is answered with an error, which repeats nothing; a method's name is repeated.
            browser.send('{"id":1,"method":"' + "x" * size + '"}')
            assert "x" * size in browser.recv(60)


def test_the_end_of_either_side_is_passed_on(agent, trusting, site):
    pages = agent.get(f"{agent.cdp_url}/json/list").json()
    new = agent.put(f"{agent.cdp_url}/json/new?{site.url}/form.html").json()
    with connect(new["webSocketDebuggerUrl"], proxy=None, ssl=trusting) as target:
        assert agent.get(f"{agent.cdp_url}/json/close/{new['id']}").ok
        with pytest.raises(Exception, match="close|1000|1005|1006"):
            while True:
                target.recv(20)
    raw = trusting.wrap_socket(socket.create_connection(("127.0.0.1", port(agent.cdp_url))), server_hostname="127.0.0.1")
    raw.sendall(
        b"GET /devtools/browser HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        b"Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\nSec-WebSocket-Version: 13\r\n\r\n")
    assert raw.recv(12) == b"HTTP/1.1 101"
    raw.close()
    eventually(lambda: "guest_agent_relays_open{listener=\"devtools\"} 0"
               in agent.get(f"{agent.metrics_url}/metrics").text)
    assert len(agent.get(f"{agent.cdp_url}/json/list").json()) <= len(pages) + 1


def test_a_terminal_and_an_event_stream(agent, trusting, tmp_path):
    spawned = agent.post("/process/spawn", json={"command": "cat", "allocate_tty": True}).json()
    path = f"/process/{spawned['process_id']}"
    with connect(f"{websocket(agent.url)}{path}/attach", proxy=None, ssl=trusting) as terminal:
        terminal.send(b"hello\n")
        assert b"hello" in terminal.recv(20)
    assert agent.post(f"{path}/kill", json={"signal": "KILL"}).ok
    log = tmp_path / "log"
    log.write_text("before\n")
    with agent.get("/logs/stream", params={"source": "path", "path": str(log), "follow": "true"}, stream=True) as stream:
        with log.open("a") as more:
            more.write("a line\n")
        assert b"a line" in next(line for line in stream.iter_lines() if line.startswith(b"data:"))


def test_the_certificate_is_exchanged_without_a_restart(tmp_path):
    settings = make_certificate(tmp_path)
    with OwnAgent(**settings) as agent:
        before = ssl.get_server_certificate(("127.0.0.1", port(agent.url)))
        make_certificate(tmp_path)
        agent.process.send_signal(signal.SIGHUP)
        # The session's connection is the one it began with.
        assert agent.get("/health").ok
        eventually(lambda: ssl.get_server_certificate(("127.0.0.1", port(agent.url))) != before)
        (tmp_path / "agent.key").write_text("no key")
        agent.process.send_signal(signal.SIGHUP)
        agent.close()
        assert agent.get("/health").ok


@pytest.mark.parametrize(
    ("settings", "complaint"),
    [
        ({"TLS_CERTIFICATE_FILE": "/etc/hostname"}, "go together"),
        ({"TLS_CERTIFICATE_FILE": "/no/such", "TLS_KEY_FILE": "/no/such"}, "TLS_CERTIFICATE_FILE: /no/such"),
    ],
)
def test_files_that_cannot_be_used_end_the_start(settings, complaint):
    result = subprocess.run(
        [binary()], capture_output=True, text=True, timeout=60, env=os.environ | settings)
    assert result.returncode != 0 and complaint in result.stderr


def test_playwright_is_not_hindered(agent, certificate, site):
    """In a process of its own: Node.js is told at its start whom to trust."""
    program = f"""
from playwright.sync_api import sync_playwright
with sync_playwright() as playwright:
    browser = playwright.chromium.connect_over_cdp("{agent.cdp_url}")
    page = browser.contexts[0].new_page()
    page.goto("{site.url}/form.html")
    print(page.title(), len(page.evaluate("'x'.repeat(1e7)")))
    page.close()
    browser.close()
"""
    run = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, timeout=60,
        env=os.environ | {"NODE_EXTRA_CA_CERTS": certificate["TLS_CERTIFICATE_FILE"]})
    assert run.stdout == "form 10000000\n", run.stderr


def test_selenium_is_not_hindered(agent, certificate, trusting, site):
    options = webdriver.ChromeOptions()
    options.set_capability("webSocketUrl", True)
    configuration = ClientConfig(agent.webdriver_url, ca_certs=certificate["TLS_CERTIFICATE_FILE"])
    driver = webdriver.Remote(agent.webdriver_url, options=options, client_config=configuration)
    try:
        driver.get(f"{site.url}/form.html")
        assert driver.title == "form"
        bidi = driver.capabilities["webSocketUrl"]
        assert bidi.startswith("wss://") and handshake(bidi, ssl=trusting) == 101
    finally:
        driver.get("about:blank")
        driver.quit()


def test_the_sdk_and_curl_are_not_hindered(agent, certificate, trusting):
    with ControlPlane(agent.url, agent.cdp_url, agent.webdriver_url) as plane:
        client = DefaultHttpxClient(verify=trusting, trust_env=False)
        with Kernel(api_key="x", base_url=plane.url, max_retries=0, http_client=client) as sdk:
            sdk.browsers.retrieve("vm-1")
            result = sdk.browsers.process.exec("vm-1", command="echo", args=["hello"])
            assert base64.b64decode(result.stdout_b64) == b"hello\n"
    run = subprocess.run(
        ["curl", "--silent", "--noproxy", "*", "--cacert", certificate["TLS_CERTIFICATE_FILE"], f"{agent.url}/health"],
        capture_output=True, timeout=30)
    assert b'"ok"' in run.stdout
