"""Vibium, which asks for its BiDi session over the WebSocket."""

import requests
from vibium import browser


def test_drives_the_running_browser_and_leaves_it(webdriver_url, cdp_url, site):
    before = requests.get(f"{cdp_url}/json/version", timeout=30).json()["webSocketDebuggerUrl"]
    vibium = browser.start(webdriver_url.replace("http", "ws", 1) + "/session")
    try:
        page = vibium.page()
        page.go(f"{site.url}/form.html")
        page.find("#field").fill("typed by Vibium")
        assert page.evaluate("document.querySelector('#field').value") == "typed by Vibium"
        assert page.screenshot().startswith(b"\x89PNG")
        page.go("about:blank")
    finally:
        vibium.stop()
    assert requests.get(f"{cdp_url}/json/version", timeout=30).json()["webSocketDebuggerUrl"] == before
