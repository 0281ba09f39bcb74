#!/usr/bin/env python3
"""Each page of the web client in Chromium: axe-core reports nothing, and the console is empty."""

import os
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

from support import runner
from support.web import WebCase


class LooksTest(WebCase):
    def test_each_page_at_three_widths_in_both_themes(self):
        for number in range(40):
            made = self.transfer(1_250 + 731 * number, f"Invoice {number + 1}")
        self.run_script("looks", transfer=made["id"], reference=made["reference"])

    def test_a_phone(self):
        made = self.transfer(2_500, "Coffee")
        self.run_script("phone", transfer=made["id"], reference=made["reference"])


if __name__ == "__main__":
    runner.main()
