#!/usr/bin/env python3
"""64 clients at once on ten shared accounts: transfers, overspends and replays."""

import os
import random
import sys
from collections import Counter

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

from support import runner
from support.bank import in_threads
from support.case import BankCase
from support.people import assert_sound
from support.swift_client import log_in

from rest_client import money, new_key, units

CLIENTS = 64
ACCOUNTS = 10
REQUESTS_EACH = 40
DEPOSIT = 50_000
LIMITS = [0, 0, 0, 0, 0, 0, 0, 10_000, 10_000, 25_000]
ANSWERS = {(201, ""), (422, "insufficient_funds")}


class HammerTest(BankCase):
    settings = {"identity": {"access_token_lifetime_s": "3600"}}

    def test_money_is_conserved_and_every_request_answered_the_same_when_repeated(self):
        accounts = [
            self.people.open_account("alice", overdraft_limit=limit, deposit=DEPOSIT)
            for limit in LIMITS
        ]
        logs = in_threads(CLIENTS, lambda index: self.hammer(index, accounts))

        answers = Counter(code for log in logs for _, code in log)
        print(dict(answers), flush=True)
        self.assertEqual(sum(answers.values()), CLIENTS * REQUESTS_EACH)
        self.assertGreater(answers["posted"], CLIENTS)
        self.assertGreater(answers["insufficient_funds"], CLIENTS)

        balances = [self.people.balance(account["id"]) for account in accounts]
        self.assertEqual(sum(balances), ACCOUNTS * DEPOSIT)
        for balance, limit in zip(balances, LIMITS):
            self.assertGreaterEqual(balance, -limit)
        self.check_history(accounts, balances)
        report = assert_sound(self, self.people)
        # Replays left nothing behind; deposits and posted transfers have two entries each.
        self.assertEqual(int(report["entries"]), 2 * (ACCOUNTS + answers["posted"]))
        self.assertNotIn("deadlock", self.bank.log())

    def hammer(self, index, accounts):
        """[(key, outcome)]; every third request is repeated immediately with its key."""
        chance = random.Random(index)
        client = log_in(self.people, "clerk")
        log = []
        for count in range(REQUESTS_EACH):
            debit, credit = chance.sample(accounts, 2)
            # A quarter request more than all accounts have together.
            is_greedy = chance.random() < 0.25
            amount = 10 * ACCOUNTS * DEPOSIT if is_greedy else chance.randint(1, 9_000)
            body = {
                "debit_account_no": debit["account_no"],
                "credit_account_no": credit["account_no"],
                "amount": money(amount),
            }
            key = new_key()
            first = self.post(client, body, key)
            if count % 3 == 0:
                second = self.post(client, body, key)
                if (first.status, first.code) != (second.status, second.code):
                    raise AssertionError(f"{first.status} {first.code}, then {second.status}")
                if transfer_of(first)["id"] != transfer_of(second)["id"]:
                    raise AssertionError("a replay was another transfer")
                if second.headers.get("idempotency-replayed") != "true":
                    raise AssertionError("a replay did not say so")
            log.append((key, transfer_of(first)["status"]))
        client.close()
        return log

    @staticmethod
    def post(client, body, key):
        answer = client.post("/v1/transfers", body, key)
        if (answer.status, answer.code) not in ANSWERS:
            raise AssertionError(f"{answer.status} {answer.body}")
        return answer

    def check_history(self, accounts, balances):
        """Each entry's balance follows from the previous one, and stays within the limit."""
        for account, balance, limit in zip(accounts, balances, LIMITS):
            path = f"/v1/accounts/{account['id']}/history"
            running = 0
            for entry in reversed(list(self.people.teller.pages(path))):
                running += units(entry["amount"])
                self.assertEqual(units(entry["balance"]), running)
                self.assertGreaterEqual(running, -limit)
            self.assertEqual(running, balance)


def transfer_of(answer):
    return answer["transfer"] if answer.code else answer.body


if __name__ == "__main__":
    runner.main()
