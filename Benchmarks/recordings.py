"""Recordings of the same pages, beside ffmpeg recording the same screen as a server that starts it would."""

import itertools
import os
import signal
import statistics
import subprocess
import tempfile
import time
import uuid
from dataclasses import dataclass
from pathlib import Path

from websockets.sync.client import connect

from browser import endpoint, round_trip
from harness import Agent, Row, memory, milliseconds, ratio, required, times
from moving_pages import SCENES
from screenshots import Browser
from video import Video, similarity

SECONDS = 20
CYCLES = 100
TICKS = os.sysconf("SC_CLK_TCK")


@dataclass
class Take:
    """One recording and what it took."""

    video: Video
    cpu: float
    #: MiB more than before, at the highest.
    memory: float
    #: Seconds until stopping was answered, the file complete.
    stop: float


def cpu_seconds(pid: int) -> float:
    with open(f"/proc/{pid}/stat") as stat:
        fields = stat.read().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICKS


def agent_pid() -> int:
    return int(required("GUEST_AGENT_PID"))


class Recording:
    """One of ours, while it runs."""

    def __init__(self, rate: int):
        self.agent = Agent(required("GUEST_AGENT_URL"))
        self.id = f"bench-{uuid.uuid4().hex[:12]}"
        self.agent.call("POST", "/recording/start", {"id": self.id, "framerate": rate})

    def stop(self) -> float:
        start = time.perf_counter()
        self.agent.call("POST", "/recording/stop", {"id": self.id})
        return time.perf_counter() - start

    def save(self, path: Path) -> Video:
        path.write_bytes(self.agent.call("GET", f"/recording/download?id={self.id}"))
        return Video(path)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.stop()


def watch_memory(seconds: float) -> float:
    """The most resident memory of the agent within that time."""
    end, most = time.monotonic() + seconds, 0.0
    while time.monotonic() < end:
        most = max(most, memory(agent_pid()))
        time.sleep(0.2)
    return most


def ours(rate: int, path: Path, count: int = 1) -> Take:
    before, cpu = memory(agent_pid()), cpu_seconds(agent_pid())
    recordings = [Recording(rate) for _ in range(count)]
    most = watch_memory(SECONDS)
    stops = [recording.stop() for recording in recordings]
    spent = cpu_seconds(agent_pid()) - cpu
    return Take(recordings[0].save(path), spent, most - before, max(stops))


def theirs(rate: int, path: Path) -> Take:
    """Fragmented while it is recorded, and rewritten with its index in front at the end."""
    grown = path.with_suffix(".grown.mp4")
    process = subprocess.Popen(
        ["ffmpeg", "-v", "error", "-y", "-f", "x11grab", "-framerate", str(rate), "-use_wallclock_as_timestamps", "1",
         "-i", required("DISPLAY"), "-vf", "pad=ceil(iw/2)*2:ceil(ih/2)*2", "-c:v", "libx264", "-profile:v", "high",
         "-pix_fmt", "yuv420p", "-movflags", "frag_keyframe+empty_moov", "-frag_duration", "2000000", grown],
        stdin=subprocess.DEVNULL)
    time.sleep(SECONDS)
    start = time.perf_counter()
    process.send_signal(signal.SIGINT)
    _, _, usage = os.wait4(process.pid, 0)
    process.returncode = 0
    copy = subprocess.Popen(
        ["ffmpeg", "-v", "error", "-y", "-i", grown, "-c", "copy", "-movflags", "+faststart", path])
    _, _, copying = os.wait4(copy.pid, 0)
    copy.returncode = 0
    cpu = sum(each.ru_utime + each.ru_stime for each in (usage, copying))
    return Take(Video(path), cpu, usage.ru_maxrss / 1024, time.perf_counter() - start)


