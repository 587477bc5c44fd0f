"""CDP through the proxy beside CDP direct: round trips, many connections, large messages, screenshots, idle clients."""

import json
import statistics
import urllib.request
from contextlib import closing
from urllib.parse import urlsplit

from playwright.sync_api import sync_playwright
from websockets.sync.client import connect

from harness import Row, alternate, memory, milliseconds, ratio, required
from raw_websocket import RawWebSocket, operations_per_second

#: Below the proxy's limit.
IDLE = 400


def endpoint(url: str) -> str:
    with urllib.request.urlopen(f"{url}/json/version", timeout=10) as answer:
        return json.load(answer)["webSocketDebuggerUrl"]


def commands(socket):
    number = 0

    def call(method: str, params: dict, session=None) -> dict:
        nonlocal number
        number += 1
        message = {"id": number, "method": method, "params": params}
        socket.send(json.dumps(message | ({"sessionId": session} if session else {})))
        while (answer := json.loads(socket.recv())).get("id") != number:
            pass
        return answer["result"]

    return call


def round_trip(socket):
    call = commands(socket)
    return lambda: call("Browser.getVersion", {})


def large_message(socket):
    """Has a page of its own answer with the same ten million random characters each time."""
    call = commands(socket)
    target = call("Target.createTarget", {"url": "about:blank"})["targetId"]
    session = call("Target.attachToTarget", {"targetId": target, "flatten": True})["sessionId"]
    make = """globalThis.text = btoa(String.fromCharCode(...new Uint8Array(7500).map(() => Math.random() * 256)))
        .repeat(1000); text.length"""
    assert call("Runtime.evaluate", {"expression": make}, session)["result"]["value"] == 10_000_000

    def fetch():
        answer = call("Runtime.evaluate", {"expression": "text", "returnByValue": True}, session)
        assert len(answer["result"]["value"]) == 10_000_000

    return fetch, lambda: call("Target.closeTarget", {"targetId": target})


def row(work: str, medians: dict, target: str, how: str) -> Row:
    return Row(work, milliseconds(medians["proxied"]), f"{milliseconds(medians['direct'])} direct",
               ratio(medians["proxied"], medians["direct"]), target, how)


def latency_rows(direct: str, proxied: str) -> list[Row]:
    options = {"compression": None, "max_size": None}
    with connect(direct, **options) as first, connect(proxied, **options) as second:
        trips = alternate({"direct": round_trip(first), "proxied": round_trip(second)}, rounds=20, count=50)
        (plain, end_plain), (relayed, end_relayed) = large_message(first), large_message(second)
        large = alternate({"direct": plain, "proxied": relayed}, rounds=5, count=3, warm_up=1)
        end_plain(), end_relayed()
    with closing(RawWebSocket(direct)) as first, closing(RawWebSocket(proxied)) as second:
        bare = alternate({"direct": first.call, "proxied": second.call}, rounds=20, count=50)
    return [
        row("CDP round trip", trips, "≤ 1.2 ×",
            "Browser.getVersion, 20 × 50 each, taking turns, one WebSocket each (Python websockets)"),
        row("CDP round trip, bare client", bare, "≤ 1.2 ×", "the same with a client that only sends and receives"),
        row("CDP message of 10 MB", large, "≤ 1.1 ×",
            "Runtime.evaluate that answers with 10 MB of base64, 5 × 3 each, taking turns"),
    ]


def throughput_row(direct: str, proxied: str) -> Row:
    rates = {"direct": [], "proxied": []}
    for _ in range(5):
        for name, url in (("direct", direct), ("proxied", proxied)):
            rates[name].append(operations_per_second(url, connections=50, each=100))
    medians = {name: statistics.median(values) for name, values in rates.items()}
    return Row("CDP, 50 connections", f"{medians['proxied']:,.0f}/s", f"{medians['direct']:,.0f}/s direct",
               ratio(medians["proxied"], medians["direct"]), "≥ 0.9 ×",
               "50 connections at once × 100 Browser.getVersion, median of 5, taking turns")


def screenshot_row(direct: str, proxied: str) -> Row:
    page = "<style>body{background:linear-gradient(45deg,red,blue)}</style>" + "<p>words and words" * 200
    with sync_playwright() as playwright:
        browsers = {name: playwright.chromium.connect_over_cdp(url)
                    for name, url in (("direct", direct), ("proxied", proxied))}
        actions = {}
        for name, browser in browsers.items():
            opened = browser.new_context(viewport={"width": 1920, "height": 1080}).new_page()
            opened.set_content(page)
            actions[name] = opened.screenshot
        medians = alternate(actions, rounds=5, count=4, warm_up=1)
        for browser in browsers.values():
            browser.close()
    return row("Playwright page.screenshot()", medians, "≤ 1.1 ×", "1920×1080, 5 × 4 each, taking turns")


def idle_row(proxied: str) -> Row:
    pid = int(required("GUEST_AGENT_PID"))
    before = memory(pid)
    clients = [RawWebSocket(proxied) for _ in range(IDLE)]
    growth = (memory(pid) - before) * 1024 / IDLE
    for client in clients:
        client.close()
    return Row("CDP connection that idles", f"{growth:.1f} KiB", "-", "-", "≤ 128 KiB",
               f"growth of the agent's memory with {IDLE} connections, each after one command")


def rows() -> list[Row]:
    direct, proxied = endpoint(required("GUEST_AGENT_DIRECT_CDP_URL")), endpoint(required("GUEST_AGENT_CDP_URL"))
    assert urlsplit(direct).netloc != urlsplit(proxied).netloc, "the proxy did not rewrite its address"
    return [
        *latency_rows(direct, proxied), throughput_row(direct, proxied), screenshot_row(direct, proxied),
        idle_row(proxied),
    ]
