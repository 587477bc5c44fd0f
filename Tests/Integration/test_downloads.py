"""What the browser downloads lands in its user's home, where a watch sees it."""

import json
import os
from pathlib import Path

import pytest
import requests


@pytest.mark.same_machine("knows where the stack keeps its state")
def test_a_download_is_seen_by_a_watch(api, cdp_url, site):
    (site.directory / "download.bin").write_bytes(os.urandom(100_000))
    directory = Path(os.environ["GUEST_AGENT_RUN_DIR"]) / "browser/home/Downloads"
    watch = api.post("/fs/watch", json={"path": str(directory)}).json()["watch_id"]
    with api.get(f"/fs/watch/{watch}/events", stream=True) as events:
        requests.put(f"{cdp_url}/json/new?{site.url}/download.bin", timeout=30).raise_for_status()
        for line in events.iter_lines():
            if line.startswith(b"data:") and json.loads(line[5:])["name"] == "download.bin":
                break
    api.delete(f"/fs/watch/{watch}")
    assert (directory / "download.bin").exists()
    (directory / "download.bin").unlink()
