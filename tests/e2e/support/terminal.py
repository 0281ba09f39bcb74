"""A shell on a terminal, as a person types into it."""

import os
import pty
import re
import select
import signal
import time

PATIENCE_S = 30
# The output of a program's stand-in, instead of the program's work.
RAN = re.compile(rb"RAN<([^>]*)>")


class Terminal:
    """An interactive shell in `directory`, where `programs` only print their arguments."""

    def __init__(self, command, directory, programs):
        self.seen = b""
        self.process, self.terminal = pty.fork()
        if self.process == 0:
            try:
                os.chdir(directory)
                environment = {"PATH": os.environ["PATH"], "TERM": "dumb", "LC_ALL": "C.UTF-8",
                               "INPUTRC": "/dev/null", "HOME": directory}
                os.execvpe(command[0], command, environment)
            finally:
                os._exit(127)
        for program in programs:
            # In two pieces, so that the echo of this line is not mistaken for its output.
            self.type(f"{program}() {{ printf 'RA''N<%s>\\n' \"$*\"; }}\n")

    def type(self, text):
        os.write(self.terminal, text.encode())

    def run(self, line):
        """Types the line; returns the arguments with which the program was called."""
        self.seen = b""
        self.type(line + "\n")
        deadline = time.monotonic() + PATIENCE_S
        while time.monotonic() < deadline:
            found = RAN.search(self.seen)
            if found:
                return found[1].decode()
            if select.select([self.terminal], [], [], 0.1)[0]:
                self.seen += os.read(self.terminal, 65536)
        raise AssertionError(f"{line!r} ran nothing; the terminal shows {self.seen[-2000:]!r}")

    def close(self):
        os.kill(self.process, signal.SIGKILL)
        os.waitpid(self.process, 0)
        os.close(self.terminal)
