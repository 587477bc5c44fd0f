"""What is in a video, told by FFmpeg's programs."""

import io
import re
import subprocess
from dataclasses import dataclass
from pathlib import Path

from PIL import Image

from moving_pages import BAR, BITS


@dataclass
class Video:
    path: Path

    @property
    def bytes(self) -> int:
        return self.path.stat().st_size

    def times(self) -> list[float]:
        """Of the frames, in seconds."""
        entries = ["-select_streams", "v", "-show_entries", "frame=pts_time", "-of", "csv=p=0"]
        return [float(line.split(",")[0]) for line in output("ffprobe", "-v", "error", *entries, self.path).split()]

    def states(self) -> list[int]:
        """Of the page, as each frame shows it."""
        width, height = BITS * BAR, BAR
        raw = subprocess.run(
            ["ffmpeg", "-v", "error", "-i", self.path, "-vf", f"crop={width}:{height}:0:0,format=gray", "-fps_mode",
             "passthrough", "-f", "rawvideo", "-"], check=True, capture_output=True).stdout
        middles = [height // 2 * width + BAR * bit + BAR // 2 for bit in range(BITS)]
        return [
            sum((raw[start + middle] < 128) << bit for bit, middle in enumerate(middles))
            for start in range(0, len(raw), width * height)
        ]

    def frame(self, number: int) -> bytes:
        """As PNG."""
        return subprocess.run(
            ["ffmpeg", "-v", "error", "-i", self.path, "-vf", f"select=eq(n\\,{number})", "-frames:v", "1", "-f",
             "image2pipe", "-c:v", "png", "-"], check=True, capture_output=True).stdout


def output(*command) -> str:
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def similarity(first: bytes, second: bytes, folder: Path) -> float:
    """SSIM of the brightness of two pictures, by FFmpeg."""
    for name, content in (("first.png", first), ("second.png", second)):
        Image.open(io.BytesIO(content)).convert("L").save(folder / name)
    told = subprocess.run(
        ["ffmpeg", "-i", folder / "first.png", "-i", folder / "second.png", "-lavfi", "ssim", "-f", "null", "-"],
        check=True, capture_output=True, text=True).stderr
    return float(re.search(r"SSIM Y:([\d.]+)", told)[1])
