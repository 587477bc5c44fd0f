"""A stand-in for the control plane the `kernel` SDK talks to.

The SDK asks it once, `GET /browsers/{id}`, where the browser's agent is, and from then on calls the agent itself with
a `?jwt=` query. So that one answer is all this needs to know; replays alone stay with the control plane, which makes
them recordings of the agent.
"""

import json
from http.server import BaseHTTPRequestHandler

from loopback_server import LoopbackServer
from replays import PREFIX, Replays


class ControlPlane(LoopbackServer):
    def __init__(self, agent_url: str, cdp_url: str, webdriver_url: str, token: str = "stand-in-token"):
        self.browser = {
            "session_id": "vm-1",
            "base_url": agent_url,
            "cdp_ws_url": cdp_url.replace("http", "ws", 1) + f"/?jwt={token}",
            "webdriver_ws_url": webdriver_url.replace("http", "ws", 1) + "/session",
            "created_at": "2026-01-01T00:00:00Z",
            "headless": False,
            "stealth": False,
            "timeout_seconds": 60,
            "memory": "8gb",
            "region": "us-east",
        }
        replays = Replays(agent_url)
        #: Requests that came here instead of to the agent.
        self.requests: list[str] = []
        plane = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self):
                if self.path.startswith(PREFIX):
                    return self._answer(*replays.answer("GET", self.path, b""))
                plane.requests.append(f"GET {self.path}")
                found = self.path.split("?")[0] == "/browsers/vm-1"
                body = json.dumps(plane.browser if found else {"message": "unknown"}).encode()
                self._answer(200 if found else 404, "application/json", body)

            def _answer(self, status: int, content_type: str, body: bytes):
                self.send_response(status)
                self.send_header("Content-Type", content_type)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def do_POST(self):
                body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
                if self.path.startswith(PREFIX):
                    return self._answer(*replays.answer("POST", self.path, body))
                plane.requests.append(f"POST {self.path}")
                self.send_error(404)

            do_PUT = do_POST

            def log_message(self, *arguments):
                pass

        super().__init__(Handler)
