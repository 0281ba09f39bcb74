#!/usr/bin/env python3
"""The transactions of a real bank in 1993, posted through REST by several clients at once."""

import csv
import os
import sys
import threading
import time
import unittest
from collections import defaultdict
from decimal import Decimal

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

from support import ROOT, runner
from support.bank import in_threads
from support.case import BankCase
from support.people import PASSWORD, assert_sound, expect
from support.swift_client import log_in

from rest_client import money

CLIENTS = 16
MOVEMENTS = 28205
ACCOUNTS = 1139
OVERDRAFT_LIMIT = 3_000_000  # 30,000.00 CZK: the lowest balance of the source is -19,056.80.


def data_file():
    shared = os.environ.get("BANK_SHARED_DATA", os.path.join(ROOT, "..", "shared", "data"))
    path = os.path.join(shared, "berka", "trans-1993.asc")
    return path if os.path.exists(path) else None


class Movement:
    def __init__(self, row):
        self.id = row["trans_id"]
        self.account = row["account_id"]
        self.is_credit = row["type"] == "PRIJEM"
        self.amount = int(Decimal(row["amount"]) * 100)
        self.reference = f"{row['operation']} {row['k_symbol']}".strip()

    @property
    def signed(self):
        return self.amount if self.is_credit else -self.amount


def read_movements(path):
    with open(path, encoding="ascii", newline="") as file:
        return [Movement(row) for row in csv.DictReader(file, delimiter=";")]


@unittest.skipUnless(data_file(), "the data set is not beside the clone")
class BerkaTest(BankCase):
    settings = {"identity": {"access_token_lifetime_s": "3600"}}

    def test_a_year_of_a_real_bank_is_posted_with_nothing_lost(self):
        movements = read_movements(data_file())
        self.assertEqual(len(movements), MOVEMENTS)
        by_account = defaultdict(list)
        for movement in movements:
            by_account[movement.account].append(movement)
        self.assertEqual(len(by_account), ACCOUNTS)

        accounts = self.open_accounts(by_account)
        audits_before = self.audit_count(("deposit", "withdrawal"))
        started = time.monotonic()
        posted = self.post_all(by_account, accounts)
        elapsed = time.monotonic() - started
        print(
            f"{MOVEMENTS} movements through REST by {CLIENTS} clients in {elapsed:.1f} s:"
            f" {MOVEMENTS / elapsed:.0f}/s",
            flush=True,
        )
        self.assertEqual(posted, MOVEMENTS)

        self.check_balances(by_account, accounts)
        self.assertEqual(self.audit_count(("deposit", "withdrawal")) - audits_before, posted)
        report = assert_sound(self, self.people)
        self.assertEqual((int(report["transfers"]), int(report["entries"])), (posted, 2 * posted))
        done = self.bank.bankctl("--json", "ledger", "check")
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)

    def open_accounts(self, by_account):
        """{account of the source: the bank's account}; each belongs to a customer of its own."""
        names = sorted(by_account, key=int)
        accounts = {}

        def work(index):
            admin = log_in(self.people, "root-admin")
            for name in names[index::CLIENTS]:
                owner = f"holder-{name}"
                user = {"user_name": owner, "role": "customer", "password": PASSWORD}
                expect(admin.post("/v1/users", user), 201)
                body = {
                    "owner": owner,
                    "name": f"Account {name}",
                    "currency": "CZK",
                    "overdraft_limit": money(OVERDRAFT_LIMIT, "CZK"),
                }
                accounts[name] = expect(admin.post("/v1/accounts", body), 201).body
            admin.close()

        in_threads(CLIENTS, work)
        self.assertEqual(len(accounts), ACCOUNTS)
        self.assertEqual(len({account["account_no"] for account in accounts.values()}), ACCOUNTS)
        return accounts

    def post_all(self, by_account, accounts):
        """Each account belongs to one client, so that its transactions keep their order."""
        names = sorted(by_account, key=lambda name: -len(by_account[name]))
        waiting, lock, posted = iter(names), threading.Lock(), [0] * CLIENTS

        def work(index):
            client = log_in(self.people, "clerk")
            while True:
                with lock:
                    name = next(waiting, None)
                if name is None:
                    break
                for movement in by_account[name]:
                    self.post(client, movement, accounts[name]["account_no"])
                    posted[index] += 1
            client.close()

        in_threads(CLIENTS, work)
        return sum(posted)

    @staticmethod
    def post(client, movement, account_no):
        body = {
            "account_no": account_no,
            "amount": money(movement.amount, "CZK"),
            "reference": movement.reference,
        }
        path = "/v1/deposits" if movement.is_credit else "/v1/withdrawals"
        answer = expect(client.post(path, body, "berka-" + movement.id), 201)
        if answer["amount"] != body["amount"] or answer["status"] != "posted":
            raise AssertionError(f"movement {movement.id}: {answer.body}")

    def check_balances(self, by_account, accounts):
        def work(index):
            client = log_in(self.people, "clerk")
            for name in list(accounts)[index::CLIENTS]:
                found = expect(client.get(f"/v1/accounts/{accounts[name]['id']}"), 200)
                expected = sum(movement.signed for movement in by_account[name])
                if found["balance"] != money(expected, "CZK"):
                    raise AssertionError(f"account {name}: {found['balance']}, not {expected}")
            client.close()

        in_threads(4, work)
        total = sum(movement.signed for rows in by_account.values() for movement in rows)
        self.assertEqual(total, 3_657_594_610)

    def audit_count(self, actions):
        words = ", ".join(f"'{action}'" for action in actions)
        sql = f"select count(*) from bank.audit_logs where action::text in ({words})"
        return int(self.bank.database.query(sql, self.bank.database.name))


if __name__ == "__main__":
    runner.main()
