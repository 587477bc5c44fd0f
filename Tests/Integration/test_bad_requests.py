"""Bad input: the right status and a JSON body that says what to change."""

import socket
from urllib.parse import urlsplit

import pytest
import requests

CASES = [
    # Malformed JSON, wrong types, missing fields.
    ("POST", "/computer/click_mouse", b'{"x": 1', 400, "JSON"),
    ("POST", "/computer/click_mouse", b"", 400, "body"),
    ("POST", "/computer/click_mouse", b"[]", 400, "must be"),
    ("POST", "/computer/click_mouse", b"null", 400, "must be"),
    ("POST", "/computer/click_mouse", b'{"y": 1}', 400, "field x is required"),
    ("POST", "/computer/click_mouse", b'{"x": "1", "y": 1}', 400, "field x must be an integer"),
    ("POST", "/computer/click_mouse", b'{"x": 1.5, "y": 1}', 400, "field x: must be a whole number"),
    ("POST", "/computer/click_mouse", b'{"x": 1e400, "y": 1}', 400, "x"),
    ("POST", "/computer/click_mouse", b'{"x": 99999999999999999999, "y": 1}', 400, "field x: must be a whole number"),
    ("POST", "/computer/click_mouse", b'{"x": -1, "y": 1}', 400, "x is -1"),
    ("POST", "/computer/click_mouse", b'{"x": 1, "y": 100000}', 400, "largest valid"),
    ("POST", "/computer/click_mouse", b'{"x": 1, "y": 1, "button": "thumb"}', 400, "left, middle, right"),
    ("POST", "/computer/click_mouse", b'{"x": 1, "y": 1, "click_type": "poke"}', 400, "click, down, up"),
    ("POST", "/computer/click_mouse", b'{"x": 1, "y": 1, "hold_keys": ["NoSuchKey"]}', 400, "NoSuchKey"),
    ("POST", "/computer/type", b'{"delay": 1}', 400, "field text is required"),
    ("POST", "/computer/type", b'{"text": "a", "delay": -1}', 400, "delay"),
    ("POST", "/computer/type", b'{"text": "a", "typo_chance": 0.5}', 400, "typo_chance"),
    ("POST", "/computer/screenshot", b'{"region": {"x": 0, "y": 0, "width": 0, "height": 5}}', 400, "width"),
    ("POST", "/computer/screenshot", b'{"region": {"x": 0, "y": 0, "width": 10}}', 400, "region.height is required"),
    ("POST", "/computer/screenshot", b'{"region": {"x": 9, "y": 9, "width": 99999, "height": 5}}', 400, "leaves"),
    ("POST", "/process/exec", b'{"args": []}', 400, "field command is required"),
    ("POST", "/process/exec", b'{"command": ""}', 400, "command"),
    ("POST", "/process/exec", b'{"command": "no-such-program"}', 400, "no-such-program"),
    ("POST", "/process/exec", b'{"command": "/etc/passwd"}', 400, "/etc/passwd"),
    ("POST", "/process/exec", b'{"command": "/tmp"}', 400, "/tmp"),
    ("POST", "/process/exec", b'{"command": "true", "as_user": "nobody", "as_root": true}', 400, "as_root"),
    ("POST", "/process/exec", b'{"command": "true", "as_user": "no-such-user"}', 400, "no-such-user"),
    ("POST", "/process/exec", b'{"command": "true", "timeout_sec": 0}', 400, "timeout_sec"),
    ("POST", "/process/exec", b'{"command": "tr\\u0000ue"}', 400, "NUL"),
    ("POST", "/process/exec", b'{"command": "true", "cwd": "/no/such/folder"}', 400, "/no/such/folder"),
    ("POST", "/recording/start", b'{"id": "../escape"}', 400, "id"),
    ("POST", "/recording/start", b'{"framerate": 0}', 400, "framerate"),
    ("POST", "/recording/start", b'{"maxDurationInSeconds": 0}', 400, "maxDurationInSeconds"),
    ("POST", "/recording/stop", b'{"id": "never-started"}', 400, "never-started"),
    ("GET", "/recording/download?id=never-started", b"", 404, "never-started"),
    ("GET", "/fs/read_file", b"", 400, "path is required"),
    ("GET", "/fs/read_file?path=/no/such/file", b"", 404, "/no/such/file"),
    ("GET", "/fs/read_file?path=/tmp", b"", 400, "directory"),
    ("GET", "/fs/read_file?path=/tmp%00x", b"", 400, "NUL"),
    ("GET", "/fs/list_files?path=/etc/passwd", b"", 400, "/etc/passwd"),
    ("GET", "/fs/list_files?path=/no/such", b"", 404, "/no/such"),
    ("PUT", "/fs/write_file?path=/tmp/x&mode=999", b"x", 400, "mode"),
    ("PUT", "/fs/write_file?path=/tmp", b"x", 400, "directory"),
    ("PUT", "/fs/write_file?path=/etc/passwd/x", b"x", 400, "/etc/passwd"),
    ("GET", "/logs/stream", b"", 400, "source"),
    ("GET", "/logs/stream?source=nowhere", b"", 400, "source"),
    ("GET", "/logs/stream?source=path", b"", 400, "path"),
    ("GET", "/logs/stream?source=path&path=/etc/passwd&follow=perhaps", b"", 400, "follow"),
    ("GET", "/logs/stream?source=supervisor&supervisor_process=../../etc/passwd", b"", 400, "supervisor_process"),
    # Unknown paths and methods.
    ("GET", "/", b"", 404, "/"),
    ("GET", "/no/such/thing", b"", 404, "/no/such/thing"),
    ("GET", "/computer/click_mouse", b"", 405, "POST"),
    ("DELETE", "/health", b"", 405, "GET, HEAD"),
    # Part of the contract, not built yet.
    ("POST", "/process/spawn", b"{}", 400, "command"),
    ("PUT", "/telemetry", b"{}", 501, "not built"),
    ("PATCH", "/telemetry", b"{}", 501, "not built"),
    ("PATCH", "/display", b"{}", 400, "width"),
]


