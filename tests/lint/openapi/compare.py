#!/usr/bin/env python3
"""Compares the OpenAPI document that the build emits with the copy that is served.

Usage: compare.py EMITTED COPY
"""

import difflib
import os
import sys

LINES_MAX = 100


def lines_of(path):
    with open(path, encoding="utf-8", newline="") as file:
        return file.read().splitlines(keepends=True)


def main():
    emitted, copy = sys.argv[1:]
    found = list(difflib.unified_diff(lines_of(copy), lines_of(emitted), "the copy", "emitted"))
    if not found:
        return 0
    sys.stdout.writelines(found[:LINES_MAX])
    if len(found) > LINES_MAX:
        print(f"... and {len(found) - LINES_MAX} lines more")
    tree = os.path.relpath(os.path.dirname(emitted).split("/plugins/")[0])
    print(
        f"\n{os.path.relpath(copy)} is not the document that the build emits. To update the copy:\n"
        f"    ninja -C {tree} update_openapi\n"
        "The differences are changes of the contract: review and commit them."
    )
    return 1


if __name__ == "__main__":
    sys.exit(main())
