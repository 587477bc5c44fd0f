"""An X server of a test's own, to be killed and started again."""

import os
import subprocess


class OwnDisplay:
    """Runs between `with` and its end, on a display it chooses itself and keeps."""

    def __init__(self, screen: str = "800x600x24"):
        self.screen = screen
        self.number: int | None = None

    def __enter__(self):
        self.start()
        return self

    def __exit__(self, *_):
        self.kill()

    @property
    def name(self) -> str:
        return f":{self.number}"

    def start(self) -> None:
        reading, writing = os.pipe()
        place = [] if self.number is None else [self.name]
        self.process = subprocess.Popen(
            ["Xvfb", *place, "-screen", "0", self.screen, "-nolisten", "tcp", "-noreset", "-displayfd", str(writing)],
            pass_fds=[writing], stderr=subprocess.DEVNULL)
        os.close(writing)
        with os.fdopen(reading) as answer:
            self.number = int(answer.readline())

    def kill(self) -> None:
        self.process.kill()
        self.process.wait()
        for leftover in (f"/tmp/.X{self.number}-lock", f"/tmp/.X11-unix/X{self.number}"):
            if os.path.exists(leftover):
                os.unlink(leftover)
