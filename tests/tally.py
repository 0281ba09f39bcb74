#!/usr/bin/env python3
"""Counts the tests that ran and shows the failures. Usage: tally.py RESULTS

RESULTS contains ctest's junit.xml. A program with cases that ctest cannot see leaves
NAME.json there: {"passed": n, "failed": n, "skipped": n}; it is counted case by case.
"""

import json
import os
import sys
import xml.etree.ElementTree as ElementTree

OUTPUT_LINES_MAX = 200


def own_cases(results, name):
    try:
        with open(os.path.join(results, name + ".json"), encoding="utf-8") as file:
            return json.load(file)
    except (FileNotFoundError, ValueError):
        return None


def count_case(results, case):
    """(passed, failed, skipped) of one entry of ctest."""
    own = own_cases(results, case.get("name"))
    skipped = case.find("skipped")
    if case.get("status") == "run" or (skipped is not None and own):
        return (own["passed"], own["failed"], own["skipped"]) if own else (1, 0, 0)
    # Only a skip reported by the test itself counts; a missing program is a failure.
    if skipped is not None and skipped.get("message", "").startswith("SKIP_"):
        return (0, 0, 1)
    if case.get("status") == "disabled":
        return (0, 0, 1)
    # A program that crashed before its summary, or after a summary without failures, failed.
    return (own["passed"], max(own["failed"], 1), own["skipped"]) if own else (0, 1, 0)


def show_failure(case):
    print(f"\n--- {case.get('name')} failed")
    lines = (case.findtext("system-out") or "").splitlines()
    if len(lines) > OUTPUT_LINES_MAX:
        print(f"... the first {len(lines) - OUTPUT_LINES_MAX} lines are in ctest.log")
    print("\n".join(lines[-OUTPUT_LINES_MAX:]))


def main():
    results = sys.argv[1]
    totals = [0, 0, 0]
    for case in ElementTree.parse(os.path.join(results, "junit.xml")).iter("testcase"):
        counts = count_case(results, case)
        totals = [total + count for total, count in zip(totals, counts)]
        if counts[1]:
            show_failure(case)
        elif counts[2] and not counts[0]:
            print(f"skipped: {case.get('name')}")
    print(f"{totals[0]} passed, {totals[1]} failed, {totals[2]} skipped", flush=True)
    return 0 if totals[0] > 0 and totals[1] == 0 else 1


if __name__ == "__main__":
    sys.exit(main())
