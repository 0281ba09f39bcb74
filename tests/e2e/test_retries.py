#!/usr/bin/env python3
"""A retry gets the first answer again, whatever has changed since: a PIN, a lock, currencies."""

import json
import os
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

from support import runner
from support.case import BankCase
from support.people import PIN, assert_sound, expect

from rest_client import money, new_key

OTHER_PIN = "135791"


class RetryTest(BankCase):
    def setUp(self):
        self.alice = self.people.open_account("alice", deposit=10_000)
        self.bob = self.people.open_account("bob")
        self.money = {"amount": money(1_000)}
        self.pair = {
            "debit_account_no": self.alice["account_no"],
            "credit_account_no": self.bob["account_no"],
            **self.money,
        }

    def tearDown(self):
        assert_sound(self, self.people)

    def requests(self):
        """(path, body) of each kind of transaction that takes a PIN, by alice."""
        own = {"account_no": self.alice["account_no"], **self.money}
        return [
            ("/v1/transfers", {**self.pair, "pin": PIN}),
            ("/v1/holds", {**self.pair, "pin": PIN}),
            ("/v1/withdrawals", {**own, "pin": PIN}),
            ("/v1/deposits", {**own, "pin": PIN}),
            ("/v1/linked-transfers", {"transfers": [
                {"kind": "transfer", **self.pair, "pin": PIN},
                {"kind": "hold", **self.pair, "pin": PIN},
            ]}),
        ]

    def send(self, path, body, key):
        return self.people["alice"].post(path, body, key)

    def decided(self):
        """[(path, body, key, the first answer)]"""
        done = []
        for path, body in self.requests():
            key = new_key()
            done.append((path, body, key, expect(self.send(path, body, key), 201).body))
        return done

    def tell(self, method, what, body):
        client = getattr(self.people.teller, method)
        expect(client(f"/v1/accounts/{self.alice['id']}/{what}", body), 200)

    def assert_answered_again(self, done):
        before = self.people.account(self.alice["id"])
        for path, body, key, first in done:
            for _ in range(4):  # More than the permitted number of wrong PINs.
                answer = expect(self.send(path, body, key), 201)
                self.assertEqual(answer.headers.get("idempotency-replayed"), "true", path)
                self.assertEqual(answer.body, first)
        self.assertEqual(self.people.account(self.alice["id"]), before)
        wrong = [r for r in self.people.auditor.pages("/v1/audit-logs", action="authorize_pin")
                 if r["outcome"] == "pin_wrong" and r["account_id"] == self.alice["id"]]
        self.assertEqual(wrong, [])

    def test_nothing_has_changed(self):
        self.assert_answered_again(self.decided())

    def test_the_account_is_locked(self):
        done = self.decided()
        self.tell("post", "lock", {"reason": "lost card"})
        self.assert_answered_again(done)

    def test_the_account_is_frozen(self):
        done = self.decided()
        both = {"is_debit_frozen": True, "is_credit_frozen": True}
        self.tell("put", "freeze", {**both, "reason": "checked"})
        self.assert_answered_again(done)

    def test_the_account_has_another_pin(self):
        done = self.decided()
        expect(self.people.teller.put(
            f"/v1/accounts/{self.alice['id']}/pin", {"new_pin": OTHER_PIN}), 204)
        self.assert_answered_again(done)

    def test_the_retry_comes_with_another_pin(self):
        done = [
            (path, json.loads(json.dumps(body).replace(PIN, OTHER_PIN)), key, first)
            for path, body, key, first in self.decided()
        ]
        self.assert_answered_again(done)

    def test_the_account_is_closed(self):
        key, body = new_key(), {**self.pair, "amount": money(10_000), "pin": PIN}
        first = expect(self.send("/v1/transfers", body, key), 201).body
        expect(self.people.teller.post(f"/v1/accounts/{self.alice['id']}/close"), 200)
        self.assert_answered_again([("/v1/transfers", body, key, first)])

    def test_a_kept_refusal_stays_one(self):
        key, body = new_key(), {**self.pair, "amount": money(10_001), "pin": PIN}
        first = expect(self.send("/v1/transfers", body, key), 422, "insufficient_funds").body
        self.tell("post", "lock", {"reason": "lost card"})
        for _ in range(4):
            again = expect(self.send("/v1/transfers", body, key), 422, "insufficient_funds")
            self.assertEqual(again.headers.get("idempotency-replayed"), "true")
            self.assertEqual(again["transfer"], first["transfer"])

    def test_a_refusal_states_the_balance_in_the_account_s_own_currency(self):
        has = money(10_000)
        orders = [
            ("alice", "/v1/transfers", {**self.pair, "amount": money(1, "USD"), "pin": PIN}),
            ("clerk", "/v1/deposits",
             {"account_no": self.alice["account_no"], "amount": money(1, "USD")}),
        ]
        for user, path, body in orders:
            key = new_key()
            for was_decided in (False, True):  # From the lane's memory, and from the stored result.
                answer = expect(self.people[user].post(path, body, key), 422, "currency_mismatch")
                self.assertEqual("idempotency-replayed" in answer.headers, was_decided)
                transfer = answer["transfer"]
                self.assertEqual(transfer["amount"], money(1, "USD"))
                self.assertEqual((transfer["balance"], transfer["available"]), (has, has))
            found = expect(self.people[user].get(f"/v1/transfers/{transfer['id']}"), 200)
            self.assertEqual((found["balance"], found["available"]), (has, has))

    def test_another_request_under_the_key_is_refused_before_its_pin_is_verified(self):
        for path, body, key, _ in self.decided():
            text = json.dumps(body).replace('"amount": "1000"', '"amount": "1001"')
            other = json.loads(text.replace(PIN, OTHER_PIN))
            for _ in range(4):
                expect(self.send(path, other, key), 422, "idempotency_key_reused")
        self.assertFalse(self.people.account(self.alice["id"])["is_locked"])

    def test_the_bank_no_longer_keeps_the_currency(self):
        account = self.people.open_account("alice", currency="CZK", deposit=10_000)
        payee = self.people.open_account("bob", currency="CZK")
        body = {
            "debit_account_no": account["account_no"],
            "credit_account_no": payee["account_no"],
            "amount": money(1_000, "CZK"),
            "pin": PIN,
        }
        key = new_key()
        first = expect(self.send("/v1/transfers", body, key), 201).body
        self.addCleanup(self.restart, self.settings)
        self.restart({"bank": {"currencies": "EUR,USD"}})
        expect(self.send("/v1/transfers", body, new_key()), 422, "unknown_currency")
        self.assert_answered_again([("/v1/transfers", body, key, first)])

    def restart(self, settings):
        self.bank.stop()
        self.bank.configure(settings)
        self.bank.start()
        self.people.log_in_again()


if __name__ == "__main__":
    runner.main()
