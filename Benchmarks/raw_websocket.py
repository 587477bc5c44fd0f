"""A WebSocket client that costs next to nothing, so that what is measured is the other end."""

import selectors
import socket
import time
from urllib.parse import urlsplit


class RawWebSocket:
    """Sends one command over and over; the answers to it all have the same length."""

    def __init__(self, url: str):
        address = urlsplit(url)
        self.socket = socket.create_connection((address.hostname, address.port), timeout=60)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.socket.sendall((
            f"GET {address.path} HTTP/1.1\r\nHost: {address.netloc}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
            "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n").encode())
        head = b""
        while not head.endswith(b"\r\n\r\n"):
            head += self.socket.recv(1)
        assert head.startswith(b"HTTP/1.1 101 "), head
        text = b'{"id":1,"method":"Browser.getVersion"}'
        self.command = bytes([0x81, 0x80 | len(text), 0, 0, 0, 0]) + text
        self.answer_length = self.learn()

    def learn(self) -> int:
        self.socket.sendall(self.command)
        answer = self.socket.recv(4096)
        assert answer[0] == 0x81 and answer[1] == 126 and len(answer) == 4 + int.from_bytes(answer[2:4]), answer
        return len(answer)

    def call(self):
        self.socket.sendall(self.command)
        missing = self.answer_length
        while missing:
            missing -= len(self.socket.recv(missing))

    def close(self):
        self.socket.close()


def operations_per_second(url: str, connections: int, each: int) -> float:
    """Of many connections at once, each sending its next command when the last one has been answered."""
    clients = [RawWebSocket(url) for _ in range(connections)]
    with selectors.DefaultSelector() as selector:
        for client in clients:
            selector.register(client.socket, selectors.EVENT_READ, [client, client.answer_length, each])
        start = time.perf_counter()
        for client in clients:
            client.socket.sendall(client.command)
        running = connections
        while running:
            for key, _ in selector.select():
                running -= advance(key.data, selector)
        seconds = time.perf_counter() - start
    for client in clients:
        client.close()
    return connections * each / seconds


def advance(state: list, selector) -> int:
    """Takes what has come; 1 when that was the connection's last answer."""
    client = state[0]
    state[1] -= len(client.socket.recv(state[1]))
    if state[1]:
        return 0
    state[1], state[2] = client.answer_length, state[2] - 1
    if state[2]:
        client.socket.sendall(client.command)
        return 0
    selector.unregister(client.socket)
    return 1
