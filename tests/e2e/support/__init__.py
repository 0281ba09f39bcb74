"""What the end-to-end tests share: a real bank, its people, and a way to run and count cases."""

import os
import sys

ROOT = os.path.abspath(os.path.join(os.path.dirname(__file__), "..", "..", ".."))
BUILD = os.environ.get("BANK_BUILD_DIR", os.path.join(ROOT, "build", "release"))

# The client of the demonstration is the client of the tests, too.
sys.path.insert(0, os.path.join(ROOT, "packaging", "demo"))
