"""Prints steps and their outcomes in aligned columns."""

import locale
import os
import sys

LABEL_WIDTH = 62


class Report:
    def __init__(self, out=sys.stdout):
        self._out = out
        is_utf8 = locale.getpreferredencoding(False).lower().replace("-", "") == "utf8"
        is_terminal = out.isatty() and os.environ.get("TERM", "dumb") != "dumb"
        self._yes, self._no = ("✓", "✗") if is_utf8 else ("ok", "!!")
        has_colour = is_terminal and not os.environ.get("NO_COLOR")
        self._green, self._red, self._dim, self._plain = (
            ("\x1b[32m", "\x1b[31m", "\x1b[2m", "\x1b[0m") if has_colour else ("", "", "", "")
        )

    def line(self, text=""):
        self._out.write(text + "\n")
        self._out.flush()

    def step(self, label, is_as_expected, outcome):
        sign, colour = (self._yes, self._green) if is_as_expected else (self._no, self._red)
        self.line(
            f"  {colour}{sign}{self._plain} {label.ljust(LABEL_WIDTH)}"
            f" {self._dim if is_as_expected else colour}{outcome}{self._plain}"
        )

    def detail(self, text):
        self.line(f"      {self._dim}{text}{self._plain}")
