"""Reads the JUnit reports of a folder, and those of second tries in its folder `again`.

Usage: test_reports.py failed REPORT   prints where the tests are that failed, as "Module.Suite", a line for each
       test_reports.py sum FOLDER      names the tests that failed, with what they said, and those that did so only the
                                       first time; then prints "N passed, N failed, N skipped". Fails when a test has
                                       failed each time or none has run.
"""

import pathlib
import sys
import xml.etree.ElementTree as ElementTree

NAMED = 8
"""How many failures are named: whoever reads only the end of a long log still sees the summary above them."""

LONGEST_REASON = 240


def failure(case):
    found = case.find("failure")
    return found if found is not None else case.find("error")


def outcome(case):
    if failure(case) is not None:
        return "failed"
    return "skipped" if case.find("skipped") is not None else "passed"


def full_name(case):
    return f"{case.get('classname')}.{case.get('name')}"


def described(case, as_what):
    reason = " ".join((failure(case).get("message") or failure(case).text or "").split())
    return f"  {as_what} {full_name(case)}: {reason[:LONGEST_REASON]}"


def cases(report):
    """The tests of a report; none if there is no report."""
    return list(ElementTree.parse(report).iter("testcase")) if report.exists() else []


def failed(report):
    for case in cases(pathlib.Path(report)):
        if outcome(case) == "failed":
            print(case.get("classname"))
    return 0


def sum_up(folder):
    counts = {"passed": 0, "failed": 0, "skipped": 0}
    lines = []
    for report in sorted(pathlib.Path(folder).glob("*.xml")):
        again = {full_name(case): case for case in cases(report.parent / "again" / report.name)}
        for first in cases(report):
            last = again.get(full_name(first), first) if outcome(first) == "failed" else first
            counts[outcome(last)] += 1
            if outcome(first) == "failed":
                lines.append(described(first, "FAILED" if outcome(last) == "failed" else "FAILED ONCE"))
    for line in lines[:NAMED]:
        print(line)
    if len(lines) > NAMED:
        print(f"  … and {len(lines) - NAMED} more")
    print(", ".join(f"{count} {word}" for word, count in counts.items()))
    return 1 if counts["failed"] or not counts["passed"] else 0


if __name__ == "__main__":
    sys.exit({"failed": failed, "sum": sum_up}[sys.argv[1]](sys.argv[2]))
