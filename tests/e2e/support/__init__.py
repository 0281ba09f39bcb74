"""Shared by the end-to-end tests: a real bank, its users, and the running and counting of cases."""

import os
import sys

ROOT = os.path.abspath(os.path.join(os.path.dirname(__file__), "..", "..", ".."))
BUILD = os.environ.get("BANK_BUILD_DIR", os.path.join(ROOT, "build", "release"))

# The tests use the demonstration's client too.
sys.path.insert(0, os.path.join(ROOT, "packaging", "demo"))
