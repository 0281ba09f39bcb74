"""A separate clock for a bank and its cluster, which a test sets while they run."""

import os
import subprocess
import tempfile
import unittest
from unittest import mock

from support import ROOT

# As packaging/lib/past.sh does: prints the environment that a program needs to use the clock, and
# keeps the clock running.
KEEP = r"""
set -euo pipefail
. "$1/packaging/lib/say.sh"
. "$1/packaging/lib/past.sh"
past_begin "$2" || exit 77
for name in "${!FAKETIME_@}" LD_PRELOAD; do
    echo "$name=${!name}"
done
echo
read -r || true
past_end
"""


class Clock:
    """`close` ends it, after the programs that use it."""

    def __init__(self):
        self._directory = tempfile.TemporaryDirectory(prefix="clock.")
        os.chmod(self._directory.name, 0o755)  # PostgreSQL runs as a user of its own.
        self._path = os.path.join(self._directory.name, "offset")
        self.set(0)
        self._keeper = subprocess.Popen(
            ["bash", "-c", KEEP, "keep", ROOT, self._path],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        )
        lines = iter(self._keeper.stdout.readline, "\n")
        self._environment = dict(line.rstrip("\n").split("=", 1) for line in lines if line)
        if not self._environment:
            self.close()
            raise unittest.SkipTest("libfaketime is not installed")

    def set(self, offset_s):
        """Sets the offset to the true time."""
        with open(self._path + ".new", "w", encoding="ascii") as file:
            file.write(f"{offset_s:+d}\n")
        os.chmod(self._path + ".new", 0o644)
        os.replace(self._path + ".new", self._path)

    def environment(self):
        """Programs started within it use this clock."""
        return mock.patch.dict(os.environ, self._environment)

    def close(self):
        self._keeper.stdin.close()
        self._keeper.stdout.close()
        self._keeper.wait(30)
        self._directory.cleanup()
