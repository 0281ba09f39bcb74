#!/usr/bin/env python3
"""The quickstart's demo scenario, on an empty bank and again on the same one."""

import json
import os
import sys
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

from support import runner
from support.bank import BUILD, Bank

import credentials
import demonstration_bank
from main_job import MainJob


class Outcomes:
    """Collects the failed steps, and counts."""

    def __init__(self):
        self.count = 0
        self.wrong = []

    def step(self, label, is_as_expected, outcome):
        self.count += 1
        if not is_as_expected:
            self.wrong.append(f"{label}: {outcome}")

    def detail(self, text):
        pass


class MainJobTest(unittest.TestCase):
    def test_every_step_has_its_expected_outcome_twice_in_a_row(self):
        # The shipped budgets, not those of the other tests: the quickstart must fit in them.
        bank = Bank(
            {
                "rates": {
                    "login_per_minute": "30",
                    "read_per_minute": "600",
                    "write_per_minute": "120",
                    "money_per_minute": "3000",
                }
            }
        )
        self.addCleanup(bank.close)
        bank.start()
        people = credentials.load_or_make(os.path.join(bank.directory, "logins.json"))
        program = os.path.join(BUILD, "bin", "bankctl")
        arguments = (program, bank.socket, bank.address, bank.tls, people)
        self.assertEqual(demonstration_bank.fill(*arguments), list(people))
        self.assertEqual(demonstration_bank.fill(*arguments), [])
        counts = []
        for _ in range(2):
            outcomes = Outcomes()
            failed = MainJob(bank.address, bank.tls, people, outcomes).run()
            self.assertEqual((failed, outcomes.wrong), (0, []))
            counts.append(outcomes.count)
        self.assertEqual(counts[0], counts[1])
        self.assertGreater(counts[0], 20)
        # The second run uses the accounts of the first.
        customers = [name for name, person in people.items() if person["role"] == "customer"]
        for name in customers:
            listed = json.loads(bank.bankctl("--json", "account", "list", "--owner", name).stdout)
            self.assertEqual(len(listed["items"]), 1, listed)


if __name__ == "__main__":
    runner.main()
