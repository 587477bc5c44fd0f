"""What the binary routes is what is documented, and the other way round."""

import os
import pathlib
import subprocess

import pytest

from description import JSON_FILE, YAML_FILE, operations


@pytest.fixture(scope="module")
def binary() -> pathlib.Path:
    path = os.environ.get("GUEST_AGENT_BINARY")
    if not path:
        pytest.fail("GUEST_AGENT_BINARY is not set: give it the path of guest-agent, as `make test` does")
    if not os.access(path, os.X_OK):
        pytest.fail(f"GUEST_AGENT_BINARY={path} is no program: run `make build`")
    return pathlib.Path(path)


@pytest.fixture(scope="module")
def routed(binary) -> list[str]:
    result = subprocess.run([binary, "routes"], capture_output=True, text=True, timeout=30)
    assert result.returncode == 0, result.stderr
    return [as_documented(line) for line in result.stdout.splitlines()]


def as_documented(route: str) -> str:
    """OpenAPI has no word for "any number of segments", so such a route is documented with a parameter."""
    return route.removesuffix("**") + "{path}" if route.endswith("/**") else route


def test_every_documented_operation_is_routed(routed):
    assert sorted({str(operation) for operation in operations()} - set(routed)) == []


def test_every_routed_operation_is_documented(routed):
    assert sorted(set(routed) - {str(operation) for operation in operations()}) == []


def test_no_operation_is_routed_twice(routed):
    assert len(routed) == len(set(routed))


@pytest.mark.parametrize("file", [YAML_FILE, JSON_FILE], ids=lambda file: file.name)
def test_binary_holds_the_description_of_this_checkout(binary, file):
    is_embedded = file.read_bytes() in binary.read_bytes()
    assert is_embedded, f"{file.name} has changed since the binary was built: run `make build`"
