"""The description as a document: valid, complete, and the same in both of its forms."""

import collections
import json
import re
import subprocess
import sys

import openapi_spec_validator
import pytest
import yaml

from description import DOCUMENT, JSON_FILE, ROOT, YAML_FILE, Operation, operations

every_operation = pytest.mark.parametrize("operation", operations(), ids=str)

# Marks of unfinished work, names of other people's products, places that exist on one machine only.
FORBIDDEN = re.compile(r"\b(todo|fixme|xxx|tbd|lorem)\b|onkernel|kernel-images|stainless|/(home|users|root)/", re.I)


def test_is_valid_openapi():
    openapi_spec_validator.validate(DOCUMENT)


class StrictLoader(yaml.SafeLoader):
    """Takes no key twice, as YAML 1.2 asks for and PyYAML does not."""

    def construct_mapping(self, node, deep=False):
        names = [key.value for key, _ in node.value]
        assert len(names) == len(set(names)), f"a key is there twice {node.start_mark}: {sorted(names)}"
        return super().construct_mapping(node, deep)


def test_no_key_is_there_twice():
    yaml.load(YAML_FILE.read_text(encoding="utf-8"), StrictLoader)


def test_json_is_the_same_document():
    assert json.loads(JSON_FILE.read_text(encoding="utf-8")) == DOCUMENT, "run scripts/spec-json"


def test_json_is_what_the_script_writes(tmp_path):
    """In bytes too: the script run on a copy gives the committed file."""
    (tmp_path / "scripts").mkdir()
    for name in ("openapi.yaml", "scripts/spec-json"):
        (tmp_path / name).write_bytes((ROOT / name).read_bytes())
    subprocess.run([sys.executable, tmp_path / "scripts/spec-json"], check=True, timeout=60)
    assert (tmp_path / "openapi.json").read_bytes() == JSON_FILE.read_bytes(), "run scripts/spec-json"


def test_operation_ids_are_unique():
    counted = collections.Counter(operation.content["operationId"] for operation in operations())
    assert [name for name, count in counted.items() if count > 1] == []


def test_error_codes_are_those_of_the_agent():
    assert sorted(DOCUMENT["components"]["schemas"]["ErrorCode"]["enum"]) == sorted(_agent_codes().values())


def test_error_statuses_are_those_of_the_agent():
    """Each shared error response stands under the status that its example's code has."""
    codes = _agent_codes()
    source = (ROOT / "Sources/AgentCore/AgentError+HTTPStatus.swift").read_text(encoding="utf-8")
    statuses = {
        codes[case.strip(" .")]: status
        for cases, status in re.findall(r"^ +case (.+): (\d{3})$", source, re.M)
        for case in cases.split(",")
    }
    assert sorted(statuses) == sorted(codes.values()), "AgentError+HTTPStatus.swift no longer has one line a status"
    wrong = [
        f"{operation} {status}: {code}"
        for operation in operations()
        for status, code in _error_codes(operation)
        if status not in ("default", statuses[code])
    ]
    assert wrong == []


def _agent_codes() -> dict[str, str]:
    """The raw values of `AgentError.Code`, by the names of its cases."""
    source = (ROOT / "Sources/AgentCore/AgentError.swift").read_text(encoding="utf-8")
    codes = dict(re.findall(r'^ +case (\w+) = "(\w+)"$', source, re.M))
    assert codes, "AgentError.swift no longer has one line a code"
    return codes


def _error_codes(operation: Operation):
    """The status and the example's code of each shared error response."""
    for status, response in operation.content["responses"].items():
        name = response.get("$ref", "").rpartition("/")[2]
        shared = DOCUMENT["components"]["responses"].get(name, {}).get("content", {}).get("application/json", {})
        if shared.get("schema", {}).get("$ref") == "#/components/schemas/Error":
            yield status, shared["example"]["code"]


def test_every_tag_is_used_and_described():
    used = {tag for operation in operations() for tag in operation.content["tags"]}
    described = [tag["name"] for tag in DOCUMENT["tags"] if tag["description"]]
    assert sorted(described) == sorted(used)


@pytest.mark.parametrize("file", [YAML_FILE, JSON_FILE], ids=lambda file: file.name)
def test_has_no_forbidden_words(file):
    assert FORBIDDEN.findall(file.read_text(encoding="utf-8")) == []


def test_every_component_is_used():
    text = YAML_FILE.read_text(encoding="utf-8")
    unused = [
        f"{kind}/{name}"
        for kind, components in DOCUMENT["components"].items()
        if kind != "securitySchemes"  # those are meant by their name
        for name in components
        if f"'#/components/{kind}/{name}'" not in text
    ]
    assert unused == []


@every_operation
def test_operation_is_described(operation: Operation):
    content = operation.content
    assert re.fullmatch(r"[a-z]+([A-Z][a-z]+)*", content["operationId"]), "operationId must be in camelCase"
    assert len(content["tags"]) == 1
    assert content["summary"] and not content["summary"].endswith(".")
    assert content["x-guest-agent-status"] in ("available", "planned")


@every_operation
def test_operation_says_how_it_succeeds_and_fails(operation: Operation):
    statuses = set(operation.content["responses"])
    assert any(status[0] in "123" for status in statuses)
    assert "default" in statuses
    if operation.is_planned:
        assert "501" in statuses
    if "requestBody" in operation.content or "{" in operation.path or _has_required_parameter(operation):
        assert statuses & {"400", "404"}


def _has_required_parameter(operation: Operation) -> bool:
    return any(parameter.get("required") for parameter in operation.content.get("parameters", []))


def test_requests_are_lenient():
    """Clients of other versions send fields that this one does not know."""
    refusing = [name for name, schema in DOCUMENT["components"]["schemas"].items() if _refuses_more(schema)]
    assert refusing == []


def _refuses_more(schema) -> bool:
    if isinstance(schema, dict):
        return schema.get("additionalProperties") is False or any(map(_refuses_more, schema.values()))
    return isinstance(schema, list) and any(map(_refuses_more, schema))
