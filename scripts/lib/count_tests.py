"""Adds up the JUnit reports of a folder: names the tests that failed, with what they said, and then prints
"N passed, N failed, N skipped". Fails when a test has failed or none has run.

Usage: count_tests.py FOLDER
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


def described(case):
    reason = " ".join((failure(case).get("message") or failure(case).text or "").split())
    return f"  FAILED {case.get('classname')}.{case.get('name')}: {reason[:LONGEST_REASON]}"


def main():
    counts = {"passed": 0, "failed": 0, "skipped": 0}
    failed = []
    for report in sorted(pathlib.Path(sys.argv[1]).glob("*.xml")):
        for case in ElementTree.parse(report).iter("testcase"):
            counts[outcome(case)] += 1
            if outcome(case) == "failed":
                failed.append(case)
    for case in failed[:NAMED]:
        print(described(case))
    if len(failed) > NAMED:
        print(f"  … and {len(failed) - NAMED} more")
    print(", ".join(f"{count} {word}" for word, count in counts.items()))
    return 1 if counts["failed"] or not counts["passed"] else 0


if __name__ == "__main__":
    sys.exit(main())
