#!/usr/bin/env python3
"""The role matrix of the integrators' guide is that of core/operations/permissions.def.

--write: replaces the guide's table.
"""

import os
import re
import sys

import project

PERMISSIONS = "core/operations/permissions.def"
GUIDE = "packaging/doc/integrators-guide.md"
HEAD = "| permission | customer | teller | admin | auditor | |\n|---|---|---|---|---|---|\n"
ROW = re.compile(r'^BANK_PERMISSION\((\w+), +(\w+), +(\w+), +(\w+), +(\w+), +\w+, +"(.*)"\)$', re.M)
TABLE = re.compile(re.escape(HEAD) + r"(?:\|.*\n)*")


def table(root):
    rows = ROW.findall(project.read(root, PERMISSIONS))
    cells = (
        [f"`{row[0]}`", *("no" if scope == "none" else scope for scope in row[1:5]), row[5]]
        for row in rows
    )
    return HEAD + "".join(f"| {' | '.join(row)} |\n" for row in cells)


def check(root):
    found = TABLE.search(project.read(root, GUIDE))
    if not found:
        return [f"{GUIDE}: the role matrix is missing"]
    if found[0] == table(root):
        return []
    return [f"{GUIDE}: the role matrix differs from {PERMISSIONS}; run check_roles.py --write"]


def write(root):
    text = project.read(root, GUIDE)
    with open(os.path.join(root, GUIDE), "w", encoding="utf-8") as guide:
        guide.write(TABLE.sub(lambda _: table(root), text))


if __name__ == "__main__":
    if sys.argv[1:] == ["--write"]:
        write(project.ROOT)
    project.report(check(project.ROOT))
