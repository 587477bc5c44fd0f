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

    def send(self, method, params=None, session=None):
        self.number += 1
        message = {"id": self.number, "method": method, "params": params or {}}
        self.socket.send(json.dumps(message | ({"sessionId": session} if session else {})))
        return self.number

    def call(self, method, params=None, session=None):
        number = self.send(method, params, session)
        while (answer := self.receive(30)).get("id") != number:
            pass
        assert "error" not in answer, answer
        assert answer.get("sessionId") == session
        return answer["result"]

    def event(self, method, matches=lambda params: True):
        deadline = time.monotonic() + 30
        while True:
            for event in self.events:
                if event["method"] == method and matches(event["params"]):
                    self.events.remove(event)
                    return event["params"]
            self.receive(deadline - time.monotonic())

    def receive(self, timeout):
        message = json.loads(self.socket.recv(timeout=timeout))
        if "method" in message:
            self.events.append(message)
            if message["method"] == "Target.attachedToTarget":
                self.attached(message["params"]["sessionId"])
        return message

    def attached(self, session):
        """Each target waits until it has been asked for those below it."""
        self.send("Target.setAutoAttach", {
            "autoAttach": True, "waitForDebuggerOnStart": True, "flatten": True, "filter": [{}]}, session)
        self.send("Runtime.runIfWaitingForDebugger", session=session)


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
    target = puppeteer.call("Target.createTarget", {"url": "about:blank", "browserContextId": context})["targetId"]
    puppeteer.event("Target.targetCreated", lambda params: params["targetInfo"]["targetId"] == target)
    page = puppeteer.event("Target.attachedToTarget", lambda params: params["targetInfo"]["targetId"] == target)
    assert page["targetInfo"]["type"] == "page"
    session = page["sessionId"]
    puppeteer.call("Page.enable", session=session)
    puppeteer.call("Page.setLifecycleEventsEnabled", {"enabled": True}, session=session)
    puppeteer.call("Runtime.enable", session=session)
    loader = puppeteer.call("Page.navigate", {"url": f"{site.url}/form.html"}, session=session)["loaderId"]
    puppeteer.event("Page.lifecycleEvent", lambda params: (params["name"], params["loaderId"]) == ("load", loader))
    value = puppeteer.call(
        "Runtime.evaluate", {"expression": "document.querySelector('#button').id", "returnByValue": True}, session)
    assert value["result"]["value"] == "button"
    picture = puppeteer.call("Page.captureScreenshot", session=session)["data"]
    assert len(picture) > 1000
    puppeteer.call("Target.disposeBrowserContext", {"browserContextId": context})
    puppeteer.event("Target.detachedFromTarget", lambda params: params["sessionId"] == session)


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
