"""A client that says exactly what it is told, and reads answers one by one from one connection."""

import re
import socket
from urllib.parse import urlsplit


class RawClient:
    def __init__(self, url: str, receive_buffer: int | None = None):
        address = urlsplit(url)
        self.socket = socket.socket()
        if receive_buffer:
            self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer)
        self.socket.settimeout(20)
        self.socket.connect((address.hostname, address.port))
        self._received = bytearray()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.socket.close()

    def send(self, method: str, path: str, *headers: str, body: bytes = b"") -> None:
        lines = [f"{method} {path} HTTP/1.1", "Host: localhost", *headers]
        self.socket.sendall("\r\n".join([*lines, "", ""]).encode() + body)

    def head(self) -> tuple[int, dict[str, str]]:
        """The status and the fields, names in lower case."""
        while b"\r\n\r\n" not in self._received:
            self._more()
        head, _, rest = bytes(self._received).partition(b"\r\n\r\n")
        self._received = bytearray(rest)
        first, *fields = head.decode().split("\r\n")
        pairs = (re.split(r":\s*", field, maxsplit=1) for field in fields)
        return int(first.split()[1]), {name.lower(): value for name, value in pairs}

    def body(self, length: int) -> bytes:
        while len(self._received) < length:
            self._more()
        body = bytes(self._received[:length])
        del self._received[:length]
        return body

    def answer(self) -> tuple[int, dict[str, str], bytes]:
        status, fields = self.head()
        return status, fields, self.body(int(fields.get("content-length", 0)))

    def until(self, text: bytes) -> bytes:
        """What comes up to a text, and with it."""
        while text not in self._received:
            self._more()
        return self.body(self._received.index(text) + len(text))

    def rest(self) -> bytes:
        """Everything until the other side ends the connection, however it does that."""
        try:
            while True:
                self._more()
        except ConnectionError:
            return bytes(self._received)

    def _more(self) -> None:
        received = self.socket.recv(1 << 20)
        if not received:
            raise ConnectionError(f"the agent ended the connection after {bytes(self._received[:300])!r}")
        self._received += received
