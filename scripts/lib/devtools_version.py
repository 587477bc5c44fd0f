"""Asks Chromium for its version over DevTools: one WebSocket round trip.

Usage: devtools_version.py http[s]://HOST:PORT [FILE OF TOKENS]. The address is this machine's own, so its certificate is
not looked at.
"""

import base64
import json
import os
import socket
import ssl
import sys
import urllib.parse
import urllib.request

TIMEOUT = 3  # seconds, for each step


UNVERIFIED = ssl._create_unverified_context()


def authorization(token_file):
    """The header for the first token of a file, if there is one."""
    if not token_file:
        return {}
    with open(token_file, encoding="utf-8") as file:
        lines = (line.strip() for line in file)
        return {"Authorization": "Bearer " + next(line for line in lines if line and not line.startswith("#"))}


def websocket_url(endpoint, headers):
    direct = urllib.request.build_opener(
        urllib.request.ProxyHandler({}), urllib.request.HTTPSHandler(context=UNVERIFIED))
    request = urllib.request.Request(endpoint + "/json/version", headers=headers)
    with direct.open(request, timeout=TIMEOUT) as answer:
        return urllib.parse.urlsplit(json.load(answer)["webSocketDebuggerUrl"])


def upgrade(url):
    connection = socket.create_connection((url.hostname, url.port), timeout=TIMEOUT)
    if url.scheme == "wss":
        connection = UNVERIFIED.wrap_socket(connection)
    key = base64.b64encode(os.urandom(16)).decode()
    head = (
        f"GET {url.path}{'?' + url.query if url.query else ''} HTTP/1.1\r\nHost: {url.netloc}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        f"Sec-WebSocket-Key: {key}\r\nSec-WebSocket-Version: 13\r\n\r\n"
    )
    connection.sendall(head.encode())
    stream = connection.makefile("rb")
    status = stream.readline()
    if b" 101 " not in status:
        raise ConnectionError(status.decode(errors="replace").strip())
    while stream.readline() not in (b"\r\n", b""):
        pass
    return connection, stream


def send_text(connection, text):
    """One masked text frame of less than 126 bytes (RFC 6455, section 5.2)."""
    payload, mask = text.encode(), os.urandom(4)
    masked = bytes(byte ^ mask[index % 4] for index, byte in enumerate(payload))
    connection.sendall(bytes([0x81, 0x80 | len(payload)]) + mask + masked)


def receive_text(stream):
    """The payload of one unmasked frame of less than 64 KiB."""
    length = stream.read(2)[1] & 0x7F
    if length == 126:
        length = int.from_bytes(stream.read(2), "big")
    return stream.read(length).decode()


def main():
    headers = authorization(sys.argv[2] if len(sys.argv) > 2 else None)
    connection, stream = upgrade(websocket_url(sys.argv[1], headers))
    with connection:
        send_text(connection, json.dumps({"id": 1, "method": "Browser.getVersion"}))
        print(json.loads(receive_text(stream))["result"]["product"])


if __name__ == "__main__":
    try:
        main()
    except (OSError, ValueError, KeyError, IndexError) as error:
        sys.exit(f"no DevTools answer from {sys.argv[1]}: {error}")
