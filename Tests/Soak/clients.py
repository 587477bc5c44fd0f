"""Clients that use the agent in all ways there are. Each function is one round of one kind of use."""

import io
import json
import random
import subprocess
import tarfile
import threading
import time
import zipfile
from pathlib import Path

import requests
from selenium import webdriver
from websockets.sync.client import connect


# chromedriver takes whatever tab there is: nobody else must close it meanwhile.
TABS = threading.Lock()


class Agent(requests.Session):
    """The agent, for one client. What is not answered as it has to be ends the round."""

    def __init__(self, url: str, cdp_url: str, webdriver_url: str, directory: Path):
        super().__init__()
        self.url, self.cdp_url, self.webdriver_url, self.directory = url, cdp_url, webdriver_url, directory
        directory.mkdir()

    def request(self, method, path, expect=(200, 201, 204), **options):
        options.setdefault("timeout", 60)
        answer = super().request(method, self.url + path if path.startswith("/") else path, **options)
        if answer.status_code not in expect:
            raise AssertionError(f"{method} {path}: {answer.status_code} {answer.text[:300]}")
        return answer

    def socket(self, path):
        return connect(self.url.replace("http", "ws", 1) + path, compression=None, max_size=None, open_timeout=30)


def use_input(agent: Agent) -> None:
    # In the page: a click on the browser's own buttons would end other clients' tabs.
    x, y = random.randrange(300, 600), random.randrange(300, 600)
    agent.post("/computer/move_mouse", json={"x": x, "y": y, "duration_ms": 100})
    agent.post("/computer/click_mouse", json={"x": x, "y": y, "smooth": False, "screenshot": {"format": "jpeg"}})
    agent.post("/computer/scroll", json={"x": x, "y": y, "delta_y": 2, "smooth": False})
    agent.post("/computer/type", json={"text": "soaked \u00fc\u4e2d", "smooth": False})
    agent.post("/computer/press_key", json={"keys": ["ctrl+a", "BackSpace"]})
    agent.post("/computer/drag_mouse", json={"path": [[x, y], [y, x]], "smooth": False, "step_delay_ms": 2})
    agent.post("/computer/batch", json={"actions": [
        {"type": "move_mouse", "move_mouse": {"x": y, "y": x, "smooth": False}},
        {"type": "sleep", "sleep": {"duration_ms": 5}}, {"type": "screenshot", "screenshot": {"scale": 0.2}}]})
    agent.post("/computer/clipboard/write", json={"text": "copied" * random.randrange(1, 1000)})
    agent.post("/computer/clipboard/read")
    agent.post("/computer/get_mouse_position")


def use_screenshots(agent: Agent) -> None:
    for wanted in ({}, {"format": "jpeg", "quality": 60}, {"region": {"x": 5, "y": 5, "width": 200, "height": 99}},
                   {"scale": 0.3, "wait_for_stable_ms": 50, "timeout_ms": 500}):
        assert len(agent.post("/computer/screenshot", json=wanted).content) > 100


def use_recordings(agent: Agent) -> None:
    name = f"soak-{random.randrange(10**9)}"
    agent.post("/recording/start", json={"id": name, "framerate": 10, "maxDurationInSeconds": 30})
    time.sleep(random.uniform(1, 4))
    agent.post("/recording/mark", json={"id": name, "name": "half"})
    agent.get(f"/recording/{name}/thumbnail?t=0.5&scale=0.2")
    agent.get(f"/recording/download?id={name}", expect=(200, 202))
    agent.post("/recording/stop", json={"id": name})
    assert len(agent.get(f"/recording/download?id={name}").content) > 500
    agent.post("/recording/delete", json={"id": name})
    agent.get("/recording/list")


