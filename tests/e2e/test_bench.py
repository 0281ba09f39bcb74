#!/usr/bin/env python3
"""tests/bench/run works at small sizes: output as its README promises, and money is conserved.

The measured speeds are not checked here.
"""

import json
import os
import subprocess
import sys
import tempfile
import unittest
import xml.etree.ElementTree

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

from support import ROOT, runner
from support.bank import BUILD

RUN = os.path.join(ROOT, "tests", "bench", "run")
KEYS = {"format", "machine", "postgresql", "settings", "bank_settings", "sizes", "took_s", "cells",
        "samples"}
CELL_KEYS = {
    "cell", "contestant", "distribution", "in_flight", "ledger", "keys", "rounds", "throughput",
    "throughput_min", "throughput_max", "ratio", "p50_us", "p99_us", "p999_us", "cpu_us_postgres",
    "cpu_us_daemon", "cpu_us_load", "wal_bytes", "rows", "batch", "seal_lag_us",
    "daemon_peak_bytes", "posted", "refused", "failed", "failure", "is_sound", "wrong", "best_of",
    "is_best",
}


def bench(*arguments):
    return subprocess.run(
        [RUN, *arguments], capture_output=True, text=True, timeout=400, check=False
    )


class Smoke(unittest.TestCase):
    """One run for all cases: most of its time is spent on creating the cluster."""

    @classmethod
    def setUpClass(cls):
        if not os.path.exists(os.path.join(BUILD, "bin", "rest_bench")):
            raise unittest.SkipTest("the target `bench` was not built")
        cls.directory = tempfile.TemporaryDirectory(prefix="bench.")
        os.chmod(cls.directory.name, 0o711)
        cls.scratch = os.path.join(cls.directory.name, "scratch")
        os.mkdir(cls.scratch, 0o711)
        cls.json = os.path.join(cls.directory.name, "figures.json")
        cls.plot = os.path.join(cls.directory.name, "figures.svg")
        cls.done = bench("--smoke", "--build", BUILD, "--directory", cls.scratch,
                         "--json", cls.json, "--plot", cls.plot)

    @classmethod
    def tearDownClass(cls):
        cls.directory.cleanup()

    def setUp(self):
        self.assertEqual(self.done.returncode, 0, self.done.stdout + self.done.stderr)
        with open(self.json, encoding="utf-8") as file:
            self.result = json.load(file)

    def test_the_json_has_its_keys(self):
        self.assertEqual(set(self.result), KEYS)
        for cell in self.result["cells"]:
            self.assertEqual(set(cell), CELL_KEYS, cell["cell"])

    def test_every_cell_moved_money_and_lost_none(self):
        self.assertGreaterEqual(len(self.result["cells"]), 6)
        for cell in self.result["cells"]:
            with self.subTest(cell["cell"]):
                self.assertTrue(cell["is_sound"], cell["wrong"])
                self.assertGreater(cell["posted"], 0)
                self.assertEqual((cell["refused"], cell["failed"]), (0, 0), cell["failure"])

    def test_the_table_names_every_cell(self):
        for cell in self.result["cells"]:
            self.assertIn(cell["cell"], self.done.stdout)

    def test_the_plot_is_a_picture(self):
        self.assertTrue(xml.etree.ElementTree.parse(self.plot).getroot().tag.endswith("svg"))

    def test_nothing_is_left(self):
        self.assertEqual(os.listdir(self.scratch), [])


class CommandLine(unittest.TestCase):
    def test_an_unknown_cell_is_refused_before_anything_starts(self):
        done = bench("--only", "core-of-the-earth")
        self.assertEqual(done.returncode, 2)
        self.assertIn("there is no cell core-of-the-earth", done.stderr)

    def test_help_shows_examples(self):
        self.assertIn("tests/bench/run --quick", bench("--help").stdout)


if __name__ == "__main__":
    runner.main()