@pytest.mark.parametrize("method, path, body, status, words", CASES, ids=lambda value: str(value)[:60])
def test_a_bad_request_is_told_what_to_change(api, method, path, body, status, words):
    answer = api.request(method, path, data=body)
    assert answer.status_code == status, answer.text
    assert answer.headers["Content-Type"] == "application/json"
    error = answer.json()
    assert set(error) == {"code", "message"}
    assert words in error["message"]


RAW = [
    (b"HELLO\r\n\r\n", 400),
    (b"GET /health HTTP/9.9\r\nHost: localhost\r\n\r\n", 400),
    (b"GET /health HTTP/1.1\r\nHost: localhost\r\nContent-Length: x\r\n\r\n", 400),
    (b"GET /health HTTP/1.1\r\nHost: localhost\r\nBad Header: x\r\n\r\n", 400),
    (b"GET /health HTTP/1.1\r\nHost: localhost\r\nX: " + b"a" * 100_000 + b"\r\n\r\n", 431),
    (b"GET /health HTTP/1.1\r\nHost: localhost\r\n" + b"X: y\r\n" * 1000 + b"\r\n", 431),
    (b"POST /computer/type HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n", 400),
]


@pytest.mark.parametrize("request_bytes, status", RAW, ids=lambda value: str(value)[:50])
def test_bytes_that_are_no_http_get_an_answer(agent_url, api, request_bytes, status):
    address = urlsplit(agent_url)
    with socket.create_connection((address.hostname, address.port), timeout=5) as connection:
        connection.sendall(request_bytes)
        answer = connection.recv(65536)
    assert answer.startswith(b"HTTP/1.1 %d " % status), answer
    assert b'{"code":' in answer or b'{"message":' in answer or b"application/json" in answer
    assert api.get("/health").status_code == 200


def test_a_json_body_beyond_the_limit(api):
    answer = api.post("/computer/type", data=b'{"text": "' + b"a" * (17 << 20) + b'"}')
    assert answer.status_code == 413
    assert answer.json()["code"] == "too_large"


WEB_PAGE = [
    {"Origin": "https://evil.example"},
    {"Origin": "null"},
    {"Sec-Fetch-Site": "cross-site"},
    {"Host": "rebound.example"},
]


@pytest.mark.parametrize("headers", WEB_PAGE, ids=str)
@pytest.mark.parametrize("door", ["agent_url", "cdp_url", "webdriver_url"])
def test_a_web_page_is_refused_at_every_door(request, door, headers, api):
    url = request.getfixturevalue(door)
    path = {"agent_url": "/health", "cdp_url": "/json/version", "webdriver_url": "/status"}[door]
    answer = requests.get(url + path, headers=headers, timeout=10)
    assert answer.status_code == 403
    assert answer.json()["code"] == "permission_denied"
