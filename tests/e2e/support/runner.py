"""Runs the cases of one script and leaves their number for tests/tally.py."""

import json
import os
import signal
import sys
import unittest

SKIPPED = 77  # See SKIP_RETURN_CODE of ctest.


def main():
    # A time-out of the runner arrives as SIGTERM; the cases' cleanups then stop what they started.
    signal.signal(signal.SIGTERM, lambda number, frame: sys.exit(1))
    program = unittest.main(module="__main__", exit=False, verbosity=2)
    result = program.result
    skipped = len(result.skipped)
    failed = len(result.failures) + len(result.errors) + len(result.unexpectedSuccesses)
    passed = max(result.testsRun - failed - skipped, 0)
    results = os.environ.get("BANK_TEST_RESULTS")
    if results:
        script = os.path.splitext(os.path.basename(sys.argv[0]))[0]
        name = "e2e." + script[len("test_") :]
        with open(os.path.join(results, name + ".json"), "w", encoding="utf-8") as file:
            json.dump({"passed": passed, "failed": failed, "skipped": skipped}, file)
    if failed:
        sys.exit(1)
    sys.exit(0 if passed else SKIPPED)
