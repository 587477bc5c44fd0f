"""What a control plane makes of the SDK's replays: recordings of the agent."""

import json
import uuid

import requests

PREFIX = "/browsers/vm-1/replays"


class Replays:
    def __init__(self, agent_url: str):
        self.agent_url = agent_url

    def answer(self, method: str, path: str, body: bytes) -> tuple[int, str, bytes]:
        """Status, content type and content."""
        parts = path.split("?")[0].removeprefix(PREFIX).strip("/").split("/")
        match method, parts:
            case "GET", [""]:
                return _json(200, [_replay(each) for each in self._list()])
            case "POST", [""]:
                return self._start(json.loads(body or b"{}"))
            case "GET", [replay]:
                found = requests.get(f"{self.agent_url}/recording/download", params={"id": replay}, timeout=60)
                return found.status_code, found.headers.get("Content-Type", "application/json"), found.content
            case "POST", [replay, "stop"]:
                stopped = requests.post(f"{self.agent_url}/recording/stop", json={"id": replay}, timeout=60)
                return stopped.status_code, "application/json", stopped.content
        return _json(404, {"message": "unknown"})

    def _start(self, wanted: dict):
        names = {"framerate": "framerate", "max_duration_in_seconds": "maxDurationInSeconds",
                 "record_audio": "recordAudio"}
        body = {names[key]: value for key, value in wanted.items()} | {"id": f"replay-{uuid.uuid4()}"}
        started = requests.post(f"{self.agent_url}/recording/start", json=body, timeout=60)
        if started.status_code != 201:
            return started.status_code, "application/json", started.content
        return _json(200, next(_replay(each) for each in self._list() if each["id"] == body["id"]))

    def _list(self) -> list[dict]:
        return requests.get(f"{self.agent_url}/recording/list", timeout=60).json()


def _replay(recording: dict) -> dict:
    return {"replay_id": recording["id"], "started_at": recording["started_at"],
            "finished_at": recording["finished_at"]}


def _json(status: int, value) -> tuple[int, str, bytes]:
    return status, "application/json", json.dumps(value).encode()
