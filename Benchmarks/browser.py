"""CDP round trips, direct and through the proxy."""

import json
import urllib.request
from urllib.parse import urlsplit

from websockets.sync.client import connect

from harness import Row, alternate, milliseconds, ratio, required


def endpoint(url: str) -> str:
    with urllib.request.urlopen(f"{url}/json/version", timeout=10) as answer:
        return json.load(answer)["webSocketDebuggerUrl"]


def round_trip(socket):
    number = 0

    def call():
        nonlocal number
        number += 1
        socket.send(json.dumps({"id": number, "method": "Browser.getVersion"}))
        assert json.loads(socket.recv())["id"] == number

    return call


def rows() -> list[Row]:
    direct, proxied = endpoint(required("GUEST_AGENT_DIRECT_CDP_URL")), endpoint(required("GUEST_AGENT_CDP_URL"))
    assert urlsplit(direct).netloc != urlsplit(proxied).netloc, "the proxy did not rewrite its address"
    options = {"compression": None, "max_size": None}
    with connect(direct, **options) as first, connect(proxied, **options) as second:
        medians = alternate({"direct": round_trip(first), "proxied": round_trip(second)}, rounds=10, count=100)
    return [
        Row("CDP round trip", milliseconds(medians["proxied"]), f"{milliseconds(medians['direct'])} direct",
            ratio(medians["proxied"], medians["direct"]), "≤ 1.2 ×",
            "Browser.getVersion, 10 × 100 each, taking turns, one WebSocket each (Python websockets)"),
    ]
