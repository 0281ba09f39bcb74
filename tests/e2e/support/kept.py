"""Directories that take long to create: kept, and restored before each case."""

import glob
import shutil
import subprocess


def keep(name, directories):
    for directory in directories:
        _copy(directory, f"{directory}.{name}")


def put_back(name, directories):
    """Restores to the same paths, so the configuration stays valid."""
    for directory in directories:
        shutil.rmtree(directory)
        _copy(f"{directory}.{name}", directory)


def drop(directories):
    """Including their kept copies."""
    for directory in directories:
        for path in (directory, *glob.glob(glob.escape(directory) + ".*")):
            shutil.rmtree(path, ignore_errors=True)


def _copy(source, target):
    subprocess.run(["cp", "-a", "--reflink=auto", source, target], check=True)
