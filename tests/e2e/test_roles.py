#!/usr/bin/env python3
"""The capability matrix through REST: each cell allowed or denied; a denial changes nothing.

Its columns: a customer with their own account, a customer with another's, teller, admin, auditor.
"""

import os
import sys
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

from support import runner
from support.case import BankCase
from support.people import PASSWORD, PIN, expect

from rest_client import money, new_key

ACTORS = {
    "own": "alice",
    "other": "bob",
    "teller": "clerk",
    "admin": "root-admin",
    "auditor": "inspector",
}
DENIED = (403, "permission_denied")
HIDDEN = (404, "account_not_found")


def allow(*actors):
    """Outcome by actor: None where allowed, DENIED elsewhere."""
    return {actor: None if actor in actors else DENIED for actor in ACTORS}


STAFF = ("teller", "admin")
ANY = tuple(ACTORS)
RECEIPT_WITHIN_S = 30


class RolesTest(BankCase):
    settings = {"audit": {"checkpoint_interval_s": "1"}}

    def setUp(self):
        self.account = self.people.open_account("alice", deposit=10_000)
        self.target = self.people.open_account("bob")

    def check(self, wanted, status, call, undo=None):
        """call(client, actor) for each actor; after a denial the accounts are unchanged."""
        for actor, name in ACTORS.items():
            with self.subTest(actor=actor):
                before = self.state()
                answer = call(self.people[name], actor)
                if wanted[actor] is None:
                    self.assertEqual((answer.status, answer.code), (status, ""), answer.body)
                    if undo:
                        undo()
                else:
                    self.assertEqual((answer.status, answer.code), wanted[actor], answer.body)
                    self.assertEqual(self.state(), before)

    def state(self):
        return [self.people.account(account["id"]) for account in (self.account, self.target)]

    def path(self, what=""):
        return f"/v1/accounts/{self.account['id']}{what}"

    def number(self):
        return self.account["account_no"]

    # Accounts.

    def test_view_account(self):
        wanted = {**allow(*ANY), "other": HIDDEN}
        self.check(wanted, 200, lambda client, _: client.get(self.path()))

    def test_view_history(self):
        wanted = {**allow(*ANY), "other": HIDDEN}
        self.check(wanted, 200, lambda client, _: client.get(self.path("/history")))

    def test_list_accounts_shows_a_customer_only_the_own(self):
        def listed(name):
            return {account["owner"] for account in self.people[name].pages("/v1/accounts")}

        self.assertEqual(listed("alice"), {"alice"})
        self.assertEqual(listed("bob"), {"bob"})
        for name in ("clerk", "root-admin", "inspector"):
            self.assertLessEqual({"alice", "bob"}, listed(name))

    def test_open_account(self):
        body = {"owner": "alice", "name": "Another", "currency": "EUR"}
        self.check(allow(*STAFF), 201, lambda client, _: client.post("/v1/accounts", body))

    def test_rename_account(self):
        self.check(
            {**allow("own", *STAFF), "other": HIDDEN},
            200,
            lambda client, actor: client.put(self.path("/name"), {"name": f"By {actor}"}),
        )
        self.assertEqual(self.people.account(self.account["id"])["name"], "By admin")

    def test_lock_account(self):
        def unlock():
            expect(self.people.teller.post(self.path("/unlock"), {"reason": "over"}), 200)

        self.check(
            allow(*STAFF),
            200,
            lambda client, _: client.post(self.path("/lock"), {"reason": "a test"}),
            unlock,
        )

    def test_unlock_account(self):
        def lock():
            expect(self.people.teller.post(self.path("/lock"), {"reason": "a test"}), 200)

        lock()
        self.check(
            allow(*STAFF),
            200,
            lambda client, _: client.post(self.path("/unlock"), {"reason": "a test"}),
            lock,
        )
        for wrong in ({}, {"reason": ""}, {"reason": "x" * 201}):
            refused = self.people.teller.post(self.path("/unlock"), wrong)
            self.assertEqual(refused.status, 400)
        done = "?action=unlock_account&outcome=ok&limit=1"
        found = expect(self.people.admin.get("/v1/audit-logs" + done), 200)
        self.assertEqual(found["items"][0]["details"]["reason"], "a test")

    def test_close_account(self):
        # Not empty: a role that may close gets that error, a role that may not gets permission
        # denied.
        wanted = {actor: (409, "account_not_empty") for actor in STAFF}
        wanted = {**allow(), **wanted}
        self.check(wanted, 200, lambda client, _: client.post(self.path("/close")))

    def test_set_overdraft_limit(self):
        self.check(
            allow("admin"),
            200,
            lambda client, _: client.put(
                self.path("/overdraft-limit"), {"overdraft_limit": money(100)}
            ),
        )

    def test_set_pin(self):
        new = {"current_pin": PIN, "new_pin": "314159"}
        before = {"current_pin": "314159", "new_pin": PIN}
        answer = self.people["alice"].put(self.path("/pin"), new)
        expect(answer, 204)
        expect(self.people["alice"].put(self.path("/pin"), before), 204)
        for name in ("bob", "inspector"):
            answer = self.people[name].put(self.path("/pin"), new)
            self.assertIn((answer.status, answer.code), (DENIED, HIDDEN), name)
        body = {"pin": PIN}
        expect(self.people["alice"].post(self.path("/pin-authorization"), body), 201)

    # Money.

    def test_deposit(self):
        self.check(allow("own", *STAFF), 201, self.move("/v1/deposits"))

    def test_withdraw(self):
        self.check(allow("own", *STAFF), 201, self.move("/v1/withdrawals"))

    def move(self, path):
        def call(client, actor):
            body = {"account_no": self.number(), "amount": money(10)}
            if actor in ("own", "other"):
                body["pin"] = PIN
            return client.post(path, body, new_key())

        return call

    def test_transfer(self):
        def call(client, actor):
            body = {
                "debit_account_no": self.number(),
                "credit_account_no": self.target["account_no"],
                "amount": money(10),
            }
            if actor in ("own", "other"):
                body["pin"] = PIN
            return client.post("/v1/transfers", body, new_key())

        self.check(allow("own", *STAFF), 201, call)

    def test_a_customer_without_pin_moves_nothing(self):
        body = {"account_no": self.number(), "amount": money(10)}
        before = self.state()
        answer = self.people["alice"].post("/v1/withdrawals", body, new_key())
        expect(answer, 403, "pin_required")
        self.assertEqual(self.state(), before)

    def test_view_transfer(self):
        body = {"account_no": self.number(), "amount": money(10)}
        made = expect(self.people.teller.post("/v1/deposits", body, new_key()), 201)
        wanted = {**allow(*ANY), "other": (404, "not_found")}
        self.check(wanted, 200, lambda client, _: client.get(f"/v1/transfers/{made['id']}"))

    def test_view_receipt(self):
        body = {"account_no": self.number(), "amount": money(10)}
        made = expect(self.people.teller.post("/v1/deposits", body, new_key()), 201)
        path = f"/v1/transfers/{made['id']}/receipt"
        self.wait_for_receipt(path)
        wanted = {**allow(*ANY), "other": (404, "not_found")}
        self.check(wanted, 200, lambda client, _: client.get(path))
        checkpoint = self.people.teller.get("/v1/audit/checkpoint")
        self.assertEqual(checkpoint.status, 200)

    def wait_for_receipt(self, path):
        """It is available with the checkpoint that the request itself has signed."""
        deadline = time.monotonic() + RECEIPT_WITHIN_S
        while self.people.teller.get(path).status == 202:
            self.assertLess(time.monotonic(), deadline, "no checkpoint")
            time.sleep(0.05)

    # Users.

    def test_view_users(self):
        wanted = allow("admin", "auditor")
        self.check(wanted, 200, lambda client, _: client.get("/v1/users"))

    def test_view_another_user(self):
        path = f"/v1/users/{self.people.user_id('clerk')}"
        self.check(allow("teller", "admin", "auditor"), 200, lambda client, _: client.get(path))

    def test_add_user(self):
        def call(client, actor):
            name = f"new-{actor}-{new_key()[:8]}"
            body = {"user_name": name, "role": "customer", "password": PASSWORD}
            return client.post("/v1/users", body)

        self.check(allow("admin"), 201, call)

    def test_reset_password(self):
        user = self.people.add("someone-" + new_key()[:8])
        path = f"/v1/users/{user['id']}/reset-password"
        self.check(allow("admin"), 200, lambda client, _: client.post(path))

    def test_set_role_and_disable(self):
        name = "someone-" + new_key()[:8]
        user = self.people.add(name)
        path = f"/v1/users/{user['id']}"
        self.check(
            allow("admin"),
            200,
            lambda client, _: client.put(path + "/role", {"role": "customer"}),
        )
        self.check(
            allow("admin"),
            200,
            lambda client, _: client.put(path + "/disabled", {"is_disabled": False}),
        )

    def test_view_sessions_of_another(self):
        path = f"/v1/sessions?user_id={self.people.user_id('clerk')}"
        for name, status in (("alice", 403), ("root-admin", 200), ("inspector", 200)):
            self.assertEqual(self.people[name].get(path).status, status, name)

    def test_everybody_knows_the_own_user(self):
        for name in ACTORS.values():
            self.assertEqual(
                expect(self.people[name].get("/v1/users/me"), 200)["user_name"], name
            )

    # The bank.

    def test_view_audit_logs(self):
        self.check(
            allow("admin", "auditor"), 200, lambda client, _: client.get("/v1/audit-logs")
        )

    def wait_for_checkpoint(self):
        body = {"account_no": self.number(), "amount": money(10)}
        made = expect(self.people.teller.post("/v1/deposits", body, new_key()), 201)
        self.wait_for_receipt(f"/v1/transfers/{made['id']}/receipt")

    def test_prove_a_range_of_the_audit_log(self):
        self.wait_for_checkpoint()
        path = "/v1/audit/range?first=1&last=9"
        self.check(allow("admin", "auditor"), 200, lambda client, _: client.get(path))
        backwards = self.people.admin.get("/v1/audit/range?first=9&last=1")
        self.assertEqual(backwards["errors"][0]["parameter"], "last")
        for wrong in ("?first=9&last=1", "?first=1", "", "?first=0&last=1", "?first=1&last=x"):
            expect(self.people.admin.get("/v1/audit/range" + wrong), 400, "invalid_field")

    def test_everybody_may_have_it_proven_that_the_log_grew(self):
        self.wait_for_checkpoint()
        client = self.bank.client()
        self.addCleanup(client.close)
        size = expect(self.people.admin.get("/v1/audit/range?first=1&last=2"), 200)["tree_size"]
        for older in ("1", size):
            path = f"/v1/audit/consistency?older={older}&newer={size}"
            answer = expect(client.get(path), 200)
            self.assertEqual((answer["older"], answer["newer"]), (older, size))
        for wrong in (f"?older={size}&newer=1", "?older=1&newer=1000000000", "?older=1"):
            expect(client.get("/v1/audit/consistency" + wrong), 400, "invalid_field")

    def test_check_ledger(self):
        self.check(
            allow("admin", "auditor"), 200, lambda client, _: client.get("/v1/ledger/check")
        )

    def test_check_schema(self):
        self.check(
            allow("admin", "auditor"), 200, lambda client, _: client.get("/v1/schema/check")
        )

    def test_list_alarms(self):
        path = "/v1/alarms?include_cleared=true"
        self.check(allow("admin", "auditor"), 200, lambda client, _: client.get(path))

    def test_clear_alarm(self):
        body = {"reason": "there is none"}
        self.check(
            {**allow(), "admin": (404, "not_found")}, 200,
            lambda client, _: client.post("/v1/alarms/1/clear", body))

    def test_view_system_status(self):
        self.check(
            allow("admin", "auditor"), 200, lambda client, _: client.get("/v1/system/status")
        )

    def test_view_settings(self):
        path = "/v1/system/settings"
        self.check(allow("admin", "auditor"), 200, lambda client, _: client.get(path))
        answer = expect(self.people.admin.get(path), 200)
        self.assertEqual(answer["file"], self.bank.config_path)
        found = answer["items"]
        values = {(each["section"], each["name"]): each["value"] for each in found}
        self.assertEqual(values["rest", "port"], str(self.bank.port))
        self.assertEqual(len(values), len(found))

    def test_nobody_gets_nothing(self):
        client = self.bank.client()
        self.addCleanup(client.close)
        for path in (
            "/v1/users/me",
            "/v1/users",
            "/v1/sessions",
            "/v1/accounts",
            self.path(),
            self.path("/history"),
            "/v1/audit-logs",
            "/v1/audit/range?first=1&last=2",
            "/v1/ledger/check",
            "/v1/system/status",
            "/v1/system/settings",
        ):
            with self.subTest(path=path):
                expect(client.get(path), 401, "not_authenticated")


if __name__ == "__main__":
    runner.main()
