#!/usr/bin/env python3
"""The tree contains nothing of the machine or the network on which the project was written."""

import re

import project

# Each is (pattern, reason). Split into parts so that this file does not match itself.
PRIVATE_KEY = re.compile("BEGIN " + "(EC |RSA |OPENSSH |ENCRYPTED )?PRIVATE KEY")
FORBIDDEN = [
    (re.compile("(?<![A-Za-z0-9_.])/" + r"(work|home/[a-z]+|root)/\w"), "a path of one machine"),
    (PRIVATE_KEY, "a private key"),
    (re.compile("<" * 7 + " |" + ">" * 7 + " "), "a conflict that was not resolved"),
]
# A lock file that names a registry works only where that registry is reachable.
LOCK_FILES = ("package-lock.json", "npm-shrinkwrap.json")
RESOLVED = re.compile(r'"resolved"\s*:\s*"https?://')
BINARY = (".png", ".ico", ".gz", ".woff2", ".pdf")


def check(root):
    found = []
    for path in project.files(root):
        if path.endswith(BINARY):
            continue
        for number, line in enumerate(project.read(root, path).splitlines(), 1):
            for pattern, what in FORBIDDEN:
                # The tests' own keys protect nothing.
                if path.startswith("tests/") and pattern is PRIVATE_KEY:
                    continue
                if pattern.search(line):
                    found.append(f"{path}:{number}: {what}")
            if path.endswith(LOCK_FILES) and RESOLVED.search(line):
                found.append(f"{path}:{number}: the host of a registry")
    return found


if __name__ == "__main__":
    project.report(check(project.ROOT))
