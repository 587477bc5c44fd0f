"""Screenshots against the tools a user would otherwise start, and against Chromium's own; sizes against libpng's."""

import base64
import io
import itertools
import json
import pathlib
import statistics
import subprocess
import tempfile
import threading
import time
import urllib.request

from PIL import Image
from websockets.sync.client import connect

import screen_pages
from harness import Agent, Row, alternate, milliseconds, ratio, required, times

REGION = {"region": {"x": 300, "y": 200, "width": 400, "height": 300}}


class Browser:
    """The visible page, over CDP without the proxy."""

    def __enter__(self):
        with urllib.request.urlopen(f"{required('GUEST_AGENT_DIRECT_CDP_URL')}/json/list", timeout=10) as answer:
            page = next(target for target in json.load(answer) if target["type"] == "page")
        self.socket = connect(page["webSocketDebuggerUrl"], compression=None, max_size=None)
        self.numbers = itertools.count(1)
        return self

    def __exit__(self, *_):
        self.call("Page.navigate", url="about:blank")
        self.socket.close()

    def call(self, method: str, **parameters):
        number = next(self.numbers)
        self.socket.send(json.dumps({"id": number, "method": method, "params": parameters}))
        while (answer := json.loads(self.socket.recv())).get("id") != number:
            pass
        return answer["result"]

    def show(self, file: pathlib.Path):
        self.call("Page.navigate", url=file.as_uri())
        while self.call("Runtime.evaluate", expression="document.title")["result"].get("value") != "drawn":
            time.sleep(0.05)

    def capture(self) -> bytes:
        return base64.b64decode(self.call("Page.captureScreenshot", format="png")["data"])


class Shots:
    """Pictures through the API, each of a screen that is new."""

    def __init__(self, offset: int = 0):
        self.agent = Agent(required("GUEST_AGENT_URL"))
        # Moving the pointer a pixel makes the screen a new one, so that nothing is answered from memory.
        self.places = itertools.cycle([700 + offset, 701 + offset])
        self.numbers = itertools.count()

    def take(self, **options) -> bytes:
        self.agent.call("POST", "/computer/move_mouse", {"x": next(self.places), "y": 500, "smooth": False})
        return self.take_again(**options)

    def take_part(self) -> bytes:
        """A part nobody has asked for yet, so that nothing is answered from memory although nothing moves."""
        number = next(self.numbers)
        return self.take_again(region={"x": number % 100, "y": number // 100 % 100, "width": 1800, "height": 900})

    def take_again(self, **options) -> bytes:
        return self.agent.call("POST", "/computer/screenshot", options)


def run(*command):
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def libpng_size(png: bytes) -> int:
    """Of the same pixels with zlib's level 6 and the filter of each row chosen as libpng does by default."""
    file = io.BytesIO()
    Image.open(io.BytesIO(png)).convert("RGB").save(file, "PNG", compress_level=6)
    return len(file.getvalue())


def per_second(clients: int, seconds: float) -> float:
    """Pictures all clients together get, each changing the screen before every one."""
    counts = [0] * clients
    end = time.perf_counter() + seconds

    def work(number: int):
        shots = Shots(offset=2 * number)
        while time.perf_counter() < end:
            shots.take()
            counts[number] += 1

    threads = [threading.Thread(target=work, args=(number,)) for number in range(clients)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sum(counts) / seconds


def during_drag(shots: Shots, seconds: float) -> float:
    """The median of pictures while the pointer is dragged about."""
    samples = []
    body = {"path": [[300, 500], [900, 600], [400, 550]], "duration_ms": int(seconds * 1000)}
    drag = threading.Thread(
        target=lambda: Agent(required("GUEST_AGENT_URL")).call("POST", "/computer/drag_mouse", body))
    drag.start()
    while drag.is_alive():
        samples += times(shots.take_part, count=1, warm_up=0)
    return statistics.median(samples)


def page_rows(name: str, target: str, browser: Browser, display: str) -> list[Row]:
    shots = Shots()
    ffmpeg = ["ffmpeg", "-f", "x11grab", "-i", display, "-frames:v", "1", "-f", "image2pipe", "-c:v", "png", "-"]
    with tempfile.NamedTemporaryFile(suffix=".png") as file:
        medians = alternate(
            {
                "ours": shots.take,
                "ffmpeg": lambda: run(*ffmpeg),
                "scrot": lambda: run("scrot", "--overwrite", file.name),
                "CDP": browser.capture,
            }, rounds=3, count=7)
    png = shots.take()
    ours, libpng = len(png), libpng_size(png)
    how = "POST /computer/screenshot after a 1 px move of the pointer (included), keep-alive HTTP, against "
    others = {
        "ffmpeg": f"`{' '.join(ffmpeg)}`", "scrot": "`scrot --overwrite FILE`",
        "CDP": "Page.captureScreenshot, decoded from base64",
    }
    return [
        Row(f"screenshot, {name}", milliseconds(medians["ours"]), f"{milliseconds(medians[other])} {other}",
            ratio(medians["ours"], medians[other]), target, how + command)
        for other, command in others.items()
    ] + [
        Row(f"its size, {name}", f"{ours / 1000:.0f} kB", f"{libpng / 1000:.0f} kB libpng", ratio(ours, libpng),
            "≤ 1.3 ×", "the same pixels written by Pillow with zlib level 6, which filters as libpng does"),
    ]


def option_rows() -> list[Row]:
    shots = Shots()
    medians = alternate(
        {
            "region": lambda: shots.take(**REGION),
            "jpeg": lambda: shots.take(format="jpeg"),
            "half": lambda: shots.take(scale=0.5),
            "unchanged": shots.take_again,
            "part": shots.take_part,
        }, rounds=5, count=20)
    dragging = during_drag(shots, 3)
    return [
        Row("screenshot, 400×300", milliseconds(medians["region"]), "-", "-", "≤ 3 ms", "a region of the page of text"),
        Row("screenshot, JPEG", milliseconds(medians["jpeg"]), "-", "-", "≤ 6 ms", "the page of text, quality 80"),
        Row("screenshot, half size", milliseconds(medians["half"]), "-", "-", "-", "the page of text, scale 0.5"),
        Row("screenshot, unchanged", milliseconds(medians["unchanged"]), "-", "-", "≤ 2 ms",
            "without moving the pointer before"),
        Row("screenshot while dragging", milliseconds(dragging), f"{milliseconds(medians['part'])} at rest",
            ratio(dragging, medians["part"]), "1 ×", "parts of 1800×900, each another one, during a drag of 3 s"),
        Row("screenshots, 4 clients", f"{per_second(4, 3):.0f}/s", "-", "-", "≥ 60/s",
            "each moves the pointer before every picture of the page of text, for 3 s"),
    ]


def rows() -> list[Row]:
    display = required("DISPLAY")
    with tempfile.TemporaryDirectory() as directory, Browser() as browser:
        folder = pathlib.Path(directory)
        folder.chmod(0o755)
        for name, html in (("text", screen_pages.text_page()), ("photo", screen_pages.photo_page())):
            (folder / f"{name}.html").write_text(html)
        browser.show(folder / "photo.html")
        photo = page_rows("photograph", "≤ 20 ms", browser, display)
        browser.show(folder / "text.html")
        return page_rows("text", "≤ 8 ms", browser, display) + photo + option_rows()
