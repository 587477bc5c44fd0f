"""Every JSON body has an example, and every example is what its schema says."""

import pytest
from openapi_schema_validator import OAS30Validator, oas30_format_checker
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT4

from description import DOCUMENT, Body, bodies, join, resolve

DOCUMENT_URI = "urn:openapi"
REGISTRY = Registry().with_resource(DOCUMENT_URI, Resource(contents=DOCUMENT, specification=DRAFT4))

JSON_BODIES = [body for body in bodies() if body.is_json]
EXAMPLES = [
    pytest.param(body, example, id=f"{body}/{name}" if name else str(body))
    for body in JSON_BODIES
    for name, example in body.examples.items()
]


def validator(schema_pointer: str) -> OAS30Validator:
    return OAS30Validator(
        {"$ref": DOCUMENT_URI + schema_pointer}, registry=REGISTRY, format_checker=oas30_format_checker
    )


@pytest.mark.parametrize("body", JSON_BODIES, ids=str)
def test_body_has_a_schema_and_an_example(body: Body):
    assert body.content.get("schema")
    assert body.examples


@pytest.mark.parametrize(("body", "example"), EXAMPLES)
def test_example_is_valid(body: Body, example):
    errors = [error.message for error in validator(join(body.pointer, "schema")).iter_errors(example)]
    assert errors == []


@pytest.mark.parametrize(("body", "example"), EXAMPLES)
def test_example_uses_documented_fields_only(body: Body, example):
    """Schemas let unknown fields pass, so a misspelt one in an example would go unnoticed."""
    assert unknown_fields(example, join(body.pointer, "schema")) == []


def unknown_fields(value, pointer: str, name: str = "") -> list[str]:
    pointer, schema = resolve(pointer)
    if isinstance(value, list) and "items" in schema:
        return [field for item in value for field in unknown_fields(item, join(pointer, "items"), f"{name}[]")]
    known = fields(pointer)
    if not isinstance(value, dict) or not known:
        return []
    found = []
    for key, member in value.items():
        if key not in known:
            found.append(f"{name}.{key}")
        else:
            found += [field for each in known[key] for field in unknown_fields(member, each, f"{name}.{key}")]
    return found


def fields(pointer: str) -> dict[str, list[str]]:
    """The properties of an object's schema, with the pointers to theirs; none where any property is welcome."""
    pointer, schema = resolve(pointer)
    found = {key: [join(pointer, "properties", key)] for key in schema.get("properties", {})}
    for combination in ("allOf", "oneOf"):
        for index in range(len(schema.get(combination, []))):
            for key, pointers in fields(join(pointer, combination, str(index))).items():
                found.setdefault(key, []).extend(pointers)
    return found
