"""Changing the screen, and restarting the browser for what it only takes at a start."""

import ctypes
import json
import os
import shlex
import shutil
import statistics
import subprocess
import tempfile
import threading
import time
from pathlib import Path

import requests
from browser import endpoint, round_trip
from websockets.sync.client import connect

from harness import Row, milliseconds, ratio, required

X11 = ctypes.CDLL("libX11.so.6")
X11.XOpenDisplay.restype = ctypes.c_void_p
X11.XDefaultRootWindow.restype = ctypes.c_ulong
X11.XDefaultRootWindow.argtypes = [ctypes.c_void_p]
X11.XGetGeometry.argtypes = [ctypes.c_void_p, ctypes.c_ulong] + [ctypes.c_void_p] * 7
SIZES = [(1280, 800), (2560, 1440), (1024, 768), (3840, 2160), (1367, 771), (1920, 1080)]


class Witness:
    """Looks at the sizes of the screen and of the browser's window, about every 0.3 ms, on a connection of its own."""

    def __init__(self):
        self.display = X11.XOpenDisplay(required("DISPLAY").encode())
        self.root = X11.XDefaultRootWindow(self.display)
        listing = subprocess.run(["xdotool", "search", "--onlyvisible", "--class", "chromium"], capture_output=True, text=True)
        self.window = int(listing.stdout.split()[0])

    def size(self, drawable: int) -> tuple[int, int]:
        root = ctypes.c_ulong()
        x, y = ctypes.c_int(), ctypes.c_int()
        width, height, border, depth = (ctypes.c_uint() for _ in range(4))
        X11.XGetGeometry(self.display, drawable, *map(ctypes.byref, (root, x, y, width, height, border, depth)))
        return width.value, height.value

    def watch(self, wanted: tuple[int, int], seen: dict) -> None:
        deadline = time.perf_counter() + 5
        while time.perf_counter() < deadline and len(seen) < 2:
            if "screen" not in seen and self.size(self.root) == wanted:
                seen["screen"] = time.perf_counter()
            if "screen" in seen and self.size(self.window) == wanted:
                seen["window"] = time.perf_counter()


def resize_times(change) -> dict[str, float]:
    """Medians in seconds from the call to the screen, and to the window, having the size, and to the call's end."""
    witness, samples = Witness(), {"screen": [], "window": [], "answer": []}
    for width, height in SIZES * 5:
        seen: dict[str, float] = {}
        watching = threading.Thread(target=witness.watch, args=((width, height), seen))
        watching.start()
        start = time.perf_counter()
        change(width, height)
        samples["answer"].append(time.perf_counter() - start)
        watching.join()
        for name, moment in seen.items():
            samples[name].append(moment - start)
    return {name: statistics.median(values) for name, values in samples.items()}


def with_xrandr(width: int, height: int) -> None:
    """As one would by hand: a mode line, a mode, its use. `cvt` rounds widths to multiples of eight."""
    name = f"{width}x{height}_bench{time.monotonic_ns()}"
    line = f"{width * height * 60 / 1e6 * 1.2:.2f} {width} {width + 48} {width + 80} {width + 160} " \
        f"{height} {height + 3} {height + 9} {height + 40}"
    subprocess.run(["xrandr", "--newmode", name, *line.split()], check=True, capture_output=True)
    subprocess.run(["xrandr", "--addmode", "DUMMY0", name], check=True, capture_output=True)
    subprocess.run(["xrandr", "--output", "DUMMY0", "--mode", name], check=True, capture_output=True)


def until_ready(url: str, deadline: float = 60) -> None:
    """Returns when a DevTools command has gone to the browser and back."""
    end = time.perf_counter() + deadline
    while time.perf_counter() < end:
        try:
            with connect(endpoint(url), compression=None) as socket:
                return round_trip(socket)()
        except OSError:
            time.sleep(0.005)
    raise SystemExit("Chromium does not start")


