"""What is tested: the stack on this machine, or a container or VM that is seen through its ports alone."""

import os

import pytest

#: "container" or "vm"; empty for this machine.
TARGET = os.environ.get("GUEST_AGENT_TARGET", "")

#: Fixtures that look into the machine from beside the agent.
INSIDE = {
    "stack": "looks at the processes of the agent's machine",
    "display": "asks the X server beside the agent",
    "display_name": "asks the X server beside the agent",
}


def reason_to_skip(item: pytest.Item) -> str | None:
    """Why a test cannot be done from outside; `None` when it can."""
    marker = item.get_closest_marker("same_machine")
    if marker:
        return marker.args[0]
    for fixture in item.fixturenames:
        if fixture in INSIDE:
            return INSIDE[fixture]
    # A container has the tests' directory mounted; a VM has its own disk.
    if TARGET == "vm" and "tmp_path" in item.fixturenames and "Integration" in item.path.parts:
        return "shares files with the agent"
    return None


def skip_what_looks_inside(items: list[pytest.Item]) -> None:
    if TARGET:
        for item in items:
            if reason := reason_to_skip(item):
                item.add_marker(pytest.mark.skip(reason=f"{reason}, not from outside of a {TARGET}"))
