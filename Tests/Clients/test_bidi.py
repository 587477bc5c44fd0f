"""WebDriver BiDi: log events through Selenium, and a session that is opened over the WebSocket itself."""

import json

import requests
from selenium import webdriver
from waiting import eventually
from websockets.sync.client import connect


def endpoint(cdp_url):
    return requests.get(f"{cdp_url}/json/version", timeout=30).json()["webSocketDebuggerUrl"]


def test_selenium_hears_what_a_page_logs(webdriver_url, site):
    options = webdriver.ChromeOptions()
    options.enable_bidi = True
    driver = webdriver.Remote(command_executor=webdriver_url, options=options)
    try:
        messages, faults = [], []
        driver.script.add_console_message_handler(messages.append)
        driver.script.add_javascript_error_handler(faults.append)
        driver.get(f"{site.url}/form.html")
        driver.execute_script("console.log('words of the page'); setTimeout(() => { throw new Error('a fault') })")
        eventually(lambda: [entry.text for entry in messages] == ["words of the page"], timeout=30)
        eventually(lambda: any("a fault" in entry.text for entry in faults), timeout=30)
        driver.get("about:blank")
    finally:
        driver.quit()


def test_a_session_opened_over_the_websocket(webdriver_url, cdp_url):
    before = endpoint(cdp_url)
    base = webdriver_url.replace("http", "ws", 1)
    with connect(f"{base}/session", compression=None) as socket:

        def call(number, method, params):
            socket.send(json.dumps({"id": number, "method": method, "params": params}))
            while (answer := json.loads(socket.recv(timeout=60))).get("id") != number:
                assert answer["type"] == "event"
            return answer

        assert call(1, "session.status", {})["result"]["ready"]
        assert call(2, "browsingContext.getTree", {})["type"] == "error"
        refused = call(3, "session.new", {"capabilities": {"alwaysMatch": 7}})
        assert (refused["type"], refused["error"]) == ("error", "invalid argument")
        session = call(4, "session.new", {"capabilities": {}})["result"]
        assert session["capabilities"]["webSocketUrl"] == f"{base}/session/{session['sessionId']}"
        targets = [target["id"] for target in requests.get(f"{cdp_url}/json/list", timeout=30).json()]
        contexts = call(5, "browsingContext.getTree", {})["result"]["contexts"]
        assert {context["context"] for context in contexts} & set(targets), "another browser's pages"
        large = call(6, "script.evaluate", {
            "expression": "'x'.repeat(3_000_000)", "awaitPromise": False,
            "target": {"context": contexts[0]["context"]}})
        assert len(large["result"]["result"]["value"]) == 3_000_000
        assert call(7, "session.end", {})["type"] == "success"
    assert endpoint(cdp_url) == before, "the browser has been ended"
