"""The rules of the house that a formatter cannot know: sizes, forbidden patterns, who may import whom.

Prints one line for each breach, `FILE:LINE: what is wrong`, and exits with 1 if there is any.
"""

import pathlib
import re
import subprocess
import sys
from collections.abc import Iterator

from check_imports import check_imports, declared_imports

ROOT = pathlib.Path(__file__).resolve().parents[2]

MAXIMUM_LINES = 400
SIZED = {".swift", ".c", ".h", ".py", ".sh"}
# Files that may be longer, each with its reason. One that no longer needs to be here is a breach too.
LONGER: dict[str, str] = {}

# In Swift code, comments aside.
FORBIDDEN = [
    (re.compile(r"\btry!"), "try! ends the daemon on an error; throw it on"),
    (re.compile(r"\bas!"), "as! ends the daemon on an unexpected type; use as? and throw"),
    (re.compile(r"\bfatalError\("), "fatalError ends the daemon; throw AgentError"),
    (re.compile(r"\bTask\.detached\b"), "a detached task has no owner; use a task group"),
    (re.compile(r"(?<![\w.])Task\s*(<[^>]*>)?\s*(\([^)]*\)\s*)?\{"), "a loose task has no owner; use a task group"),
    (re.compile(r"^(package |public )?import Foundation$"), "use FoundationEssentials, or do without"),
]
# The places where a rule has to be broken, each with its reason.
EXEMPT = {
    ("Tests/DevToolsProxyTests/BrowserProcess.swift", "import Foundation"): "the test starts Chromium with Process",
}
STREAM = re.compile(r"\bAsync(Throwing)?Stream\s*(<[^(){}]*>)?\s*(\.makeStream)?\s*[({]")
UNSAFE = re.compile(r"@unchecked Sendable|nonisolated\(unsafe\)")
SAFETY_WITHIN = 8  # lines above

# A checkout works anywhere, so no tracked text names a place on one person's machine.
OWN_MACHINE = re.compile(r"(?<![\w.}*)])/(Users|work|home/(?!kernel\b)\w+|root/\w+|private/var)/")

# A document that a text names has to be one the reader has.
DOCUMENT = re.compile(r"(?<![\w./:-])[\w.-][\w./-]*\.md\b")


def tracked_files() -> list[pathlib.Path]:
    """Those git knows, and those it would if they were added."""
    listing = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"],
        cwd=ROOT, capture_output=True, text=True, check=True,
    ).stdout
    return [path for name in listing.split("\0") if name and (path := ROOT / name).is_file()]


def text_of(path: pathlib.Path) -> str:
    """Empty for what is not text."""
    try:
        return path.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        return ""


def check_size(name: str, lines: list[str]) -> Iterator[str]:
    is_longer = len(lines) > MAXIMUM_LINES
    if is_longer and name not in LONGER:
        yield f"{name}:{MAXIMUM_LINES}: {len(lines)} lines; the limit is {MAXIMUM_LINES}: split the file"
    if name in LONGER and not is_longer:
        yield f"{name}:1: is short enough; take it out of LONGER in scripts/lib/check_sources.py"


def check_patterns(name: str, lines: list[str]) -> Iterator[str]:
    for number, line in enumerate(lines, start=1):
        code = line.split("//")[0].rstrip()
        for pattern, advice in FORBIDDEN:
            found = pattern.search(code)
            if found and (name, found.group().strip()) not in EXEMPT:
                yield f"{name}:{number}: {advice}"
        above = lines[max(0, number - SAFETY_WITHIN) : number]
        if UNSAFE.search(code) and not any("SAFETY:" in comment for comment in above):
            yield f"{name}:{number}: say in a SAFETY: comment what keeps this from being a data race"


def check_streams(name: str, text: str) -> Iterator[str]:
    """An AsyncStream without a policy keeps everything nobody has read."""
    for found in STREAM.finditer(text):
        arguments = text[found.end() - 1 : closing_bracket(text, found.end() - 1)]
        if "bufferingPolicy" not in arguments:
            number = text.count("\n", 0, found.start()) + 1
            yield f"{name}:{number}: AsyncStream needs an explicit bufferingPolicy"


def closing_bracket(text: str, start: int) -> int:
    depth = 0
    for index in range(start, len(text)):
        depth += {"(": 1, "{": 1, ")": -1, "}": -1}.get(text[index], 0)
        if depth == 0:
            return index
    return len(text)


def check_paths(name: str, lines: list[str]) -> Iterator[str]:
    for number, line in enumerate(lines, start=1):
        if found := OWN_MACHINE.search(line):
            yield f"{name}:{number}: {found.group()}… exists on one machine only"


def check_documents(name: str, lines: list[str], documents: set[pathlib.Path]) -> Iterator[str]:
    """A document is named by its path from the root or from the file that names it."""
    for number, line in enumerate(lines, start=1):
        for found in DOCUMENT.findall(line):
            if documents.isdisjoint(((ROOT / found).resolve(), (ROOT / name).parent.joinpath(found).resolve())):
                yield f"{name}:{number}: there is no document {found} here; state the fact itself"


def breaches() -> Iterator[str]:
    swift = {}
    files = tracked_files()
    documents = {path for path in files if path.suffix == ".md"}
    for path in files:
        name = path.relative_to(ROOT).as_posix()
        text = text_of(path)
        lines = text.splitlines()
        if path.suffix in SIZED:
            yield from check_size(name, lines)
        yield from check_paths(name, lines)
        yield from check_documents(name, lines, documents)
        if path.suffix == ".swift" and name.startswith(("Sources/", "Tests/")):
            swift[name] = lines
            yield from check_patterns(name, lines)
            yield from check_streams(name, text)
    yield from check_imports(declared_imports(ROOT), swift)


def main() -> int:
    found = list(breaches())
    print("\n".join(found), file=sys.stderr, end="\n" if found else "")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
