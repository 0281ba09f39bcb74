#!/usr/bin/env python3
"""A day of each role in the web client, in Chromium; the ledger afterwards."""

import os
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

from support import runner
from support.people import assert_sound
from support.web import WebCase

FROM_SETUP = 1  # The deposit of its opening.


class CustomerTest(WebCase):
    browser = "chromium"  # The full Chromium, once.

    def test_a_customers_day(self):
        for number in range(70):
            self.transfer(100 + number, f"Invoice {number + 1}")
        before = self.people.balance(self.accounts["bob"]["id"])
        self.run_script("customer", entries=70 + FROM_SETUP)
        moved = self.people.balance(self.accounts["bob"]["id"]) - before
        self.assertEqual(moved, 1234 + 100 + 200)
        assert_sound(self, self.people)


class CashTest(WebCase):
    def test_customers_are_offered_what_they_may(self):
        self.run_script("cash", isForCustomers=True)


class CashByStaffTest(WebCase):
    settings = {**WebCase.settings, "bank": {"customer_cash": "no"}}

    def test_customers_are_not_offered_what_staff_does(self):
        self.run_script("cash", isForCustomers=False)


class TellerTest(WebCase):
    def test_a_tellers_day(self):
        before = self.people.balance(self.accounts["alice"]["id"])
        self.run_script("teller")
        moved = self.people.balance(self.accounts["alice"]["id"]) - before
        self.assertEqual(moved, 15025 - 5000 - 1001)
        assert_sound(self, self.people)


class AdminTest(WebCase):
    advice = "Ask <b>us</b> & bring proof of who you are."
    settings = {**WebCase.settings, "bank": {"forgotten_password_text": advice}}

    def test_an_admins_day(self):
        self.run_script("admin", advice=self.advice)


class OnceTest(WebCase):
    def test_money_moves_once(self):
        before = self.people.balance(self.accounts["bob"]["id"])
        self.run_script("once")
        self.assertEqual(self.people.balance(self.accounts["bob"]["id"]) - before, 9 * 100)
        assert_sound(self, self.people)


if __name__ == "__main__":
    runner.main()
