"""Keeps what schemathesis makes up within a directory, short, and aimed at things that exist.

The requests are random: without this they would delete files of the machine, run its programs, and wait for minutes.
"""

import os
import shutil
import zlib
from pathlib import Path

PATH_FIELDS = {"path", "src_path", "dest_path", "cwd"}
COMMANDS = ("true", "false", "echo")
# Of what takes time or room: the value that is used instead of a larger one, up to where the agent refuses it anyway.
SHORT = {
    "duration": (20, 300_000), "duration_ms": (60, 30_000), "delay": (1, 300_000), "step_delay_ms": (1, 300_000),
    "steps_per_segment": (3, 10_000), "wait_for_stable_ms": (20, 60_000), "timeout_ms": (300, 120_000),
    "timeout_sec": (1, 86_400), "num_clicks": (2, 1000), "delta_x": (3, 10_000), "delta_y": (3, 10_000),
    "maxDurationInSeconds": (1, 1_000_000),
}
ENDLESS = {("get", "/process/{process_id}/stdout/stream"), ("get", "/fs/watch/{watch_id}/events")}


class ScratchWorld:
    """A directory, and the ids of things in the agent that requests may name."""

    def __init__(self, directory: Path):
        self.directory = directory
        self.ids: dict[str, list[str]] = {"process_id": [], "watch_id": [], "id": []}

    def restore(self) -> None:
        """Puts what requests may name where it belongs, whatever the last one did to it."""
        for name in ("directory", "directory/below"):
            path = self.directory / name
            if path.is_symlink() or path.is_file():
                path.unlink()
            path.mkdir(exist_ok=True)
        file = self.directory / "file"
        if file.is_dir():
            shutil.rmtree(file)
        file.write_text("a line with a needle\n")
        for path in (self.directory / "directory", file):
            os.chmod(path, 0o755)

    def confine(self, case) -> None:
        """Changes a request so that it stays here and ends soon."""
        self._confine_fields(case.query)
        case.body = self._confined_body(case.body)
        if case.path == "/logs/stream" and isinstance(case.query, dict):
            case.query["follow"] = "false"
        if case.path == "/lifecycle/resumed" and isinstance(case.body, dict):
            case.body.pop("time", None)
        if case.path == "/playwright/execute" and isinstance(case.body, dict) and isinstance(case.body.get("code"), str):
            case.body["code"] = "return 1"
        if case.path == "/extensions/{path}" or not isinstance(case.path_parameters, dict):
            return
        for name, value in case.path_parameters.items():
            known = self.ids.get(name, [])
            if (case.method.lower(), case.path) in ENDLESS:
                known = known[:1] if name == "process_id" else []
            if known and chance(value) % 2 == 0:
                case.path_parameters[name] = known[chance(value) // 2 % len(known)]

    def _confined_body(self, body):
        if isinstance(body, dict):
            self._confine_fields(body)
            for name, value in body.items():
                body[name] = self._confined_body(value)
        elif isinstance(body, list):
            return [self._confined_body(element) for element in body]
        return body

    def _confine_fields(self, fields) -> None:
        if not isinstance(fields, dict):
            return
        for name, value in fields.items():
            if isinstance(value, str) and (name in PATH_FIELDS or name.endswith(("dest_path", "[dest_path]"))):
                fields[name] = self.path(value)
            elif isinstance(value, str) and name == "command":
                fields[name] = COMMANDS[chance(value) % len(COMMANDS)] if chance(value) % 4 else f"no-{value}"
            elif type(value) in (int, float) and name in SHORT:
                short, longest = SHORT[name]
                if short < abs(value) <= longest:
                    fields[name] = short

    def path(self, text: str) -> str:
        """A place in the directory, often one where something is."""
        if text == "":
            return text
        inside = "/".join(part for part in text.split("/") if part not in ("", ".", "..")) or "name"
        places = ["file", "directory", "directory/below", "file", f"new/{inside}", inside]
        return f"{self.directory}/{places[chance(text) % len(places)]}"


def chance(value) -> int:
    """A number that is the same for the same value, in every run."""
    return zlib.crc32(str(value).encode("utf-8", "surrogatepass"))
