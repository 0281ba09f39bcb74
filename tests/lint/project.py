"""Shared by the checks: the files of the project, and the report of findings."""

import os
import subprocess
import sys

ROOT = os.path.abspath(os.path.join(os.path.dirname(__file__), "..", ".."))
SKIPPED_FOLDERS = {".git", "build", "node_modules", "__pycache__", ".cache"}


def files(root, *endings):
    """Paths relative to `root` of all files with these endings; all files without endings.

    In a clone: files that git tracks or would add. Elsewhere (the checks' own tests): all files.
    """
    for path in sorted(known_files(root)):
        if (not endings or path.endswith(endings)) and os.path.isfile(os.path.join(root, path)):
            yield path


def known_files(root):
    if os.path.exists(os.path.join(root, ".git")):
        command = ["git", "-c", "safe.directory=*", "-C", root, "ls-files", "-z"]
        listed = subprocess.run(
            command + ["--cached", "--others", "--exclude-standard"],
            capture_output=True,
            check=False,
        )
        if listed.returncode == 0:
            return {name for name in listed.stdout.decode().split("\0") if name}
    return set(walked_files(root))


def walked_files(root):
    for folder, folders, names in os.walk(root):
        folders[:] = [name for name in folders if name not in SKIPPED_FOLDERS]
        for name in names:
            yield os.path.relpath(os.path.join(folder, name), root)


def read(root, path):
    with open(os.path.join(root, path), encoding="utf-8", errors="replace") as file:
        return file.read()


def report(findings):
    """Ends the program: exit code 1 if there are findings."""
    for finding in findings:
        print(finding)
    print(f"{len(findings)} findings")
    sys.exit(1 if findings else 0)
