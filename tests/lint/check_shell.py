#!/usr/bin/env python3
"""Every shell script parses, and shellcheck, if it is installed, reports nothing."""

import os
import shutil
import subprocess

import project


def is_shell(root, path):
    if path.endswith(".sh"):
        return True
    if "." in os.path.basename(path):
        return False
    with open(os.path.join(root, path), "rb") as file:
        first = file.readline(100)
    return first.startswith(b"#!") and b"sh" in first.split(b"/")[-1]


def said_by(root, path, *command):
    done = subprocess.run(
        [*command, path], cwd=root, capture_output=True, text=True, check=False
    )
    return [] if done.returncode == 0 else [f"{path}: {done.stdout}{done.stderr}"]


def check(root):
    found = []
    for path in project.files(root):
        if is_shell(root, path):
            found += said_by(root, path, "bash", "-n")
            if shutil.which("shellcheck"):
                found += said_by(root, path, "shellcheck", "-x", "-P", "SCRIPTDIR")
    return found


if __name__ == "__main__":
    project.report(check(project.ROOT))
