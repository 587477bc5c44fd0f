"""The API's description, read once, and the parts of it that the tests walk through."""

import dataclasses
import pathlib
from collections.abc import Iterator

import yaml

ROOT = pathlib.Path(__file__).resolve().parents[2]
YAML_FILE = ROOT / "openapi.yaml"
JSON_FILE = ROOT / "openapi.json"
DOCUMENT = yaml.safe_load(YAML_FILE.read_text(encoding="utf-8"))

METHODS = ("get", "put", "post", "delete", "options", "head", "patch", "trace")


@dataclasses.dataclass(frozen=True)
class Operation:
    method: str
    path: str

    @property
    def content(self) -> dict:
        return DOCUMENT["paths"][self.path][self.method]

    @property
    def pointer(self) -> str:
        return join("#", "paths", self.path, self.method)

    @property
    def is_planned(self) -> bool:
        return self.content["x-guest-agent-status"] == "planned"

    def __str__(self) -> str:
        return f"{self.method.upper()} {self.path}"


@dataclasses.dataclass(frozen=True)
class Body:
    """One media type of a request or a response."""

    media_type: str
    pointer: str

    @property
    def content(self) -> dict:
        return resolve(self.pointer)[1]

    @property
    def examples(self) -> dict:
        """By name; the one under `example` has none."""
        named = {name: example["value"] for name, example in self.content.get("examples", {}).items()}
        return named | ({"": self.content["example"]} if "example" in self.content else {})

    @property
    def is_json(self) -> bool:
        """Event streams count: each of their events is JSON."""
        return self.media_type in ("application/json", "text/event-stream")

    def __str__(self) -> str:
        return self.pointer.removeprefix("#/").replace("~1", "/")


def join(pointer: str, *tokens: str) -> str:
    """A JSON pointer (RFC 6901) some tokens further on."""
    return "/".join([pointer, *(token.replace("~", "~0").replace("/", "~1") for token in tokens)])


def resolve(pointer: str) -> tuple[str, dict]:
    """What a pointer leads to, through references, and the pointer to where that stands."""
    node: dict | list = DOCUMENT
    for token in pointer.removeprefix("#").split("/")[1:]:
        node = node[int(token)] if isinstance(node, list) else node[token.replace("~1", "/").replace("~0", "~")]
    if isinstance(node, dict) and "$ref" in node:
        return resolve(node["$ref"])
    return pointer, node


def operations() -> list[Operation]:
    return [
        Operation(method, path)
        for path, item in DOCUMENT["paths"].items()
        for method in METHODS
        if method in item
    ]


def bodies() -> list[Body]:
    """Every request and response body; one that several operations share comes once."""
    return sorted({body for operation in operations() for body in _bodies_of(operation)}, key=str)


def _bodies_of(operation: Operation) -> Iterator[Body]:
    holders = [join(operation.pointer, "responses", status) for status in operation.content["responses"]]
    if "requestBody" in operation.content:
        holders.append(join(operation.pointer, "requestBody"))
    for holder in holders:
        pointer, content = resolve(holder)
        for media_type in content.get("content", {}):
            yield Body(media_type, join(pointer, "content", media_type))
