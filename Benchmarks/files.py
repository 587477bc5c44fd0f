"""A 256 MiB file each way, against a copy through a pipe."""

import os
import subprocess
import tempfile

from daemon import FreshAgent
from harness import Row, alternate, memory, ratio

SIZE = 256 * 1024 * 1024


def rows() -> list[Row]:
    with FreshAgent() as agent, tempfile.TemporaryDirectory(dir="/dev/shm") as directory:
        agent.first_answer()
        url, pid = f"http://127.0.0.1:{agent.port}", agent.process.pid
        source, target = f"{directory}/source", f"{directory}/target"
        with open(source, "wb") as file:
            file.write(os.urandom(1024 * 1024) * 256)
        shell = lambda command: subprocess.run(["bash", "-c", command], check=True)
        upload = f"curl -sf -H Expect: -T {source} '{url}/fs/write_file?path={target}'"
        download = f"curl -sf -o {directory}/copy '{url}/fs/read_file?path={source}'"
        pipe = f"cat {source} | cat > {directory}/piped"
        base = memory(pid)
        medians = alternate(
            {"up": lambda: shell(upload), "down": lambda: shell(download), "pipe": lambda: shell(pipe)},
            rounds=3, count=1)
        growth = max(0.0, memory(pid, "VmHWM") - base)
        shell(f"cmp {source} {target} && cmp {source} {directory}/copy")
    rate = lambda name: f"{SIZE / medians[name] / 1e6:.0f} MB/s"
    how = f"curl, tmpfs to tmpfs, median of 3, compared byte for byte, against `{pipe.replace(directory, 'DIR')}`"
    return [
        Row("256 MiB up", rate("up"), f"{rate('pipe')} pipe", ratio(medians["up"], medians["pipe"]), "-", how),
        Row("256 MiB down", rate("down"), f"{rate('pipe')} pipe", ratio(medians["down"], medians["pipe"]), "-", how),
        Row("memory growth of both", f"{growth:.1f} MiB", "-", "-", "≤ 16 MiB",
            "VmHWM of a fresh daemon after the six transfers, less its VmRSS before"),
    ]
