"""Pages in the guest's own browser against every port of the machine: they do nothing and learn nothing.

The agent under attack listens on every interface, as it does in a machine, in front of the stack's browser.
"""

import json
import socket
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import requests
from own_agent import OwnAgent
from pages import PageServer
from playwright.sync_api import sync_playwright

NAME = "rebound.example"
TOKEN = "token-of-an-allowed-page-7c1"


@pytest.fixture(scope="module")
def agent(upstreams):
    with OwnAgent(BIND_ADDRESS="0.0.0.0", **upstreams) as started:
        yield started


@pytest.fixture(scope="module")
def ports(agent, upstreams) -> dict[str, int]:
    """By the numbers that they have in a machine."""
    direct = {name: int(address.rpartition(":")[2]) for name, address in upstreams.items()}
    return {
        "10001": urlsplit(agent.url).port, "9222": urlsplit(agent.cdp_url).port,
        "9223": direct["DEVTOOLS_UPSTREAM_ADDR"], "9224": urlsplit(agent.webdriver_url).port,
        "10080": direct["CHROMEDRIVER_UPSTREAM_ADDR"], "10002": urlsplit(agent.metrics_url).port,
    }


def own_address() -> str:
    """The machine's address on its way out; nothing is sent."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("198.51.100.1", 9))
        except OSError as error:
            pytest.skip(f"this machine has no address but loopback: {error}")
        return probe.getsockname()[0]


class Trap:
    """A file that must not be made, one that must not be read, and a command that must not run."""

    def __init__(self, directory: Path):
        self.made = directory / "made"
        self.picture = directory / "picture.png"
        self.picture.write_bytes(bytes.fromhex(
            "89504e470d0a1a0a0000000d4948445200000001000000010806000000"
            "1f15c4890000000d49444154789c63606060f80f00010401005fe5c34b0000000049454e44ae426082"))
        self.script = directory / "script.js"
        self.script.write_text("window.learned = true")
        for path in (directory, *directory.parents[:2]):
            path.chmod(0o755)

    def attacks(self, pages: list[dict]) -> dict:
        command = json.dumps({"command": "touch", "args": [str(self.made)]})
        session = json.dumps({"capabilities": {"alwaysMatch": {"browserName": "chrome"}}})
        targets = [urlsplit(page["webSocketDebuggerUrl"]).path for page in pages]
        return {
            "reads": [
                "/health", "/ready", "/metrics", "/json/version", "/json/list", "/status", "/shutdown", "/spec.json",
                f"/fs/read_file?path={self.picture}", f"/fs/read_file?path={self.script}", "/process",
                "/json/new?about:blank", "/logs/stream?source=path&path=/etc/passwd&follow=true",
            ],
            "embeds": [
                "/health", "/json/list", f"/fs/read_file?path={self.picture}", f"/fs/read_file?path={self.script}",
            ],
            "posts": [
                ("/process/exec", command), ("/process/spawn", command), ("/session", session),
                (f"/fs/write_file?path={self.made}", "{}"), ("/json/new?about:blank", "{}"),
                ("/tickets", '{"path":"/"}'), ("/fs/create_directory", json.dumps({"path": str(self.made)})),
            ],
            "forms": [("/fs/upload", {"files[0].dest_path": str(self.made), "files[0].file": "content"})],
            "sockets": ["/devtools/browser", "/session", "/process/x/attach", *targets],
        }


@pytest.fixture
def distant_site(site):
    """The same pages at an address that is not loopback."""
    with PageServer(site.directory, own_address()) as server:
        yield server


@pytest.fixture
def trap(tmp_path) -> Trap:
    return Trap(tmp_path)


def open_pages(agent) -> list[dict]:
    """As the browser lists them; the attacks open frames of their own, which are none."""
    return [each for each in requests.get(f"{agent.cdp_url}/json/list", timeout=20).json() if each["type"] == "page"]


@pytest.mark.parametrize("port", ["10001", "9222", "9223", "9224", "10080", "10002"])
def test_a_page_of_another_origin_does_nothing_and_learns_nothing(agent, ports, page, site, trap, port, request):
    """The page comes from loopback, for which browsers are the least strict. Only Chromium itself trusts such pages:
    against its own port it comes from elsewhere."""
    if port == "9223":
        site = request.getfixturevalue("distant_site")
    hosts = ["127.0.0.1", "localhost", own_address(), "0.0.0.0", "[::ffff:127.0.0.1]"]
    page.goto(f"{site.url}/attack.html")
    pages = open_pages(agent)
    learned = page.evaluate(
        "({ addresses, ...attacks }) => Promise.all(addresses.map(address => attack({ address, ...attacks })))",
        {"addresses": [f"{host}:{ports[port]}" for host in hosts]} | trap.attacks(pages))
    assert dict(zip(hosts, learned)) == {host: [] for host in hosts}
    assert not page.evaluate("window.learned === true")
    assert not trap.made.exists()
    assert [each["id"] for each in open_pages(agent)] == [each["id"] for each in pages]
    assert agent.get("/process").json() == []
    assert requests.get(f"{agent.webdriver_url}/status", timeout=20).json()["value"]["ready"]


@pytest.fixture
def rebound_browser():
    """The guest's Chromium, for which a name means this machine, as it does after an attacker has re-bound it."""
    program = "/usr/lib/chromium/chromium"
    if not Path(program).exists():
        pytest.skip(f"there is no {program}")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=program, args=[f"--host-resolver-rules=MAP {NAME} 127.0.0.1", "--no-sandbox"])
        yield browser
        browser.close()


