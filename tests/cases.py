#!/usr/bin/env python3
"""Runs the cases of a GoogleTest program. Usage: cases.py NAME PROGRAM [SHARD SHARDS]

If BANK_TEST_ONLY is set, only the cases that it matches as "Suite.Case"; of these, shard SHARD
(from 1) of SHARDS. Prints the failed cases with their output, and leaves the number of cases in
BANK_TEST_RESULTS for tests/tally.py. A case that ends the program is named, and the remaining cases
still run.
"""

import json
import os
import re
import subprocess
import sys
import tempfile

FILTER_BYTES_MAX = 100_000  # Of one variable; Linux takes 131,072.


def cases_of(program):
    listed = subprocess.run([program, "--gtest_list_tests"], capture_output=True, text=True,
                            check=True).stdout
    suite = ""
    for line in listed.splitlines():
        name = line.split("#")[0].rstrip()
        if not name.startswith(" "):
            suite = name
        elif "DISABLED_" not in suite + name:
            yield suite + name.strip()


def chosen(cases, shard, shards):
    only = re.compile(os.environ.get("BANK_TEST_ONLY", ""))
    return [case for case in cases if only.search(case)][shard - 1 :: shards]


def results_of(path):
    """{case: its result}, for the cases that completed."""
    try:
        with open(path, encoding="utf-8") as file:
            suites = json.load(file)["testsuites"]
    except (FileNotFoundError, ValueError):
        return {}
    return {
        f"{suite['name']}.{case['name']}": "failed" if case.get("failures") else case["result"]
        for suite in suites
        for case in suite["testsuite"]
        if case["result"] != "SUPPRESSED"
    }


def run(program, cases, scratch):
    """({case: result}, the output of each case, the case that ended the program or None)."""
    report = os.path.join(scratch, "report.json")
    if os.path.exists(report):
        os.unlink(report)
    done = subprocess.run(
        [program, "--gtest_color=no"],
        env={**os.environ, "GTEST_FILTER": ":".join(cases), "GTEST_OUTPUT": "json:" + report},
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, errors="replace", check=False,
    )
    parts = re.split(r"^\[ RUN      \] (\S+)\n", done.stdout, flags=re.MULTILINE)
    said = dict(zip(parts[1::2], parts[2::2]))
    results = results_of(report)
    if results or done.returncode == 0:
        return results, said, None
    *before, last = parts[1::2] or [cases[0]]
    said.setdefault(last, done.stdout)
    said[last] += f"The program ended with {done.returncode}.\n"
    failed = {each for each in before if f"[  FAILED  ] {each}" in said[each]}
    return {each: "failed" if each in failed else "COMPLETED" for each in before}, said, last


def portions(cases):
    portion, size = [], 0
    for case in cases:
        if size + len(case) >= FILTER_BYTES_MAX:
            yield portion
            portion, size = [], 0
        portion.append(case)
        size += len(case) + 1
    if portion:
        yield portion


def main():
    name, program = sys.argv[1:3]
    shard, shards = (int(each) for each in sys.argv[3:5]) if len(sys.argv) > 3 else (1, 1)
    counts = {"passed": 0, "failed": 0, "skipped": 0}
    with tempfile.TemporaryDirectory() as scratch:
        for portion in portions(chosen(cases_of(program), shard, shards)):
            while portion:
                results, said, fatal = run(program, portion, scratch)
                if fatal:
                    results[fatal] = "failed"
                for case, result in results.items():
                    word = {"COMPLETED": "passed", "SKIPPED": "skipped"}.get(result, "failed")
                    counts[word] += 1
                    if word == "failed":
                        print(f"--- {case}\n{said.get(case, '')}", flush=True)
                missing = [case for case in portion if case not in results]
                portion = missing if fatal else []
                counts["failed"] += 0 if fatal else len(missing)
    folder = os.environ.get("BANK_TEST_RESULTS")
    if folder:
        with open(os.path.join(folder, name + ".json"), "w", encoding="utf-8") as file:
            json.dump(counts, file)
    print("{passed} passed, {failed} failed, {skipped} skipped".format(**counts))
    return 1 if counts["failed"] else 0


if __name__ == "__main__":
    sys.exit(main())
