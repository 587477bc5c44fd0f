"""Chromium killed while clients are busy: each is told so, comes back, and goes on."""

import json
import os
import signal
import threading
import time

import requests
from waiting import eventually
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import connect

RESTARTS = int(os.environ.get("BROWSER_RESTARTS", "3"))
CLIENTS = 12


class Client(threading.Thread):
    """Sends commands without a pause; when the connection ends, opens another."""

    def __init__(self, url):
        super().__init__(daemon=True)
        self.url = url
        self.closes = []
        self.lives = 0
        self.answers = 0
        self.fault = None
        self.stopped = threading.Event()

    def run(self):
        try:
            while not self.stopped.is_set():
                self.live()
        except Exception as fault:  # noqa: BLE001 - the test shows it
            self.fault = fault

    def live(self):
        with connect(self.url, compression=None, open_timeout=60, max_size=None) as socket:
            self.lives += 1
            try:
                while not self.stopped.is_set():
                    socket.send(json.dumps({"id": 1, "method": "Browser.getVersion"}))
                    assert json.loads(socket.recv(timeout=60))["id"] == 1
                    self.answers += 1
            except ConnectionClosed as closed:
                self.closes.append(closed.rcvd.code if closed.rcvd else None)


def started_anew(cdp_url, before):
    answer = requests.get(f"{cdp_url}/json/version", timeout=30)
    return answer.ok and answer.json()["webSocketDebuggerUrl"] != before


def test_every_client_gets_a_clean_close_and_reconnects(cdp_url, stack):
    clients = [Client(cdp_url.replace("http", "ws", 1)) for _ in range(CLIENTS)]
    for client in clients:
        client.start()
    slowest = 0
    for restart in range(1, RESTARTS + 1):
        eventually(lambda: all(client.lives == restart and client.answers for client in clients), timeout=60)
        before = requests.get(f"{cdp_url}/json/version", timeout=30).json()["webSocketDebuggerUrl"]
        os.kill(stack.pids("chromium")[0], signal.SIGKILL)
        eventually(lambda: started_anew(cdp_url, before), timeout=60)
        ready = time.monotonic()
        for client in clients:
            client.answers = 0
        eventually(lambda: all(client.lives == restart + 1 and client.answers for client in clients), timeout=60)
        slowest = max(slowest, time.monotonic() - ready)
    for client in clients:
        client.stopped.set()
    for client in clients:
        client.join(60)
    print(f"all {CLIENTS} clients went on {slowest:.2f} s after the browser at the latest")
    assert [client.fault for client in clients] == [None] * CLIENTS
    assert [client.closes for client in clients] == [[1000] * RESTARTS] * CLIENTS


def test_a_webdriver_session_waits_for_the_browser(webdriver_url, cdp_url, stack):
    before = requests.get(f"{cdp_url}/json/version", timeout=30).json()["webSocketDebuggerUrl"]
    os.kill(stack.pids("chromium")[0], signal.SIGKILL)
    session = requests.post(f"{webdriver_url}/session", json={"capabilities": {}}, timeout=60)
    assert session.status_code == 200, session.text
    session_id = session.json()["value"]["sessionId"]
    assert requests.delete(f"{webdriver_url}/session/{session_id}", timeout=60).status_code == 200
    assert started_anew(cdp_url, before)