def test_a_name_that_was_rebound_is_refused(agent, ports, rebound_browser, site, trap):
    """To the browser such a page is of the same origin, so it may read the refusal, and nothing else."""
    html = (Path(site.directory) / "attack.html").read_text()
    attacks = trap.attacks(open_pages(agent))
    for port in ports.values():
        address = f"{NAME}:{port}"
        page = rebound_browser.new_page()
        page.route("**/attack.html", lambda route: route.fulfill(body=html, content_type="text/html"))
        page.goto(f"http://{address}/attack.html")
        answers = page.evaluate(
            """async ({ reads, posts }) => Promise.all([
                ...reads.map(path => fetch(path)),
                ...posts.map(([path, body]) => fetch(path, { method: 'POST', body })),
                ...posts.map(([path, body]) => fetch(path, { method: 'PUT', body })),
            ].map(async answer => {
                try { return [(await answer).status, await (await answer).text()] } catch { return [403, 'no Host'] }
            }))""", attacks)
        for status, text in answers:
            assert status in (403, 500) and "Host" in text, (port, status, text)
        sockets = page.evaluate(
            "({ sockets, address }) => Promise.all(sockets.map(path => opened(`ws://${address}${path}`)))",
            attacks | {"address": address})
        assert sockets == [None] * len(sockets)
        page.close()
    assert not trap.made.exists()


def test_what_is_allowed_is_let_in(upstreams, page, site):
    """The same page, where the configuration names its origin: so the attacks above do reach the agent."""
    with OwnAgent(ALLOWED_ORIGINS=site.url, **upstreams) as agent:
        page.goto(f"{site.url}/attack.html")
        address = urlsplit(agent.cdp_url).netloc
        assert page.evaluate("url => opened(url)", f"ws://{address}/devtools/browser")


def test_a_page_that_is_allowed_reads_what_it_is_answered(upstreams, page, site):
    with OwnAgent(ALLOWED_ORIGINS=site.url, ACCESS_TOKEN=TOKEN, **upstreams) as agent:
        page.goto(f"{site.url}/attack.html")
        address = urlsplit(agent.cdp_url).netloc
        assert page.evaluate("url => opened(url)", f"ws://{address}/devtools/browser?token={TOKEN}")
        # What a browser asks about first: a method, a type and a header that no form could send.
        call = """async ([url, method, token, body]) => {
            const headers = { Authorization: `Bearer ${token}`, 'Content-Type': 'application/json' }
            const answer = await fetch(url, { method, headers, body: JSON.stringify(body) })
            return [answer.status, answer.headers.get('X-Request-Id') !== null, await answer.json()]
        }"""
        execution = ["POST", TOKEN, {"command": "echo", "args": ["hello"]}]
        status, has_identifier, answer = page.evaluate(call, [f"{agent.url}/process/exec", *execution])
        assert (status, has_identifier, answer["exit_code"]) == (200, True, 0)
        refusal = page.evaluate(call, [f"{agent.url}/fs/move", "PUT", TOKEN, {"src_path": "relative"}])
        assert (refusal[0], refusal[2]["code"]) == (400, "invalid_argument")
        assert page.evaluate(call, [f"{agent.url}/process/exec", "POST", "wrong", {}])[0] == 401


def test_a_signed_url_is_for_any_page(upstreams, page, site, tmp_path):
    """One file is written and read from a page whose origin nobody has allowed, and nothing else."""
    with OwnAgent(ACCESS_TOKEN=TOKEN, **upstreams) as agent:
        file = tmp_path / "upload"
        signed = {
            operation: agent.post(
                "/fs/signed_urls", json={"path": str(file), "operation": operation},
                headers={"Authorization": f"Bearer {TOKEN}"}).json()["url"]
            for operation in ("write", "read")
        }
        page.goto(f"{site.url}/attack.html")
        put = "url => fetch(url, { method: 'PUT', body: 'from a page' }).then(it => it.status, it => it.name)"
        assert page.evaluate(put, signed["write"]) == 201
        assert page.evaluate("url => fetch(url).then(it => it.text())", signed["read"]) == "from a page"
        other = signed["write"].replace("upload", "other")
        assert page.evaluate(put, other) == "TypeError"
        assert page.evaluate(put, signed["read"]) == "TypeError"
        assert file.read_text() == "from a page" and not (tmp_path / "other").exists()


def test_a_name_that_is_allowed_is_let_in(upstreams):
    with OwnAgent(ALLOWED_HOSTS="vm.example", **upstreams) as agent:
        for url in (agent.url + "/health", agent.cdp_url + "/json/version", agent.metrics_url + "/metrics"):
            assert agent.get(url, headers={"Host": "vm.example:1234"}).status_code == 200
            assert agent.get(url, headers={"Host": "other.example"}).status_code == 403
            assert agent.get(url, headers={"Host": "vm.example.other.example"}).status_code == 403
