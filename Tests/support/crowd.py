"""Many connections at once, from this machine's further addresses, which are clients of their own to the agent."""

import select
import socket
from urllib.parse import urlsplit

#: Where strangers come from; the tests' own calls come from 127.0.0.1.
STRANGER = "127.0.0.2"


class Crowd:
    """Connections that are all closed in the end."""

    def __init__(self, url: str, source: str = STRANGER):
        address = urlsplit(url)
        self.address = (address.hostname, address.port)
        self.source = source
        self.members: list[socket.socket] = []

    def __enter__(self):
        return self

    def __exit__(self, *_):
        for member in self.members:
            member.close()

    def join(self, count: int, data: bytes = b"") -> list[socket.socket]:
        """Opens `count` more, each of which sends `data`."""
        joined = []
        for _ in range(count):
            member = socket.socket()
            member.settimeout(20)
            member.setsockopt(socket.IPPROTO_IP, 24, 1)  # IP_BIND_ADDRESS_NO_PORT: ports are shared between targets
            member.bind((self.source, 0))
            member.connect(self.address)
            if data:
                member.sendall(data)
            joined.append(member)
        self.members += joined
        return joined

    def heard(self) -> list[socket.socket]:
        """Those that the agent has sent something, or closed."""
        poll = select.poll()
        for member in self.members:
            poll.register(member, select.POLLIN)
        descriptors = {descriptor for descriptor, _ in poll.poll(0)}
        return [member for member in self.members if member.fileno() in descriptors]

    def quiet(self) -> list[socket.socket]:
        """Those that the agent has sent nothing, and not closed."""
        heard = self.heard()
        return [member for member in self.members if member not in heard]


def everything(member: socket.socket) -> bytes:
    """Until the agent ends the connection, however it does that."""
    received = bytearray()
    try:
        while part := member.recv(1 << 16):
            received += part
    except ConnectionError:
        pass
    return bytes(received)
