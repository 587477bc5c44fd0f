"""Who may import whom: what Package.swift declares, and HTTP and the wire in GuestAgent only."""

import json
import pathlib
import re
import subprocess
import sys
from collections.abc import Iterator

IMPORT = re.compile(
    r"^(?:@\w+(?:\([^)]*\))? |package |public |internal |private |fileprivate )*"
    r"import (?:(?:typealias|struct|class|enum|protocol|let|var|func) )?(\w+)"
)
HTTP_MODULES = re.compile(r"Hummingbird|AgentAPI$")


def declared_imports(root: pathlib.Path) -> dict[str, tuple[str, set[str]]]:
    """Of each target its folder, and the modules Package.swift lets it import."""
    dump = subprocess.run(["swift", "package", "dump-package"], cwd=root, capture_output=True, text=True)
    if dump.returncode != 0:
        sys.exit(f"error: swift package dump-package failed:\n{dump.stderr}")
    return {
        target["name"]: (
            target.get("path") or f"{'Tests' if target['type'] == 'test' else 'Sources'}/{target['name']}",
            {next(iter(dependency.values()))[0] for dependency in target["dependencies"]},
        )
        for target in json.loads(dump.stdout)["targets"]
    }


def check_imports(targets: dict[str, tuple[str, set[str]]], sources: dict[str, list[str]]) -> Iterator[str]:
    for target, (folder, declared) in targets.items():
        is_domain = folder.startswith("Sources/") and target != "GuestAgent"
        for name, lines in sources.items():
            if not name.startswith(f"{folder}/"):
                continue
            for number, line in enumerate(lines, start=1):
                module = (IMPORT.match(line) or [None, None])[1]
                if module is None:
                    continue
                if is_domain and HTTP_MODULES.match(module):
                    yield f"{name}:{number}: only GuestAgent knows HTTP and the wire; {target} must not import {module}"
                elif module in targets and module not in declared:
                    yield f"{name}:{number}: Package.swift does not let {target} import {module}"