class Stage:
    """The page that is recorded."""

    def __init__(self, browser: Browser, folder: Path):
        (self.browser, self.folder) = (browser, folder)
        self.agent = Agent(required("GUEST_AGENT_URL"))

    def __enter__(self):
        """The page fills the screen: its counter stands in the screen's corner."""
        self.window = self.browser.call("Browser.getWindowForTarget")["windowId"]
        self.agent.call("POST", "/computer/move_mouse", {"x": 1900, "y": 1060, "smooth": False})
        self.agent.call("POST", "/computer/cursor", {"hidden": True})
        self.fill("fullscreen")
        # Chromium's note on how to leave it goes away by itself.
        time.sleep(8)
        return self

    def __exit__(self, *_):
        self.agent.call("POST", "/computer/cursor", {"hidden": False})
        self.fill("normal")

    def fill(self, state: str):
        self.browser.call("Browser.setWindowBounds", windowId=self.window, bounds={"windowState": state})
        self.agent.call("POST", "/computer/screenshot", {"wait_for_stable_ms": 500, "timeout_ms": 5000})

    def play(self, scene: str):
        file = self.folder / f"{scene}.html"
        file.write_text(SCENES[scene]())
        self.browser.show(file)
        self.run("play()")
        time.sleep(1)

    def run(self, script: str):
        self.browser.call("Runtime.evaluate", expression=script)

    def sharpness(self, video: Video) -> float:
        """The median of the similarity of some frames to what the page looks like in the state they show."""
        self.run("stop()")
        states = video.states()
        samples = []
        for number in range(len(states) // 6, len(states), max(1, len(states) // 6)):
            self.run(f"show({states[number]})")
            grab = self.agent.call("POST", "/computer/screenshot", {"wait_for_stable_ms": 200, "timeout_ms": 2000})
            samples.append(similarity(video.frame(number), grab, self.folder))
        return statistics.median(samples)


def lateness(video: Video, rate: int) -> tuple[float, float]:
    """The median and the 95th percentile of how far frames of a page at sixty steps a second are off, in frames."""
    offsets = [moment - state / 60 for moment, state in zip(video.times(), video.states())][2:-1]
    middle = statistics.median(offsets)
    errors = sorted(abs(offset - middle) * rate for offset in offsets)
    return statistics.median(errors), errors[len(errors) * 95 // 100]


def scene_rows(stage: Stage, scene: str, rate: int, target: str) -> list[Row]:
    stage.play(scene)
    mine = ours(rate, stage.folder / "ours.mp4")
    other = theirs(rate, stage.folder / "theirs.mp4")
    timing = []
    if scene == "canvas":
        (mean, worst), (other_mean, other_worst) = lateness(mine.video, rate), lateness(other.video, rate)
        timing = [Row(
            f"its frames' times, {rate} fps", f"{mean:.2f} / {worst:.2f} frames",
            f"{other_mean:.2f} / {other_worst:.2f} frames", ratio(mean, other_mean), "≤ 1 frame",
            "how far a frame's time is from that of what it shows, median and 95th percentile")]
    sharp, other_sharp = stage.sharpness(mine.video), stage.sharpness(other.video)
    name = f"{scene}, {rate} fps"
    return [
        Row(f"recording, {name}", f"{mine.cpu:.2f} CPU s", f"{other.cpu:.2f} CPU s", ratio(mine.cpu, other.cpu), target,
            f"{SECONDS} s of processor time of the agent, and of ffmpeg's x11grab with libx264 and the copy at its end"),
        Row(f"its file, {name}", f"{mine.video.bytes / 1000:.0f} kB", f"{other.video.bytes / 1000:.0f} kB",
            ratio(mine.video.bytes, other.video.bytes), "-", f"SSIM {sharp:.4f} against {other_sharp:.4f}"),
        Row(f"its memory, {name}", f"+ {mine.memory:.0f} MiB", f"{other.memory:.0f} MiB", ratio(mine.memory, other.memory),
            "≤ 80 MiB", "resident, at the highest: the agent's growth, and all of ffmpeg"),
        Row(f"its end, {name}", milliseconds(mine.stop), milliseconds(other.stop), ratio(mine.stop, other.stop),
            "≤ 300 ms", "from asking for the end to the complete file"),
    ] + timing


def two_rows(stage: Stage) -> list[Row]:
    stage.play("canvas")
    one = ours(10, stage.folder / "one.mp4")
    two = ours(10, stage.folder / "two.mp4", count=2)
    return [
        Row("two recordings at once", f"{two.cpu:.2f} CPU s", f"{one.cpu:.2f} CPU s for one", ratio(two.cpu, one.cpu),
            "≤ 1.7 ×", f"canvas, 10 fps, {SECONDS} s")]


def disturbance_rows(stage: Stage) -> list[Row]:
    """What others notice of a recording; the page moves either way."""
    stage.play("canvas")
    agent = Agent(required("GUEST_AGENT_URL"))
    places = itertools.cycle([500, 510])
    samples = {("click", False): [], ("click", True): [], ("cdp", False): [], ("cdp", True): []}

    def click():
        agent.call("POST", "/computer/click_mouse", {"x": next(places), "y": 500, "smooth": False})

    def measure(is_recorded: bool):
        samples["click", is_recorded] += times(click, count=100)
        samples["cdp", is_recorded] += times(call, count=300)

    with connect(endpoint(required("GUEST_AGENT_CDP_URL")), compression=None, max_size=None) as socket:
        call = round_trip(socket)
        for _ in range(4):
            measure(False)
            with Recording(10):
                measure(True)
    medians = {key: statistics.median(values) for key, values in samples.items()}
    return [
        Row("click while recording", milliseconds(medians["click", True]), f"{milliseconds(medians['click', False])} not",
            ratio(medians["click", True], medians["click", False]), "+ ≤ 1 ms", "canvas, 10 fps, 4 × 100 each, in turns"),
        Row("CDP while recording", milliseconds(medians["cdp", True]), f"{milliseconds(medians['cdp', False])} not",
            ratio(medians["cdp", True], medians["cdp", False]), "≤ 1.1 ×", "through the proxy, 4 × 300 each, in turns"),
    ]


def facts() -> tuple[float, int, int]:
    """Memory in MiB, descriptors, threads of the agent."""
    process = Path(f"/proc/{agent_pid()}")
    return memory(agent_pid()), len(list((process / "fd").iterdir())), len(list((process / "task").iterdir()))


def cycle_rows() -> list[Row]:
    for _ in range(10):
        Recording(10).stop()
    before = facts()
    for _ in range(CYCLES):
        Recording(10).stop()
    # The thread of the last one ends a moment after it has answered.
    time.sleep(1)
    after = facts()
    return [
        Row(f"{CYCLES} recordings later", "{:.1f} MiB, {} fds, {} threads".format(*after),
            "{:.1f} MiB, {} fds, {} threads before".format(*before), ratio(after[0], before[0]), "flat",
            "start and stop one after the other, after 10 of them")]


def rows() -> list[Row]:
    with tempfile.TemporaryDirectory() as directory, Browser() as browser:
        folder = Path(directory)
        folder.chmod(0o755)
        with Stage(browser, folder) as stage:
            return [
                *scene_rows(stage, "still", 10, "≤ 0.2 CPU s"), *scene_rows(stage, "typing", 10, "≤ 1.4 CPU s"),
                *scene_rows(stage, "scrolling", 10, "≤ 3 CPU s"), *scene_rows(stage, "canvas", 10, "≤ 0.26 ×"),
                *scene_rows(stage, "canvas", 20, "≤ 0.26 ×"), *two_rows(stage), *disturbance_rows(stage), *cycle_rows(),
            ]
