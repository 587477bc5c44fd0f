"""Fixtures of the tests in Python. The stack is already running; its addresses come from the environment."""

import base64
import os
import shutil
from pathlib import Path

import pytest
import requests
from control_plane import ControlPlane
from input_page import InputPage
from kernel import Kernel
from own_agent import stack_browser, stack_driver
from pages import PageServer
from playwright.sync_api import sync_playwright
from stack import Stack
from target import skip_what_looks_inside
from waiting import PATIENCE
from x_display import XDisplay

SITE = Path(__file__).parent / "support" / "site"


def pytest_collection_modifyitems(items):
    skip_what_looks_inside(items)


def required(name: str) -> str:
    value = os.environ.get(name)
    if not value:
        pytest.exit(f"{name} is not set: run these tests through `make test`", returncode=2)
    return value.rstrip("/")


@pytest.fixture(scope="session")
def agent_url() -> str:
    return required("GUEST_AGENT_URL")


@pytest.fixture(scope="session")
def cdp_url() -> str:
    return required("GUEST_AGENT_CDP_URL")


@pytest.fixture(scope="session")
def webdriver_url() -> str:
    return required("GUEST_AGENT_WEBDRIVER_URL")


@pytest.fixture(scope="session")
def upstreams() -> dict[str, str]:
    """Settings by which another agent stands in front of the stack's browser."""
    return {"DEVTOOLS_UPSTREAM_ADDR": stack_browser(), "CHROMEDRIVER_UPSTREAM_ADDR": stack_driver()}


@pytest.fixture
def api(agent_url):
    """A session with the agent's address built in."""

    class API(requests.Session):
        def request(self, method, path, **options):
            options.setdefault("timeout", 60 * PATIENCE)
            return super().request(method, agent_url + path, **options)

    with API() as session:
        yield session


@pytest.fixture(scope="session")
def control_plane(agent_url, cdp_url, webdriver_url):
    with ControlPlane(agent_url, cdp_url, webdriver_url) as plane:
        yield plane


@pytest.fixture(scope="session")
def sdk(control_plane):
    """The official client, told about the browser by the stand-in control plane."""
    client = Kernel(api_key="stand-in", base_url=control_plane.url, max_retries=0)
    client.browsers.retrieve("vm-1")
    yield client
    client.close()


@pytest.fixture
def machine_directory(api):
    """The path of an empty directory on the agent's machine, open to all its users."""
    answer = api.post("/process/exec", json={"command": "mktemp", "args": ["-d", "/tmp/test.XXXXXX"]})
    path = base64.b64decode(answer.json()["stdout_b64"]).decode().strip()
    assert api.put("/fs/set_file_permissions", json={"path": path, "mode": "0777"}).ok
    yield path
    assert api.put("/fs/delete_directory", json={"path": path}).ok


@pytest.fixture
def site(tmp_path):
    """A served copy of the pages; tests may add files to `site.directory`."""
    directory = tmp_path / "site"
    shutil.copytree(SITE, directory)
    with PageServer(directory) as server:
        yield server


@pytest.fixture
def page(cdp_url):
    """The visible page of the running browser, through Playwright over the CDP proxy."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.connect_over_cdp(cdp_url)
        context = browser.contexts[0]
        page = context.pages[0] if context.pages else context.new_page()
        page.set_default_timeout(30_000 * PATIENCE)
        page.bring_to_front()
        yield page
        page.goto("about:blank")
        browser.close()


@pytest.fixture
def input_page(api, page, site) -> InputPage:
    return InputPage(api, page, site)


@pytest.fixture
def display():
    """The stack's X server, as another client sees it."""
    with XDisplay(required("DISPLAY")) as opened:
        yield opened


@pytest.fixture(scope="session")
def display_name() -> str:
    """The stack's X server, such as ":7"."""
    return required("DISPLAY")


@pytest.fixture(scope="session")
def stack() -> Stack:
    return Stack(required("GUEST_AGENT_RUN_DIR"), int(required("GUEST_AGENT_PID")))
