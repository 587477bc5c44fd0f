"""Finding files and lines, as any HTTP client sees it."""

import json
import os
import subprocess

import pytest
from waiting import eventually


@pytest.fixture
def tree(tmp_path):
    root = tmp_path / "tree"
    for name in ("x.log", "a/y.log", "a/b/z.txt", "a/b/c/w.log", ".hidden/q.log", "ä.log"):
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text("one\ntwo ä Needle here\nthree\nneedle again\nlast needle")
    (root / "binary").write_bytes(b"needle\0needle\n")
    (root / "link").symlink_to("a")
    return root


@pytest.fixture
def lines(api):
    def get(path, root, **query):
        answer = api.get(path, params={"path": str(root)} | query)
        assert answer.status_code == 200, answer.text
        assert answer.headers["Content-Type"] == "application/x-ndjson"
        return [json.loads(line) for line in answer.text.split("\n") if line]

    return get


@pytest.fixture
def find(lines, tree):
    return lambda **query: [entry["path"].removeprefix(f"{tree}/") for entry in lines("/fs/find", tree, **query)]


def test_everything_in_the_order_of_a_walk(find):
    assert find() == [
        ".hidden", ".hidden/q.log", "a", "a/b", "a/b/c", "a/b/c/w.log", "a/b/z.txt", "a/y.log", "binary", "link",
        "x.log", "ä.log"]


def test_entries_are_those_of_a_listing(api, lines, tree):
    listed = api.get("/fs/list_files", params={"path": str(tree)}).json()
    assert lines("/fs/find", tree, max_depth=1) == listed


@pytest.mark.parametrize(("query", "expected"), [
    ({"pattern": "*.log", "hidden": "false"}, ["a/b/c/w.log", "a/y.log", "x.log", "ä.log"]),
    ({"pattern": "?.log"}, [".hidden/q.log", "a/b/c/w.log", "a/y.log", "x.log", "ä.log"]),
    ({"pattern": "a/**/*.{log,txt}"}, ["a/b/c/w.log", "a/b/z.txt", "a/y.log"]),
    ({"pattern": "*/[!x-z].log"}, [".hidden/q.log"]),
    ({"pattern": "**/c/**"}, ["a/b/c", "a/b/c/w.log"]),
    ({"type": "symlink"}, ["link"]),
    ({"type": "directory", "max_depth": "2"}, [".hidden", "a", "a/b"]),
    ({"type": "file", "limit": "2"}, [".hidden/q.log", "a/b/c/w.log"]),
])
def test_what_is_asked_for(find, query, expected):
    assert find(**query) == expected


def test_what_grep_finds(lines, tree):
    hits = lines("/fs/search", tree, query="needle", ignore_case="true")
    found = sorted(f"{hit['path']}:{hit['line']}:{hit['text']}" for hit in hits)
    grep = subprocess.run(["grep", "-rnI", "-i", "needle", tree], capture_output=True, text=True, check=True)
    assert found == sorted(grep.stdout.splitlines())


def test_hits_say_where_and_what_is_around(lines, tree):
    hits = lines("/fs/search", tree, query="Needle", glob="a/y.log", context=2)
    assert hits == [{
        "path": f"{tree}/a/y.log", "line": 2, "column": 7, "text": "two ä Needle here", "before": ["one"],
        "after": ["three", "needle again"]}]


def test_regular_expressions(lines, tree):
    hits = lines("/fs/search", tree, query="^n[e]+dle (again|there)$", regex="true", glob="x.log")
    assert [(hit["line"], hit["column"]) for hit in hits] == [(4, 1)]


def test_lines_and_files_of_any_length(lines, tmp_path):
    long_line = "x" * 3000 + "needle" + "y" * 3_000_000
    (tmp_path / "long").write_text(f"first\n{long_line}\nneedle\n")
    (tmp_path / "many").write_text("".join(f"line {number} needle\n" for number in range(20_000)))
    hits = lines("/fs/search", tmp_path, query="needle", glob="long")
    assert [(hit["line"], hit["column"]) for hit in hits] == [(2, 3001), (3, 1)]
    assert len(hits[0]["text"]) == 1026 and hits[0]["text"].strip("…").strip("xy") == "needle"
    many = lines("/fs/search", tmp_path, query="needle", glob="many", context=1)
    assert [hit["line"] for hit in many] == list(range(1, 20_001))
    assert all(hit["before"] == [f"line {hit['line'] - 2} needle"] for hit in many[1:])
    assert all(hit["after"] == [f"line {hit['line']} needle"] for hit in many[:-1])
    assert len(lines("/fs/search", tmp_path, query="needle", limit=777)) == 777


@pytest.mark.parametrize(("path", "query", "status"), [
    ("/fs/find", {"path": "/no/such"}, 404),
    ("/fs/find", {"path": "/etc/passwd"}, 400),
    ("/fs/find", {"path": "/tmp", "type": "door"}, 400),
    ("/fs/find", {"path": "/tmp", "limit": "0"}, 400),
    ("/fs/find", {"path": "/tmp", "pattern": "{a,b}" * 12}, 400),
    ("/fs/search", {"path": "/tmp"}, 400),
    ("/fs/search", {"path": "/tmp", "query": "a\nb"}, 400),
    ("/fs/search", {"path": "/tmp", "query": "(a", "regex": "true"}, 400),
    ("/fs/search", {"path": "/tmp", "query": r"(a*)\1", "regex": "true"}, 400),
    ("/fs/search", {"path": "/tmp", "query": "(a{90}){90}", "regex": "true"}, 400),
    ("/fs/search", {"path": "/tmp", "query": "a" * 2000, "regex": "true"}, 400),
])
def test_what_cannot_be_looked_for_is_refused(api, path, query, status):
    assert api.get(path, params=query).status_code == status


def test_the_kernel_s_own_files_are_not_entered(lines):
    paths = [entry["path"] for entry in lines("/fs/find", "/", max_depth=2)]
    assert "/proc" in paths
    assert not any(path.startswith(("/proc/", "/sys/")) for path in paths)
    assert any(entry["path"] == "/proc/self" for entry in lines("/fs/find", "/proc", max_depth=1))


def test_a_client_that_leaves_ends_the_search(api, stack, tmp_path):
    for number in range(200):
        (tmp_path / str(number)).write_text("needle\n" * 20_000)
    before = stack.agent_descriptors()
    with api.get("/fs/search", params={"path": str(tmp_path), "query": "needle"}, stream=True) as answer:
        assert next(answer.iter_lines())
    eventually(lambda: stack.agent_descriptors() <= before)


def test_a_name_that_is_no_utf8_is_found(find, tree):
    with open(os.fsencode(tree) + b"/b\xff.log", "w"):
        pass
    assert "b\N{REPLACEMENT CHARACTER}.log" in find(pattern="b?.log")
