"""What Puppeteer does on the wire: one flat WebSocket to the browser, every target attached to by itself."""

import json
import time

import pytest
import requests
from websockets.sync.client import connect


class Connection:
    """Commands and their answers; events are kept until somebody looks for them."""

    def __init__(self, socket):
        self.socket = socket
        self.number = 0
        self.events = []

    def call(self, method, params=None, session=None):
        self.number += 1
        message = {"id": self.number, "method": method, "params": params or {}}
        self.socket.send(json.dumps(message | ({"sessionId": session} if session else {})))
        while True:
            answer = json.loads(self.socket.recv(timeout=30))
            if answer.get("id") == self.number:
                assert "error" not in answer, answer
                assert answer.get("sessionId") == session
                return answer["result"]
            self.events.append(answer)

    def event(self, method, matches=lambda params: True):
        deadline = time.monotonic() + 30
        while True:
            for event in self.events:
                if event["method"] == method and matches(event["params"]):
                    self.events.remove(event)
                    return event["params"]
            self.events.append(json.loads(self.socket.recv(timeout=deadline - time.monotonic())))


@pytest.fixture
def puppeteer(cdp_url):
    url = requests.get(f"{cdp_url}/json/version", timeout=30).json()["webSocketDebuggerUrl"]
    with connect(url, compression=None, max_size=None, user_agent_header="Puppeteer 24.30.0") as socket:
        yield Connection(socket)


def test_targets_are_attached_to_by_themselves(puppeteer, site):
    puppeteer.call("Target.setDiscoverTargets", {"discover": True, "filter": [{}]})
    puppeteer.call("Target.setAutoAttach", {
        "autoAttach": True, "waitForDebuggerOnStart": True, "flatten": True,
        "filter": [{"type": "page", "exclude": True}, {}]})
    context = puppeteer.call("Target.createBrowserContext")["browserContextId"]
    tab = puppeteer.call("Target.createTarget", {"url": "about:blank", "browserContextId": context})["targetId"]
    puppeteer.event("Target.targetCreated", lambda params: params["targetInfo"]["targetId"] == tab)
    attached = puppeteer.event(
        "Target.attachedToTarget", lambda params: params["targetInfo"]["browserContextId"] == context)
    outer = attached["sessionId"]
    assert attached["targetInfo"]["type"] == "tab"
    puppeteer.call("Target.setAutoAttach", {
        "autoAttach": True, "waitForDebuggerOnStart": True, "flatten": True}, session=outer)
    page = puppeteer.event("Target.attachedToTarget", lambda params: params["targetInfo"]["type"] == "page")
    session = page["sessionId"]
    puppeteer.call("Page.enable", session=session)
    puppeteer.call("Page.setLifecycleEventsEnabled", {"enabled": True}, session=session)
    puppeteer.call("Runtime.enable", session=session)
    puppeteer.call("Runtime.runIfWaitingForDebugger", session=session)
    puppeteer.call("Runtime.runIfWaitingForDebugger", session=outer)
    puppeteer.call("Page.navigate", {"url": f"{site.url}/form.html"}, session=session)
    puppeteer.event("Page.lifecycleEvent", lambda params: params["name"] == "load")
    value = puppeteer.call(
        "Runtime.evaluate", {"expression": "document.querySelector('#button').id", "returnByValue": True}, session)
    assert value["result"]["value"] == "button"
    picture = puppeteer.call("Page.captureScreenshot", session=session)["data"]
    assert len(picture) > 1000
    puppeteer.call("Target.disposeBrowserContext", {"browserContextId": context})
    puppeteer.event("Target.detachedFromTarget", lambda params: params["sessionId"] == outer)


def test_a_page_of_its_own_by_its_url(cdp_url):
    page = requests.put(f"{cdp_url}/json/new?about:blank", timeout=30).json()
    assert page["webSocketDebuggerUrl"].startswith(cdp_url.replace("http", "ws", 1) + "/devtools/page/")
    refused = requests.get(f"{cdp_url}/json/new?about:blank", timeout=30)
    assert refused.status_code == 405, "Chromium wants PUT"
    with connect(page["webSocketDebuggerUrl"], compression=None) as socket:
        result = Connection(socket).call("Runtime.evaluate", {"expression": "location.href"})
        assert result["result"]["value"] == "about:blank"
    assert requests.get(f"{cdp_url}/json/activate/{page['id']}", timeout=30).text == "Target activated"
    listed = requests.get(f"{cdp_url}/json/list/", timeout=30).json()
    assert page["id"] in [target["id"] for target in listed]
    assert requests.get(f"{cdp_url}/json/close/{page['id']}", timeout=30).text == "Target is closing"
    assert "domains" in requests.get(f"{cdp_url}/json/protocol", timeout=30).json()
