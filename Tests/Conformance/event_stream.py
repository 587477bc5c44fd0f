"""What openapi.yaml says of an event stream: the schema is that of each event's data."""

import json
from pathlib import Path

import yaml
from openapi_schema_validator import OAS30Validator, oas30_format_checker
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT4

DOCUMENT = yaml.safe_load((Path(__file__).resolve().parents[2] / "openapi.yaml").read_text(encoding="utf-8"))
URI = "urn:openapi"
REGISTRY = Registry().with_resource(URI, Resource(contents=DOCUMENT, specification=DRAFT4))


def check_events(path: str, stream: bytes) -> None:
    """Every line is one of an event's, and every event's data is what the description of `path` says."""
    place = f"/paths/{path.replace('/', '~1')}/get/responses/200/content/text~1event-stream/schema"
    validator = OAS30Validator({"$ref": f"{URI}#{place}"}, registry=REGISTRY, format_checker=oas30_format_checker)
    for line in stream.decode().split("\n"):
        if line.startswith("data: "):
            validator.validate(json.loads(line.removeprefix("data: ")))
        else:
            assert line == "" or line.startswith((":", "id: ")), f"no line of an event stream: {line!r}"
