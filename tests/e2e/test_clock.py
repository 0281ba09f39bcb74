#!/usr/bin/env python3
"""A bank whose clock is set forward and back: its history, its balances and its limits."""

import datetime
import os
import sys
import time
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

from support import runner
from support.bank import Bank
from support.clock import Clock
from support.database import OwnCluster
from support.people import PIN, People, assert_sound, expect

from rest_client import money, new_key, units

HOUR_S = 3600
DAY_S = 24 * HOUR_S


def instant(text):
    return datetime.datetime.fromisoformat(text.replace("Z", "+00:00"))


class ClockTest(unittest.TestCase):
    def setUp(self):
        self.clock = Clock()
        self.addCleanup(self.clock.close)
        with self.clock.environment():
            cluster = OwnCluster()
            self.bank = Bank(database=cluster)
            self.addCleanup(self.bank.close)
            self.bank.start()
        self.people = People(self.bank)
        self.addCleanup(self.people.close)

    def set_clock(self, offset_s):
        """Sessions and tokens have the previous time. No record may wait for its seal, or the step
        would count as its delay."""
        unsealed = (
            "select count(*) from bank.audit_logs l left join bank.sealed() e on true"
            " where (l.xid, l.id) > (coalesce(e.last_xid, '0'), coalesce(e.last_id, 0))"
        )
        deadline = time.monotonic() + 30
        while self.bank.database.query(unsealed) != "0\n":
            self.assertLess(time.monotonic(), deadline, self.bank.log()[-2000:])
            time.sleep(0.02)
        self.clock.set(offset_s)
        self.people.log_in_again()

    def deposit(self, account, amount):
        body = {"account_no": account["account_no"], "amount": money(amount)}
        return expect(self.people.teller.post("/v1/deposits", body, new_key()), 201).body

    def history(self, account, **query):
        answer = self.people.teller.get(f"/v1/accounts/{account['id']}/history", **query)
        return expect(answer, 200)["items"]

    def amounts(self, account, **query):
        return [units(entry["amount"]) for entry in self.history(account, **query)]

    def balance_at(self, account, moment):
        path = f"/v1/accounts/{account['id']}/balance"
        return units(expect(self.people.teller.get(path, at=moment), 200)["balance"])

    def test_statements_are_whole_after_the_clock_was_set_back(self):
        account = self.people.open_account("alice")
        self.deposit(account, 1)
        self.set_clock(-HOUR_S)
        self.deposit(account, 10)
        self.deposit(account, 100)
        self.bank.await_log(r"transactions are dated 3\d\d\d s ahead of the database's clock")
        self.set_clock(0)
        self.deposit(account, 1000)

        entries = self.history(account)
        self.assertEqual(self.amounts(account), [1000, 100, 10, 1])
        balances = [units(entry["balance"]) for entry in entries]
        self.assertEqual(balances, [1111, 111, 11, 1])
        times = [instant(entry["created_at"]) for entry in reversed(entries)]
        self.assertEqual(times, sorted(times))
        first, last = times[0], times[-1]
        before = (first - datetime.timedelta(seconds=1)).isoformat()
        half_an_hour_ago = (first - datetime.timedelta(minutes=30)).isoformat()
        # By the ledger's times all were posted after T: the clock in between is not trusted.
        self.assertEqual(self.amounts(account, from_=before), [1000, 100, 10, 1])
        until_last = {"from_": before, "until": last.isoformat()}
        self.assertEqual(self.amounts(account, **until_last), [100, 10, 1])
        self.assertEqual(self.amounts(account, until=half_an_hour_ago), [])
        self.assertEqual(self.balance_at(account, half_an_hour_ago), 0)
        self.assertEqual(self.balance_at(account, first.isoformat()), 111)
        self.assertEqual(self.balance_at(account, last.isoformat()), 1111)
        assert_sound(self, self.people)
        # It was logged while it applied, and once.
        self.bank.await_log(r"has caught up with the newest transactions")
        self.assertEqual(self.bank.log().count("ahead of the database's clock"), 1)

    def withdraw(self, account, amount):
        body = {"account_no": account["account_no"], "amount": money(amount), "pin": PIN}
        answer = self.people["alice"].post("/v1/withdrawals", body, new_key())
        return answer.code or "posted"

    def test_limits_count_what_was_spent_ahead_today_and_not_for_ever(self):
        for period, days in (("day", 3), ("week", 15), ("month", 70)):
            with self.subTest(period):
                self.set_clock(0)
                account = self.people.open_account("alice", deposit=10_000)
                limits = {f"per_{name}": None for name in ("transfer", "day", "week", "month")}
                limits = {**limits, f"per_{period}": money(100), "minimum_balance": money(0)}
                path = f"/v1/accounts/{account['id']}/limits"
                expect(self.people.admin.put(path, limits), 200)
                refused = f"{period}_limit_exceeded"
                self.assertEqual(self.withdraw(account, 60), "posted")
                self.assertEqual(self.withdraw(account, 60), refused)
                # As on any later day: the bank has no other clock.
                self.set_clock(days * DAY_S)
                self.assertEqual(self.withdraw(account, 60), "posted")
                self.assertEqual(self.withdraw(account, 60), refused)
                self.set_clock(0)
                self.assertEqual(self.withdraw(account, 41), refused)
                self.assertEqual(self.withdraw(account, 40), "posted")
                self.assertEqual(self.withdraw(account, 1), refused)
                # Before the day to which the clock was ahead: the next period has started.
                self.set_clock((days - 1) * DAY_S if period == "day" else days // 2 * DAY_S)
                self.assertEqual(self.withdraw(account, 100), "posted")
                self.assertEqual(self.withdraw(account, 1), refused)
        assert_sound(self, self.people)

    def test_a_limit_used_up_ahead_declines_on_the_day_of_return_alone(self):
        account = self.people.open_account("alice", deposit=10_000)
        limits = {f"per_{name}": None for name in ("transfer", "day", "week", "month")}
        path = f"/v1/accounts/{account['id']}/limits"
        body = {**limits, "per_day": money(100), "minimum_balance": money(0)}
        expect(self.people.admin.put(path, body), 200)
        self.set_clock(30 * DAY_S)
        self.assertEqual(self.withdraw(account, 100), "posted")
        self.set_clock(0)
        self.assertEqual(self.withdraw(account, 1), "day_limit_exceeded")
        for day in (1, 2, 10, 29):
            with self.subTest(day=day):
                self.set_clock(day * DAY_S)
                self.assertEqual(self.withdraw(account, 1), "posted")
        assert_sound(self, self.people)

    def runs(self, outcome="ok"):
        """The number of runs of the daily job, and the number of their distinct ids."""
        answer = self.bank.database.query(
            "select count(*), count(distinct id) from bank.job_runs"
            f" where job = 'apply_retention' and outcome = '{outcome}'"
        )
        return answer.strip()

    def await_runs(self, count):
        deadline = time.monotonic() + 60
        while self.runs() != f"{count}\t{count}":
            self.assertLess(time.monotonic(), deadline, self.bank.log()[-2000:])
            time.sleep(0.05)

    def is_due(self):
        taken = "select count(*) from bank.begin_job('apply_retention')"
        return self.bank.database.query(taken).strip() != "0"

    def test_a_daily_job_runs_once_a_day_however_the_clock_moves(self):
        deadline = time.monotonic() + 30
        while self.bank.database.query("select count(*) from bank.jobs").strip() != "2":
            self.assertLess(time.monotonic(), deadline, self.bank.log()[-2000:])
            time.sleep(0.05)
        self.assertEqual(self.runs(), "0\t0")
        # Three instants were missed: one run replaces them.
        self.set_clock(3 * DAY_S)
        self.await_runs(1)
        for offset_s in (0, -DAY_S, 2 * DAY_S):
            self.set_clock(offset_s)
            self.assertFalse(self.is_due(), offset_s)
        self.set_clock(4 * DAY_S)
        self.await_runs(2)
        self.assertFalse(self.is_due())
        self.assertEqual(self.runs("internal_error"), "0\t0")

    def test_a_hold_placed_after_the_clock_was_set_back_lasts_as_long_as_was_asked(self):
        debtor = self.people.open_account("alice", deposit=1000)
        creditor = self.people.open_account("bob")
        self.set_clock(30 * DAY_S)
        self.deposit(debtor, 1)
        self.set_clock(0)
        body = {
            "debit_account_no": debtor["account_no"],
            "credit_account_no": creditor["account_no"],
            "amount": money(100),
            "pin": PIN,
            "expires_in_s": HOUR_S,
        }
        hold = expect(self.people["alice"].post("/v1/holds", body, new_key()), 201).body
        now = datetime.datetime.now(datetime.timezone.utc)
        lasts_s = (instant(hold["expires_at"]) - now).total_seconds()
        self.assertLessEqual(abs(lasts_s - HOUR_S), 300)
        self.set_clock(2 * HOUR_S)
        ended = expect(self.people.teller.get(f"/v1/holds/{hold['id']}"), 200)
        self.assertEqual(ended["state"], "expired")
        assert_sound(self, self.people)


if __name__ == "__main__":
    runner.main()
