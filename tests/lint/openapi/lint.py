#!/usr/bin/env python3
"""Runs Redocly CLI and Spectral on the OpenAPI document. A warning or a missing linter fails.

Both come from npm, pinned by package-lock.json, into the build folder BANK_BUILD_DIR; they are
installed again only if that file changes. No script of theirs runs, and neither uses the network.

Usage: lint.py DOCUMENT
"""

import hashlib
import json
import os
import shutil
import subprocess
import sys

SOURCE = os.path.dirname(os.path.abspath(__file__))
FILES = ("package.json", "package-lock.json", ".npmrc", "redocly.yaml", "spectral.yaml")
ENVIRONMENT = {
    **os.environ,
    "REDOCLY_TELEMETRY": "off",
    "REDOCLY_SUPPRESS_UPDATE_NOTICE": "true",
    "NO_COLOR": "1",
}


def run(work, *command):
    return subprocess.run(
        command, cwd=work, env=ENVIRONMENT, capture_output=True, text=True, check=False
    )


def install(work):
    """The reason why the linters are not installed, or nothing."""
    os.makedirs(work, exist_ok=True)
    for name in FILES:
        shutil.copy(os.path.join(SOURCE, name), work)
    with open(os.path.join(work, "package-lock.json"), "rb") as file:
        wanted = hashlib.sha256(file.read()).hexdigest()
    stamp = os.path.join(work, "node_modules", "lock.sha256")
    if os.path.exists(stamp):
        with open(stamp, encoding="ascii") as file:
            if file.read() == wanted:
                return None
    if not shutil.which("npm"):
        return "npm is not installed."
    options = ("--ignore-scripts", "--no-audit", "--no-fund", "--prefer-offline")
    done = run(work, "npm", "ci", "--loglevel=error", *options)
    if done.returncode != 0:
        return "npm ci failed:\n" + done.stdout + done.stderr
    with open(stamp, "w", encoding="ascii") as file:
        file.write(wanted)
    return None


def linter(work, name):
    return os.path.join(work, "node_modules", ".bin", name)


def redocly(work, document):
    """The findings; a list of lines."""
    done = run(
        work, linter(work, "redocly"), "lint", "--config", "redocly.yaml", "--format", "json",
        "--lint-config", "error", document,
    )
    try:
        report = json.loads(done.stdout)
        found = [
            f"Redocly: {each['location'][0].get('pointer', '')}: {each['message']}"
            for each in report["problems"]
        ]
        # Problems beyond the most that are listed.
        count = report["totals"]["errors"] + report["totals"]["warnings"]
    except (ValueError, KeyError, IndexError):
        return ["Redocly did not run:", done.stdout, done.stderr]
    if len(found) < count or (done.returncode != 0 and not found):
        found += [f"Redocly: {count} findings, exit code {done.returncode}", done.stderr]
    return found


def spectral(work, document):
    done = run(
        work, linter(work, "spectral"), "lint", "--ruleset", "spectral.yaml", "--fail-severity",
        "hint", "--format", "text", document,
    )
    if done.returncode == 0:
        return []
    return [f"Spectral: {line}" for line in (done.stdout + done.stderr).splitlines() if line]


def main():
    document = os.path.abspath(sys.argv[1])
    work = os.path.join(os.environ["BANK_BUILD_DIR"], "tests", "lint", "openapi")
    reason = install(work)
    if reason:
        print(f"The linters of openapi.json cannot be installed: {reason}")
        return 1
    found = redocly(work, document) + spectral(work, document)
    print("\n".join(found + [f"{len(found)} findings"]))
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
