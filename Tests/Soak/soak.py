"""`make soak`: everything at once for a while, after which the agent must hold no more than before.

Runs beside a stack (`scripts/with-stack`). SOAK_MINUTES is how long it goes on (30), SOAK_WARM_UP_SECONDS how long all
that is only made once takes to be made (300). Ends with a table, and with 1 when something grew or a call failed.
"""

import collections
import os
import shutil
import sys
import tempfile
import threading
import time
import traceback
from pathlib import Path

from agent_figures import HEADING, Figures, descriptors
from clients import USES, Agent

PID = int(os.environ["GUEST_AGENT_PID"])
MINUTES = float(os.environ.get("SOAK_MINUTES", "30"))
WARM_UP = float(os.environ.get("SOAK_WARM_UP_SECONDS", "300"))
GROWTH_LIMIT = 0.05
# Ended processes are kept for PROCESS_RETENTION_SEC, 10 s here; memory is given back, and threads end, within this.
SETTLING = 45
SAMPLE_EVERY = 60


class Soak:
    def __init__(self, directory: Path):
        self.directory = directory
        self.rounds: collections.Counter = collections.Counter()
        self.failures: list[str] = []

    def run(self, seconds: float) -> None:
        """Has one client for each use go round and round; shows the figures meanwhile."""
        end = time.monotonic() + seconds
        threads = [threading.Thread(target=self._repeat, args=(use, end)) for use in USES]
        for thread in threads:
            thread.start()
        while any(thread.is_alive() for thread in threads):
            threads[0].join(min(SAMPLE_EVERY, max(1, end - time.monotonic())))
            print(f"  {sum(self.rounds.values()):7} rounds  {Figures.of(PID).row()}", flush=True)
            for thread in threads:
                thread.join(0 if time.monotonic() < end else 120)

    def _repeat(self, use, end: float) -> None:
        place = self.directory / f"{use.__name__}-{time.monotonic_ns()}"
        with Agent(*addresses(), place) as agent:
            while time.monotonic() < end and len(self.failures) < 20:
                try:
                    use(agent)
                    self.rounds[use.__name__] += 1
                except Exception:
                    self.failures.append(f"{use.__name__}: {traceback.format_exc(limit=-3)}")


def addresses() -> list[str]:
    return [os.environ[f"GUEST_AGENT_{name}"].rstrip("/") for name in ("URL", "CDP_URL", "WEBDRIVER_URL")]


def settled(directory: Path) -> Figures:
    """What the agent holds once nobody has used it for a while."""
    with Agent(*addresses(), directory / f"settled-{time.monotonic_ns()}") as agent:
        agent.delete("/playwright/executors/soak", expect=(204, 404))
    time.sleep(SETTLING)
    return Figures.of(PID)


def judge(begin: Figures, end: Figures, soak: Soak) -> list[str]:
    problems = [f"a call failed: {failure}" for failure in soak.failures[:5]]
    growth = end.resident / begin.resident - 1
    if growth > GROWTH_LIMIT:
        problems.append(f"memory grew by {growth:.1%}")
    for name in ("descriptors", "threads", "children"):
        before, after = getattr(begin, name), getattr(end, name)
        if after > before:
            problems.append(f"{name}: {before} at the beginning, {after} at the end")
    problems += [f"{use.__name__} never went round" for use in USES if not soak.rounds[use.__name__]]
    return problems


def main() -> int:
    directory = Path(tempfile.mkdtemp(prefix="guest-agent-soak-"))
    directory.chmod(0o755)
    try:
        warm_up = Soak(directory)
        print(f"  warming up for {WARM_UP:.0f} s; then {MINUTES:g} minutes\n  {'':14}  {HEADING}", flush=True)
        warm_up.run(WARM_UP)
        begin, open_before = settled(directory), descriptors(PID)
        print(f"  {'begin, settled':14}  {begin.row()}", flush=True)
        soak = Soak(directory)
        soak.run(MINUTES * 60)
        end = settled(directory)
        print(f"  {'end, settled':14}  {end.row()}\n")
        print(f"  memory {end.resident / begin.resident - 1:+.1%} (RSS), {end.proportional / begin.proportional - 1:+.1%} (PSS)")
        for use in USES:
            print(f"  {soak.rounds[use.__name__]:7} rounds of {use.__name__.removeprefix('use_').replace('_', ' ')}")
        problems = judge(begin, end, soak) + [f"while warming up: {failure}" for failure in warm_up.failures[:5]]
        if end.descriptors > begin.descriptors:
            extra = collections.Counter(descriptors(PID)) - collections.Counter(open_before)
            problems.append(f"open beyond the beginning: {dict(extra)}")
        print("\n".join(f"  FAILED: {problem}" for problem in problems) or "  nothing grew, every call was answered")
        return 1 if problems else 0
    finally:
        shutil.rmtree(directory, ignore_errors=True)


if __name__ == "__main__":
    sys.exit(main())
