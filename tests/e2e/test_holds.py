#!/usr/bin/env python3
"""Holds, linked transfers, reversals and limits, over REST."""

import os
import sys
import time
import unittest
from datetime import datetime, timedelta, timezone

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

from support import runner
from support.people import PIN, assert_sound, expect
from support.shared import SharedBankCase

from rest_client import money, new_key, units

EXPIRES_WITHIN_S = 20
NO_LIMITS = {"per_transfer": None, "per_day": None, "per_week": None, "per_month": None}


class MovementCase(SharedBankCase):
    # Longer than any idle time here: some requests must not be repeated.
    settings = {"rest": {"idle_timeout_ms": "60000"}}

    def setUp(self):
        self.alice = self.people.open_account("alice", deposit=10_000)
        self.bob = self.people.open_account("bob")

    def tearDown(self):
        assert_sound(self, self.people)

    def hold(self, amount, key=None, expires_in_s=600, client=None):
        body = {
            "debit_account_no": self.alice["account_no"],
            "credit_account_no": self.bob["account_no"],
            "amount": money(amount),
            "expires_in_s": expires_in_s,
            "pin": PIN,
        }
        return (client or self.people["alice"]).post("/v1/holds", body, key or new_key())

    def transfer(self, amount, key=None, client=None):
        body = {
            "debit_account_no": self.alice["account_no"],
            "credit_account_no": self.bob["account_no"],
            "amount": money(amount),
            "pin": PIN,
        }
        return (client or self.people["alice"]).post("/v1/transfers", body, key or new_key())

    def funds(self):
        """Balance, held and available of alice; balance of bob."""
        account = self.people.account(self.alice["id"])
        return (
            units(account["balance"]),
            units(account["held"]),
            units(account["available"]),
            self.people.balance(self.bob["id"]),
        )


class HoldTest(MovementCase):
    def test_reserves_and_is_captured_in_part_by_its_payee(self):
        placed = expect(self.hold(4_000), 201)
        self.assertEqual(self.funds(), (10_000, 4_000, 6_000, 0))
        expect(self.transfer(6_001), 422, "insufficient_funds")
        capture = f"/v1/holds/{placed['id']}/capture"
        expect(self.people["alice"].post(capture, {}, new_key()), 404, "origin_not_found")
        key = new_key()
        for _ in range(2):
            taken = self.people["bob"].post(capture, {"amount": money(1_500)}, key)
            expect(taken, 201)
            self.assertEqual(taken["balance"], money(1_500))
        self.assertEqual(self.funds(), (8_500, 0, 8_500, 1_500))
        found = expect(self.people["alice"].get(f"/v1/holds/{placed['id']}"), 200)
        self.assertEqual((found["state"], found["captured_amount"]), ("captured", money(1_500)))
        again = self.people["bob"].post(capture, {}, new_key())
        expect(again, 422, "hold_settled")
        self.assertEqual(self.funds(), (8_500, 0, 8_500, 1_500))

    def test_is_released_by_its_payee_and_not_by_its_payer(self):
        placed = expect(self.hold(4_000), 201)
        release = f"/v1/holds/{placed['id']}/release"
        expect(self.people["alice"].post(release, None, new_key()), 404, "origin_not_found")
        expect(self.people.auditor.post(release, None, new_key()), 403, "permission_denied")
        self.assertEqual(self.funds(), (10_000, 4_000, 6_000, 0))
        expect(self.people["bob"].post(release, None, new_key()), 201)
        self.assertEqual(self.funds(), (10_000, 0, 10_000, 0))
        capture = f"/v1/holds/{placed['id']}/capture"
        expect(self.people["bob"].post(capture, {}, new_key()), 422, "hold_settled")

    def test_expires_by_itself_once_also_after_a_restart(self):
        short = expect(self.hold(1_000, expires_in_s=1), 201)
        self.await_state(short["id"])
        asleep = expect(self.hold(2_000, expires_in_s=1), 201)
        self.bank.stop()
        self.people.close()
        time.sleep(1.1)  # Until it expires; no request is made meanwhile.
        self.bank.start()
        self.await_state(asleep["id"])
        self.assertEqual(self.funds(), (10_000, 0, 10_000, 0))
        capture = f"/v1/holds/{asleep['id']}/capture"
        code = expect(self.people["bob"].post(capture, {}, new_key()), 422, "hold_settled")
        self.assertNotIn("balance", code.body.get("detail", ""))
        expiries = list(self.people.admin.pages("/v1/audit-logs", action="expiry"))
        ended = [str(record["details"]["origin_id"]) for record in expiries]
        for placed in (short, asleep):
            self.assertEqual(ended.count(placed["id"]), 1, expiries)

    def await_state(self, hold_id):
        deadline = time.monotonic() + EXPIRES_WITHIN_S
        while True:
            found = expect(self.people["alice"].get(f"/v1/holds/{hold_id}"), 200)
            if found["state"] == "expired" and found["settled_by"]:
                return
            self.assertLess(time.monotonic(), deadline, found.body)
            time.sleep(0.02)


