#!/usr/bin/env python3
"""Compares the includes of each folder with those that it may use.

A folder may include itself and the folders in its row. ACTING is one header, the value that every
store takes; the rest of core/access is not open to them.
"""

import os
import re

import project

CORE_LOW = ["core/base", "core/money", "core/api"]
ACTING = "core/access/acting.hpp"

MAY_USE = {
    "core/base": [],
    "core/crypto": ["core/base"],
    "core/money": ["core/base"],
    "core/api": ["core/base", "core/money"],
    "core/codec": CORE_LOW,
    "core/jobs": ["core/base"],
    # The names of jobs are values of a label.
    "core/metrics": CORE_LOW + ["core/jobs", "core/operations"],
    "core/operations": CORE_LOW + ["core/audit"],
    "core/wire": CORE_LOW + ["core/operations", "core/codec"],
    "core/ledger": CORE_LOW + ["core/metrics", ACTING],
    "core/access": CORE_LOW
    + ["core/crypto", "core/operations", "core/codec", "core/audit"],
    "core/audit": CORE_LOW + ["core/crypto", ACTING],
    "core/verify": CORE_LOW + ["core/crypto", "core/audit"],
    "core/postgres/client": CORE_LOW + [ACTING, "core/audit"],
    "core/postgres/schema": ["core/base", "core/api", "core/postgres/client"],
    "core/postgres": CORE_LOW
    + ["core/jobs", "core/ledger", "core/access", "core/audit"]
    + ["core/postgres/client", "core/postgres/schema"],
    "core/service": CORE_LOW
    + ["core/operations", "core/metrics", "core/crypto", "core/ledger", "core/access"]
    + ["core/audit", "core/jobs"],
    "plugins/api": CORE_LOW + ["core/operations"],
    "plugins/rest/http": ["core/base", "core/api", "core/metrics"],
    "plugins/rest/json": ["core/base", "core/money", "core/api", "core/codec", "plugins/rest/http"],
    "plugins/rest/pages": ["core/base", "plugins/rest/http", "plugins/rest/json"],
    "plugins/rest/batch": ["core/base", "core/api", "core/operations", "plugins/api"]
    + ["plugins/rest/http", "plugins/rest/json"],
    "plugins/rest/routes": ["core/base", "core/api", "core/codec", "core/operations"]
    + ["plugins/api", "plugins/rest/http", "plugins/rest/json", "plugins/rest/pages"],
    # Writes the contract, when the program is built.
    "plugins/rest/openapi": CORE_LOW
    + ["core/operations", "core/codec", "plugins/rest/json"],
    "plugins/rest": ["core/base", "core/api", "core/metrics", "plugins/api", "plugins/rest/batch"]
    + ["plugins/rest/http", "plugins/rest/pages", "plugins/rest/routes"],
    "plugins/admin": CORE_LOW + ["core/operations", "core/codec", "core/metrics"]
    + ["plugins/api", "plugins/admin/wire"],
    # The audit log's registry of actions.
    "plugins/admin/wire": CORE_LOW + ["core/audit", "core/operations", "core/codec"],
    "plugins/bankctl": CORE_LOW + ["core/crypto", "core/operations", "plugins/admin/wire"],
    "daemon/os": ["core/base"],
    "daemon/evidence": ["core/base", "core/audit", "daemon/os"],
    "daemon/config": ["core/base", "core/money", "core/api", "core/audit", "core/postgres"]
    + ["core/postgres/client", "core/service", "plugins/api", "daemon/evidence", "daemon/os"],
    "daemon/host": ["core/base", "core/api", "core/operations", "core/wire", "plugins/api"]
    + ["daemon/config", "daemon/os"],
    # The composition root.
    "daemon": ["core", "plugins/api"]
    + ["daemon/config", "daemon/evidence", "daemon/host", "daemon/os"],
    "tests": ["core", "plugins", "daemon", "tests"],
}

# A foreign header, and the only rows whose folders may include it.
FOREIGN = [
    (r"Poco/Data/|libpq-(fe|events)\.h", ["core/postgres/client"]),
    (r"crypt\.h", ["core/crypto"]),
    (r"Poco/Crypto/", ["core/crypto", "plugins/rest/http"]),
    (r"openssl/", ["core/crypto", "plugins/rest/http", "plugins/rest/pages"]),
    (r"Poco/Net/", ["plugins/rest/http", "plugins/rest"]),
    (
        r"simdjson\.h",
        ["core/crypto", "core/verify", "plugins/rest/json", "plugins/rest/openapi",
         "plugins/admin/wire", "plugins/bankctl"],
    ),
    (
        r"boost/",
        ["core/verify", "core/wire", "plugins/rest/http", "plugins/admin", "plugins/bankctl",
         "daemon"],
    ),
    (r"prometheus/", ["plugins/admin"]),
    (r"spdlog/|systemd/", ["daemon/os", "daemon/evidence"]),
    (r"Poco/", ["core/postgres/client", "core/crypto", "plugins/rest/http", "plugins/rest"]),
    (r"gtest/|gmock/", ["tests"]),
]

INCLUDE = re.compile(r'^\s*#\s*include\s*(?:"([^"]+)"|<([^>]+)>)', re.MULTILINE)


def row_of(folder):
    """The row of MAY_USE for a folder: its own, or that of the nearest folder above."""
    while folder and folder not in MAY_USE:
        folder = os.path.dirname(folder)
    return folder


def is_inside(folder, allowed):
    return any(folder == one or folder.startswith(one + "/") for one in allowed)


def may_include(row, header):
    target = row_of(os.path.dirname(header))
    if target == row:
        return True
    if header in MAY_USE[row]:
        return True
    # "core", "plugins" and, for the tests, "daemon" include everything below; any other name is one
    # row, or one header.
    wide = {"core", "plugins", "daemon"} & set(MAY_USE[row])
    return target in MAY_USE[row] or is_inside(target, wide)


def check(root):
    found = []
    for path in project.files(root, ".hpp", ".cpp", ".h", ".in"):
        folder = os.path.dirname(path)
        row = row_of(folder)
        if not row or path.split("/")[0] not in ("core", "plugins", "daemon", "tests"):
            if path.split("/")[0] in ("core", "plugins"):
                found.append(f"{path}: its folder has no row in check_layers.py")
            continue
        text = project.read(root, path)
        for match in INCLUDE.finditer(text):
            own, foreign = match.groups()
            line = text.count("\n", 0, match.start(1 if own else 2)) + 1
            if own and own.split("/")[0] in ("core", "plugins", "daemon", "tests"):
                if not may_include(row, own):
                    found.append(f"{path}:{line}: {row} may not use {own}")
            elif row != "tests":
                found.extend(check_foreign(path, line, row, own or foreign))
    return found


def check_foreign(path, line, row, header):
    for pattern, folders in FOREIGN:
        if re.match(pattern, header):
            if row not in folders:
                return [f"{path}:{line}: only {', '.join(folders)} may include {header}"]
            return []
    return []


if __name__ == "__main__":
    project.report(check(project.ROOT))