class OwnChromium:
    """The stack's Chromium, as its log says it is started, once more: with a copy of its profile, on another port."""

    def __init__(self, run_dir: Path):
        lines = (run_dir / "log/chromium").read_text(errors="replace").splitlines()
        self.flags = shlex.split([line for line in lines if line.startswith("flags: ")][-1].removeprefix("flags: "))
        self.profile = run_dir / "browser/user-data"

    def start_time(self) -> float:
        with tempfile.TemporaryDirectory(dir="/tmp") as directory:
            copy = Path(directory) / "user-data"
            shutil.copytree(self.profile, copy, symlinks=True, ignore=shutil.ignore_patterns("Singleton*"))
            user = ["setpriv", "--reuid", "kernel", "--regid", "kernel", "--init-groups"] if os.geteuid() == 0 else []
            if user:
                subprocess.run(["chown", "-R", "kernel:", directory], check=True)
            flags = [flag for flag in self.flags if not flag.startswith(("--remote-debugging-port", "--user-data-dir"))]
            command = user + ["env", f"HOME={directory}", "/usr/lib/chromium/chromium", *flags,
                              "--remote-debugging-port=29777", f"--user-data-dir={copy}", "about:blank"]
            start = time.perf_counter()
            process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            until_ready("http://127.0.0.1:29777")
            taken = time.perf_counter() - start
            with connect(endpoint("http://127.0.0.1:29777")) as socket:
                socket.send(json.dumps({"id": 1, "method": "Browser.close"}))
            process.wait(10)
            return taken


def starts(run_dir: Path) -> int:
    return (run_dir / "log/chromium").read_text(errors="replace").count("DevTools listening on")


def rows() -> list[Row]:
    url, run_dir = required("GUEST_AGENT_URL"), Path(required("GUEST_AGENT_RUN_DIR"))
    session = requests.Session()

    def resize(width, height):
        session.patch(f"{url}/display", json={"width": width, "height": height}).raise_for_status()

    ours, by_hand = resize_times(resize), resize_times(with_xrandr)
    resize(1920, 1080)
    changes, own = [], []
    for number in range(5):
        start = time.perf_counter()
        session.patch(f"{url}/chromium/flags", json={"flags": [f"--bench={number}"]}).raise_for_status()
        changes.append(time.perf_counter() - start)
        own.append(OwnChromium(run_dir).start_time())
    change, start_alone = statistics.median(changes), statistics.median(own)
    before = starts(run_dir)
    profile = session.get(f"{url}/chromium/profile").content
    between = starts(run_dir)
    begin = time.perf_counter()
    session.post(f"{url}/configure", files=[
        ("display", (None, json.dumps({"width": 1600, "height": 900}))),
        ("chromium_flags", (None, json.dumps({"flags": ["--bench=all"]}))),
        ("chrome_policies", (None, json.dumps({"BookmarkBarEnabled": False}))),
        ("profile_archive", ("p.tar.zst", profile)),
    ]).raise_for_status()
    everything = time.perf_counter() - begin
    assert between == before + 1
    return [
        Row("resize: the screen", milliseconds(ours["screen"]), f"{milliseconds(by_hand['screen'])} xrandr",
            ratio(ours["screen"], by_hand["screen"]), "≤ 30 ms",
            "PATCH /display, 6 sizes × 5, against three calls of xrandr; seen by a third client of X"),
        Row("resize: the window", milliseconds(ours["window"]), f"{milliseconds(by_hand['window'])} xrandr",
            ratio(ours["window"], by_hand["window"]), "≤ 150 ms",
            f"the same, until Chromium's window has the size; the answer comes after {milliseconds(ours['answer'])}"),
        Row("flags to ready", milliseconds(change), f"{milliseconds(start_alone)} Chromium alone",
            ratio(change, start_alone), "≤ 1.1 ×",
            "PATCH /chromium/flags (ends Chromium, starts it, a command there and back), against the start alone of the "
            "same Chromium with a copy of the profile, 5 each, taking turns"),
        Row("configure everything", milliseconds(everything), f"{milliseconds(start_alone)} Chromium alone",
            ratio(everything, start_alone), f"1 restart: {starts(run_dir) - between}",
            f"display, flags, policies and a profile of {len(profile) // 1024} KiB in one form"),
    ]