def use_commands(agent: Agent) -> None:
    def run(expect=(200,), **wanted):
        return agent.post("/process/exec", json=wanted, expect=expect).json()

    assert run(command="sh", args=["-c", "echo out; echo err >&2; exit 3"])["exit_code"] == 3
    run(command="head", args=["-c", str(random.randrange(1, 2_000_000)), "/dev/zero"])
    run(command="no-such-program", expect=(400, 404))
    run(command="sleep", args=["30"], timeout_sec=1, expect=(500,))
    run(command="sh", args=["-c", "kill -9 $$"])


def use_processes(agent: Agent) -> None:
    process = agent.post("/process/spawn", json={"command": "cat"}).json()["process_id"]
    for _ in range(3):
        agent.post(f"/process/{process}/stdin", json={"data_b64": "aGVsbG8gd29ybGQK"})
        agent.get(f"/process/{process}/status")
    with agent.get(f"/process/{process}/stdout/stream", stream=True) as output:
        next(output.iter_lines())  # and goes away in the middle
    agent.post(f"/process/{process}/stdin", json={"eof": True})
    assert b'"exit"' in agent.get(f"/process/{process}/stdout/stream").content
    lasting = agent.post("/process/spawn", json={"command": "sleep", "args": ["60"]}).json()["process_id"]
    agent.post(f"/process/{lasting}/kill", json={"signal": "KILL"})
    agent.get(f"/process/{lasting}/stdout/stream")
    agent.get("/process")


def use_terminals(agent: Agent) -> None:
    wanted = {"command": "sh", "allocate_tty": True, "rows": 24, "cols": 80, "timeout_sec": 60}
    process = agent.post("/process/spawn", json=wanted).json()["process_id"]
    with agent.socket(f"/process/{process}/attach") as terminal:
        terminal.send(b"echo $((6*7))\n")
        seen = b""
        while b"42" not in seen:
            seen += terminal.recv(30)
        terminal.send(json.dumps({"type": "resize", "rows": 30, "cols": 100}))
    with agent.socket(f"/process/{process}/attach?replay=all") as terminal:
        terminal.send(b"exit\n")
        for message in terminal:
            if isinstance(message, str):
                assert json.loads(message)["type"] == "exit"


def use_files(agent: Agent) -> None:
    content = random.randbytes(random.randrange(1, 3_000_000))
    path = f"{agent.directory}/file-{random.randrange(10**9)}"
    agent.put("/fs/write_file", params={"path": path, "mode": "0600"}, data=content)
    assert agent.get("/fs/read_file", params={"path": path}).content == content
    part = agent.get("/fs/read_file", params={"path": path}, headers={"Range": "bytes=0-9"}, expect=(206,))
    assert part.content == content[:10]
    agent.get("/fs/read_file", params={"path": f"{path}-not"}, expect=(404,))
    agent.get("/fs/file_info", params={"path": path})
    agent.put("/fs/set_file_permissions", json={"path": path, "mode": "0644"})
    agent.put("/fs/move", json={"src_path": path, "dest_path": f"{path}-moved"})
    agent.put("/fs/create_directory", json={"path": f"{path}-directory/below"})
    agent.post("/fs/upload", files=[("files[0].file", content), ("files[0].dest_path", (None, f"{path}-directory/up"))])
    agent.get("/fs/list_files", params={"path": str(agent.directory), "recursive": "true"})
    agent.put("/fs/delete_file", json={"path": f"{path}-moved"})
    agent.put("/fs/delete_directory", json={"path": f"{path}-directory"})


def use_archives(agent: Agent) -> None:
    target = f"{agent.directory}/tree-{random.randrange(10**9)}"
    files = {f"folder/file-{index}": random.randbytes(random.randrange(50_000)) for index in range(20)}
    for kind, field, archive in (("zip", "zip_file", zipped(files)), ("zstd", "archive", tarred(files))):
        agent.post(f"/fs/upload_{kind}", files=[(field, ("a", archive)), ("dest_path", (None, target))])
        assert len(agent.get(f"/fs/download_dir_{kind}", params={"path": target}).content) > 1000
    agent.post("/fs/upload_zip", expect=(400,), files=[("zip_file", b"PK no zip"), ("dest_path", (None, target))])
    found = agent.get("/fs/find", params={"path": target, "pattern": "file-*"})
    assert len(found.content.splitlines()) == len(files)
    agent.get("/fs/search", params={"path": target, "query": "[a-z]{3}needle", "regex": "true"})
    agent.put("/fs/delete_directory", json={"path": target})


