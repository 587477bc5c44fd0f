"""An HTTP server of a test's own, on a free port of loopback."""

import threading
from http.server import ThreadingHTTPServer


class LoopbackServer:
    """Serves between `with` and its end, on a thread of its own."""

    def __init__(self, handler, address: str = "127.0.0.1"):
        self.server = ThreadingHTTPServer((address, 0), handler)
        self.url = f"http://{address}:{self.server.server_port}"
        self.thread = threading.Thread(target=self.server.serve_forever, daemon=True)

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.server.shutdown()
        self.server.server_close()
        self.thread.join()