class LinkedTest(MovementCase):
    def link(self, amounts, key):
        pays = lambda amount: {
            "debit_account_no": self.alice["account_no"],
            "credit_account_no": self.bob["account_no"],
            "amount": money(amount),
            "pin": PIN,
        }
        body = {"transfers": [pays(amount) for amount in amounts]}
        return self.people["alice"].post("/v1/linked-transfers", body, key)

    def test_are_posted_whole_or_not_at_all(self):
        refused = self.link([4_000, 4_000, 4_000], new_key())
        expect(refused, 422, "insufficient_funds")
        self.assertEqual(refused["refused_index"], 2)
        self.assertEqual(
            [leg["status"] for leg in refused["transfers"]],
            ["linked_transfer_refused"] * 2 + ["insufficient_funds"],
        )
        self.assertEqual(self.funds(), (10_000, 0, 10_000, 0))
        key = new_key()
        first = expect(self.link([4_000, 4_000, 2_000], key), 201)
        again = expect(self.link([4_000, 4_000, 2_000], key), 201)
        self.assertEqual(first["transfers"], again["transfers"])
        expect(self.link([4_000, 4_000], key), 422, "idempotency_key_reused")
        self.assertEqual(self.funds(), (0, 0, 0, 10_000))


class ReversalTest(MovementCase):
    def test_names_its_original_and_happens_once(self):
        moved = expect(self.transfer(3_000), 201)
        reverse = f"/v1/transfers/{moved['id']}/reversal"
        expect(self.people["bob"].post(reverse, {}, new_key()), 403, "permission_denied")
        too_much = {"amount": money(3_001)}
        expect(
            self.people.teller.post(reverse, too_much, new_key()), 422, "reversal_exceeds_original"
        )
        part = {"amount": money(1_000), "reference": "wrong amount"}
        done = expect(self.people.teller.post(reverse, part, new_key()), 201)
        self.assertEqual(done["origin_id"], moved["id"])
        expect(self.people.teller.post(reverse, part, new_key()), 422, "already_reversed")
        self.assertEqual(self.funds(), (8_000, 0, 8_000, 2_000))


class LimitTest(MovementCase):
    def test_of_the_account_and_of_the_role_the_smaller_counts(self):
        limits = {**NO_LIMITS, "per_transfer": money(5_000), "per_day": money(6_000),
                  "minimum_balance": money(500)}
        path = f"/v1/accounts/{self.alice['id']}/limits"
        for field in ("per_day", "minimum_balance"):
            other = {**limits, field: money(1, "USD")}
            answer = expect(self.people.admin.put(path, other), 422, "currency_mismatch")
            self.assertEqual(answer["errors"][0]["pointer"], f"/{field}/currency")
        dollars = {**NO_LIMITS, "minimum_balance": money(1, "USD")}
        expect(self.people.admin.put(path, dollars), 422, "currency_mismatch")
        expect(self.people.teller.put(path, limits), 403, "permission_denied")
        expect(self.people.admin.put(path, limits), 200)
        expect(self.transfer(5_001), 422, "transfer_limit_exceeded")
        expect(self.transfer(5_000), 201)
        expect(self.transfer(1_001), 422, "day_limit_exceeded")
        none = {"role": "customer", "currency": "EUR", **NO_LIMITS}
        expect(self.people.admin.put("/v1/role-limits", {**none, "per_day": money(5_500)}), 204)
        self.addCleanup(self.people.admin.put, "/v1/role-limits", none)
        expect(self.people.admin.put("/v1/role-limits", {**none, "per_day": money(1, "USD")}), 422,
               "currency_mismatch")
        expect(self.transfer(501), 422, "day_limit_exceeded")
        expect(self.transfer(501, client=self.people.teller), 201)
        account = self.people.account(self.alice["id"])
        self.assertEqual(account["spending"]["today"], money(5_501))

    def test_a_frozen_account_moves_only_as_it_may(self):
        path = f"/v1/accounts/{self.alice['id']}/freeze"
        frozen = {"is_debit_frozen": True, "is_credit_frozen": False, "reason": "inquiry 7"}
        expect(self.people["alice"].put(path, frozen), 403, "permission_denied")
        expect(self.people.teller.put(path, frozen), 200)
        expect(self.transfer(1), 422, "debit_account_frozen")
        paid = {"account_no": self.alice["account_no"], "amount": money(1)}
        expect(self.people.teller.post("/v1/deposits", paid, new_key()), 201)
        frozen = {"is_debit_frozen": False, "is_credit_frozen": True, "reason": "x"}
        expect(self.people.teller.put(path, frozen), 200)
        expect(
            self.people.teller.post("/v1/deposits", paid, new_key()), 422, "credit_account_frozen"
        )
        expect(self.transfer(1), 201)


class BalanceAtTest(MovementCase):
    def at(self, moment):
        path = f"/v1/accounts/{self.alice['id']}/balance"
        answer = expect(self.people["alice"].get(path, at=moment), 200)
        return units(answer["balance"])

    def test_is_that_of_every_instant(self):
        moments = []
        for amount in range(1, 151):  # More than two marks of the chain.
            moved = expect(self.transfer(amount % 7 + 1, client=self.people.teller), 201)
            moments.append((moved["created_at"], units(moved["balance"])))
        for moment, balance in moments[::10] + moments[-1:]:
            self.assertEqual(self.at(moment), balance, moment)
        first = datetime.fromisoformat(moments[0][0].replace("Z", "+00:00"))
        before = (first - timedelta(microseconds=1)).isoformat().replace("+00:00", "Z")
        self.assertEqual(self.at(before), 10_000)
        self.assertEqual(self.at("2001-01-01T00:00:00Z"), 0)
        now = datetime.now(timezone.utc).isoformat().replace("+00:00", "Z")
        self.assertEqual(self.at(now), self.people.balance(self.alice["id"]))
        path = f"/v1/accounts/{self.alice['id']}/balance"
        expect(self.people["bob"].get(path), 404, "account_not_found")
        expect(self.people["alice"].get(path, at="yesterday"), 400, "invalid_field")


if __name__ == "__main__":
    runner.main()
