#!/usr/bin/env python3
"""The web client while the bank is stopped, and when it is back."""

import os
import subprocess
import sys
import tempfile

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

from support import runner
from support.web import WebCase


class OutageTest(WebCase):
    def obey(self, order):
        if order == "stop":
            self.assertEqual(self.bank.stop(), 0)
        elif order == "start":
            self.bank.start()

    def test_open_pages_say_so_and_recover(self):
        with tempfile.TemporaryFile("w+") as said:
            with subprocess.Popen(
                **self.script("outage"),
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=said,
            ) as process:
                for line in process.stdout:
                    self.obey(line.strip())
                    process.stdin.write("done\n")
                    process.stdin.flush()
                process.stdin.close()
            said.seek(0)
            self.assertEqual(process.returncode, 0, said.read())


if __name__ == "__main__":
    runner.main()
