#!/usr/bin/env python3
"""The threat model says what a compromised core could do with each function of core/sql.

The functions are those that bankd or one of its session roles may execute, by core/sql/grants and
its rule for permissions. Each is in one row of the table, and each row names functions only.
"""

import re

import project

PRIVILEGES = "core/sql/grants/privileges.sql"
PERMISSIONS = "core/operations/permissions.def"
MODEL = "packaging/doc/threat-model.md"
HEAD = "| function | worst case | limited by |\n|---|---|---|\n"
TABLE = re.compile(re.escape(HEAD) + r"((?:\|.*\n)*)")
ROW = re.compile(r"^\| (`\w+`(?:, `\w+`)*) \| ([^|]*\S[^|]*) \| ([^|]*\S[^|]*) \|$")
# Of those to roles alone; that in the rule is in format().
GRANT = re.compile(r"^grant execute on function\s+(.*?)\bto\s+[\w, \n]+;", re.M | re.S)
FUNCTION = re.compile(r"\bbank\.(\w+)\(")
LISTED = re.compile(r"\('bank\.(\w+)\([^']*', '\w+'\)")
PERMISSION = re.compile(r"^BANK_PERMISSION\((\w+),", re.M)
# A function of a permission has its name, takes a caller, and runs with the rights of its owner.
CREATED = re.compile(
    r"^create function bank\.(\w+)\(\s*caller bank\.caller\b(.*?)\nas \$\$", re.M | re.S
)


def callable_functions(root):
    privileges = re.sub(r"--.*", "", project.read(root, PRIVILEGES))
    found = set(LISTED.findall(privileges))
    for granted in GRANT.findall(privileges):
        found.update(FUNCTION.findall(granted))
    permissions = set(PERMISSION.findall(project.read(root, PERMISSIONS)))
    for path in project.files(root, ".sql"):
        if path.startswith("core/sql/functions/"):
            for name, head in CREATED.findall(project.read(root, path)):
                if name in permissions and "security definer" in head:
                    found.add(name)
    return found


def check(root):
    tables = TABLE.findall(project.read(root, MODEL))
    if not tables:
        return [f"{MODEL}: the table of functions is missing"]
    findings = []
    rows = []
    for line in "".join(tables).splitlines():
        row = ROW.match(line)
        if row:
            rows += re.findall(r"\w+", row[1])
        else:
            findings.append(f"{MODEL}: not `function` | worst case | limit: {line[:60]}")
    functions = callable_functions(root)
    for name in sorted(functions - set(rows)):
        findings.append(f"{MODEL}: no row has bank.{name}(), which the daemon's role may call")
    for name in sorted(set(rows) - functions):
        findings.append(f"{MODEL}: the daemon's role may not call bank.{name}()")
    for name in sorted({name for name in rows if rows.count(name) > 1}):
        findings.append(f"{MODEL}: several rows have bank.{name}()")
    return findings


if __name__ == "__main__":
    project.report(check(project.ROOT))
