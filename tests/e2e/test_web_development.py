#!/usr/bin/env python3
"""`npm run dev` in plugins/web: the client while it is edited, in Chromium, with a running bank."""

import os
import shutil
import signal
import subprocess
import sys
import tempfile

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

from support import runner
from support.bank import free_port
from support.web import CLIENT, MODULES, WebCase


class DevelopmentTest(WebCase):
    def copy_client(self):
        """Its sources in an editable copy, with the modules that the build fetched."""
        directory = tempfile.mkdtemp(prefix="client.")
        self.addCleanup(shutil.rmtree, directory)
        unwanted = shutil.ignore_patterns("node_modules", "dist")
        shutil.copytree(CLIENT, directory, ignore=unwanted, dirs_exist_ok=True)
        os.symlink(MODULES, os.path.join(directory, "node_modules"))
        return directory

    def serve(self, directory):
        """Starts `npm run dev` there; returns its address."""
        port = free_port()
        certificate = os.path.join(self.bank.directory, "keys", "tls-certificate.pem")
        process = subprocess.Popen(  # pylint: disable=consider-using-with
            ["npm", "run", "dev", "--", "--port", str(port), "--strictPort"],
            cwd=directory,
            env={
                **os.environ,
                "BANK_ADDRESS": self.bank.address,
                "BANK_CERTIFICATE": certificate,
                "NO_COLOR": "1",
            },
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )
        self.addCleanup(self.end, process)
        said = ""
        for line in process.stdout:
            if "Local:" in line:
                return f"http://localhost:{port}"
            said += line
        raise AssertionError(f"npm run dev ended:\n{said}")

    @staticmethod
    def end(process):
        os.killpg(process.pid, signal.SIGTERM)
        process.communicate()

    def test_an_edited_source_arrives_in_the_browser(self):
        directory = self.copy_client()
        self.run_script(
            "development",
            address=self.serve(directory),
            edited=os.path.join(directory, "src", "shell", "shell.tsx"),
        )


if __name__ == "__main__":
    runner.main()
