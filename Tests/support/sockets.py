"""The opening of WebSockets, as far as tests ask whether it is let through."""

from websockets.exceptions import InvalidStatus
from websockets.sync.client import connect


def handshake(url: str, **options) -> int:
    """The status that a handshake is answered with; 101 when there is a WebSocket."""
    try:
        with connect(url, proxy=None, open_timeout=20, close_timeout=1, **options):
            return 101
    except InvalidStatus as refusal:
        return refusal.response.status_code


def websocket(url: str) -> str:
    """The same address with a WebSocket's scheme."""
    return url.replace("http", "ws", 1)
