#!/usr/bin/env python3
"""Sizes that keep files readable: lines of 100 characters, files of 600 lines."""

import project

LINE_MAX = 100
FILE_MAX = 600
ENDINGS = (".hpp", ".cpp", ".h", ".py", ".sh", ".sql")
# A comment on a table is one sentence in one literal.
LONG_LINES = (".sql",)


def check(root):
    found = []
    for path in project.files(root, *ENDINGS):
        lines = project.read(root, path).splitlines()
        if len(lines) > FILE_MAX:
            found.append(f"{path}: {len(lines)} lines; split it by noun")
        for number, line in enumerate(lines, 1):
            if len(line) > LINE_MAX and not path.endswith(LONG_LINES):
                found.append(f"{path}:{number}: {len(line)} characters")
            if line != line.rstrip() or "\t" in line:
                found.append(f"{path}:{number}: a blank at the end, or a tab")
    return found


if __name__ == "__main__":
    project.report(check(project.ROOT))
