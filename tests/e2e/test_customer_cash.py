#!/usr/bin/env python3
"""A bank whose customers make no deposits and withdrawals: [bank] customer_cash = no."""

import json
import os
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

from support import runner
from support.case import BankCase
from support.people import PASSWORD, PIN, assert_sound, expect

from rest_client import money, new_key

REFUSED = (403, "cash_by_staff_only")
PATHS = ("/v1/deposits", "/v1/withdrawals")


class CustomerCashTest(BankCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.account = cls.people.open_account("alice", deposit=10_000)
        cls.target = cls.people.open_account("bob")
        # While customers may still do so.
        cls.keys = {path: new_key() for path in PATHS}
        cls.first = {
            path: expect(cls.move("alice", path, cls.keys[path]), 201).body for path in PATHS
        }
        cls.allowed = cls.may_move_cash()
        cls.bank.stop()
        cls.bank.configure({"bank": {"customer_cash": "no"}})
        cls.bank.start()
        cls.people.log_in_again()

    @classmethod
    def move(cls, name, path, key, pin=PIN):
        body = {"account_no": cls.account["account_no"], "amount": money(10)}
        if pin:
            body["pin"] = pin
        return cls.people[name].post(path, body, key)

    @classmethod
    def may_move_cash(cls):
        found = {}
        for name in ("alice", "clerk", "root-admin", "inspector"):
            client = cls.bank.client()
            found[name] = expect(client.log_in(name, PASSWORD), 200)["may_move_cash"]
            client.close()
        return found

    def state(self):
        """Balances and wrong PINs."""
        return self.people.account(self.account["id"]), self.people.account(self.target["id"])

    def outcomes(self, count):
        """Of the latest records about cash, newest first."""
        found = []
        for action in ("deposit", "withdrawal"):
            path = f"/v1/audit-logs?action={action}&limit={count}"
            found += expect(self.people.admin.get(path), 200)["items"][:count]
        return {each["outcome"] for each in found}

    def test_a_customer_is_sent_to_a_teller_with_any_pin_and_without(self):
        before = self.state()
        for path in PATHS:
            for pin in (PIN, "", "908172"):
                answer = self.move("alice", path, new_key(), pin)
                self.assertEqual((answer.status, answer.code), REFUSED, answer.body)
                self.assertIn("Ask a teller", answer.body["title"])
        self.assertEqual(self.state(), before)
        self.assertEqual(self.outcomes(3), {"cash_by_staff_only"})
        # The wrong PINs were not checked: three of them would have locked the account.
        for _ in range(3):
            self.move("alice", "/v1/deposits", new_key(), "908172")
        self.assertFalse(self.people.account(self.account["id"])["is_locked"])

    def test_an_authorized_session_is_too(self):
        path = f"/v1/accounts/{self.account['id']}/pin-authorization"
        expect(self.people["alice"].post(path, {"pin": PIN}), 201)
        before = self.state()
        for path in PATHS:
            answer = self.move("alice", path, new_key(), "")
            self.assertEqual((answer.status, answer.code), REFUSED, answer.body)
        self.assertEqual(self.state(), before)

    def test_staff_deposits_and_withdraws(self):
        for name in ("clerk", "root-admin"):
            for path in PATHS:
                expect(self.move(name, path, new_key(), ""), 201)
        answer = self.move("inspector", "/v1/deposits", new_key(), "")
        expect(answer, 403, "permission_denied")

    def test_what_was_decided_before_is_answered_again(self):
        before = self.state()
        for path in PATHS:
            again = expect(self.move("alice", path, self.keys[path]), 201)
            self.assertEqual(again.headers["idempotency-replayed"], "true")
            self.assertEqual(again["id"], self.first[path]["id"])
            # As long as it is the same request.
            body = {
                "account_no": self.account["account_no"], "amount": money(11), "pin": PIN,
            }
            answer = self.people["alice"].post(path, body, self.keys[path])
            expect(answer, 422, "idempotency_key_reused")
        self.assertEqual(self.state(), before)

    def test_the_log_says_that_it_was_otherwise(self):
        said = "customer_cash is now no in the database and was yes"
        self.assertEqual(self.bank.log().count(said), 1)

    def test_a_linked_group_and_a_line_of_a_batch_are_refused(self):
        transfer = {
            "kind": "transfer",
            "debit_account_no": self.account["account_no"],
            "credit_account_no": self.target["account_no"],
            "amount": money(10),
            "pin": PIN,
        }
        cash = {
            "kind": "withdrawal",
            "account_no": self.account["account_no"],
            "amount": money(10),
            "pin": PIN,
        }
        before = self.state()
        body = {"transfers": [transfer, cash]}
        answer = self.people["alice"].post("/v1/linked-transfers", body, new_key())
        self.assertEqual((answer.status, answer.code), REFUSED, answer.body)
        self.assertEqual(self.state(), before)

        lines = [{"key": new_key(), **cash}, {"key": new_key(), **transfer}]
        statuses = self.batch(lines)
        self.assertEqual(statuses, ["cash_by_staff_only", "posted"])

    def batch(self, lines):
        client = self.people.log_in("alice")
        self.addCleanup(client.close)
        headers = {
            "Authorization": "Bearer " + client.access_token,
            "Content-Type": "application/x-ndjson",
        }
        connection = client._connection  # pylint: disable=protected-access
        body = b"".join(json.dumps(line).encode() + b"\n" for line in lines)
        connection.request("POST", "/v1/transfer-batches", body, headers)
        response = connection.getresponse()
        answers = [json.loads(line) for line in response.read().splitlines()][:-1]
        self.assertEqual(response.status, 200, answers)
        return [each["status"] for each in answers]

    def test_transfers_and_holds_are_as_ever(self):
        body = {
            "debit_account_no": self.account["account_no"],
            "credit_account_no": self.target["account_no"],
            "amount": money(10),
            "pin": PIN,
        }
        expect(self.people["alice"].post("/v1/transfers", body, new_key()), 201)
        held = expect(self.people["alice"].post("/v1/holds", body, new_key()), 201)
        path = f"/v1/holds/{held['id']}/capture"
        expect(self.people["bob"].post(path, {}, new_key()), 201)
        assert_sound(self, self.people)

    def test_a_session_says_whether_it_may(self):
        always = {"clerk": True, "root-admin": True, "inspector": False}
        self.assertEqual(self.allowed, {**always, "alice": True})
        self.assertEqual(self.may_move_cash(), {**always, "alice": False})

    def test_the_change_is_in_the_audit_log(self):
        found = expect(self.people.admin.get("/v1/audit-logs?action=set_customer_cash"), 200)
        self.assertEqual([each["details"] for each in found["items"]], [{"customer_cash": False}])

    def test_a_reload_says_that_it_needs_a_restart(self):
        since = len(self.bank.log())
        self.bank.configure({"bank": {"customer_cash": "yes"}})
        self.addCleanup(self.bank.configure, {"bank": {"customer_cash": "no"}})
        self.bank.reload()
        self.bank.await_log(
            r"\[bank\] customer_cash was changed; the change needs a restart", since
        )
        answer = self.move("alice", "/v1/deposits", new_key())
        self.assertEqual((answer.status, answer.code), REFUSED)


if __name__ == "__main__":
    runner.main()