def zipped(files: dict[str, bytes]) -> bytes:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return data.getvalue()


def tarred(files: dict[str, bytes]) -> bytes:
    data = io.BytesIO()
    with tarfile.open(fileobj=data, mode="w") as archive:
        for name, content in files.items():
            info = tarfile.TarInfo(name)
            info.size = len(content)
            archive.addfile(info, io.BytesIO(content))
    return subprocess.run(["zstd", "-q", "-c"], input=data.getvalue(), capture_output=True, check=True).stdout


def use_event_streams(agent: Agent) -> None:
    log = agent.directory / "log"
    log.write_text("first line\n")
    watch = agent.post("/fs/watch", json={"path": str(agent.directory), "recursive": True}).json()["watch_id"]
    where = {"source": "path", "path": str(log), "tail": "1"}
    with agent.get("/logs/stream", params=where, stream=True) as lines, \
            agent.get(f"/fs/watch/{watch}/events", stream=True) as events:
        with log.open("a") as file:
            file.write("second line\n")
        wait_for(b"second line", lines)
        wait_for(b'"WRITE"', events)
    agent.delete(f"/fs/watch/{watch}")


def wait_for(text: bytes, stream: requests.Response) -> None:
    for line in stream.iter_lines(chunk_size=1):
        if text in line:
            return
    raise AssertionError(f"the stream ended without {text!r}")


def use_devtools(agent: Agent) -> None:
    browser = agent.get(f"{agent.cdp_url}/json/version").json()["webSocketDebuggerUrl"]
    page = agent.put(f"{agent.cdp_url}/json/new?about:blank").json()
    numbers = iter(range(1, 1000))

    def call(socket, method, **parameters):
        number = next(numbers)
        socket.send(json.dumps({"id": number, "method": method, "params": parameters}))
        while (message := json.loads(socket.recv(60))).get("id") != number:
            pass
        return message["result"]

    with connect(browser, max_size=None, open_timeout=60) as socket:
        call(socket, "Browser.getVersion")
        assert call(socket, "Target.getTargets")["targetInfos"]
    with connect(page["webSocketDebuggerUrl"], max_size=None, open_timeout=60) as socket:
        call(socket, "Page.enable")
        text = "x" * random.randrange(1, 300_000)
        answer = call(socket, "Runtime.evaluate", expression=f"'{text}'.length", returnByValue=True)
        assert answer["result"]["value"] == len(text)
        call(socket, "Page.captureScreenshot", format="jpeg", quality=20)
    with TABS:
        agent.get(f"{agent.cdp_url}/json/close/{page['id']}")


def use_webdriver(agent: Agent) -> None:
    with TABS:
        driver = webdriver.Remote(command_executor=agent.webdriver_url, options=webdriver.ChromeOptions())
        try:
            assert driver.execute_script("return 6 * 7") == 42
        finally:
            driver.quit()
    time.sleep(0.5)


def use_playwright(agent: Agent) -> None:
    wanted = {"code": "return await page.title()", "executor": "soak", "timeout_sec": 60}
    answer = agent.post("/playwright/execute", json=wanted, timeout=90).json()
    assert answer["success"], answer
    if random.random() < 0.3:
        with TABS:
            agent.delete("/playwright/executors/soak")


USES = [use_input, use_screenshots, use_recordings, use_commands, use_processes, use_terminals, use_files,
        use_archives, use_event_streams, use_devtools, use_webdriver, use_playwright]
