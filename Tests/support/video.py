"""Video files as FFmpeg's programs see them: nothing of what wrote them takes part."""

import json
import struct
import subprocess
from pathlib import Path


def probe(path: Path) -> dict:
    """Streams, format and chapters. Fails when ffprobe has anything to complain about."""
    return json.loads(_run(
        "ffprobe", "-v", "error", "-show_streams", "-show_format", "-show_chapters", "-of", "json", path))


def duration(path: Path) -> float:
    return float(probe(path)["format"]["duration"])


def frame_times(path: Path) -> list[float]:
    """Of every picture, in seconds; all of them are decoded."""
    lines = _run("ffprobe", "-v", "error", "-select_streams", "v", "-show_entries", "frame=pts_time", "-of", "csv=p=0",
                 path).split()
    return [float(line.rstrip(b",")) for line in lines]


def chapters(path: Path) -> list[str]:
    return [chapter["tags"]["title"] for chapter in probe(path)["chapters"]]


def brightness(path: Path) -> list[float]:
    """The mean of each picture, 0 to 255."""
    # With the file's own time base: two pictures may be closer than the frame rate says.
    raw = _run("ffmpeg", "-v", "error", "-i", path, "-vf", "scale=8:8:flags=area", "-fps_mode", "passthrough",
               "-enc_time_base", "-1", "-pix_fmt", "gray", "-f", "rawvideo", "-")
    return [sum(raw[start:start + 64]) / 64 for start in range(0, len(raw), 64)]


def sound(path: Path, rate: int = 8000) -> list[float]:
    """The samples of both channels mixed."""
    raw = _run("ffmpeg", "-v", "error", "-i", path, "-vn", "-ac", "1", "-ar", str(rate), "-f", "f32le", "-")
    return list(struct.unpack(f"<{len(raw) // 4}f", raw))


def boxes(content: bytes) -> list[str]:
    """The names of the top-level parts of an MP4 file."""
    names, offset = [], 0
    while offset + 8 <= len(content):
        size, name = struct.unpack(">I4s", content[offset:offset + 8])
        if size == 1:
            size, = struct.unpack(">Q", content[offset + 8:offset + 16])
        names.append(name.decode("latin-1"))
        offset += max(size, 8)
    return names


def _run(*command) -> bytes:
    result = subprocess.run(command, capture_output=True, timeout=60, check=False)
    assert result.returncode == 0 and not result.stderr, result.stderr.decode()
    return result.stdout
