#!/usr/bin/env python3
"""Sessions and secrets: rotation, re-use, revocation, throttling, lockout."""

import os
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

from support import runner
from support.bank import in_threads
from support.case import BankCase
from support.people import PASSWORD, PIN, expect
from support.shared import SharedBankCase

from rest_client import money, new_key


# Longer than any idle time here: some requests must not be repeated.
PATIENT = {"rest": {"idle_timeout_ms": "60000"}}


class SessionsTest(SharedBankCase):
    settings = PATIENT

    def setUp(self):
        self.name = "user-" + new_key()[:8]
        self.user = self.people.add(self.name)

    def log_in(self, password=PASSWORD):
        client = self.bank.client()
        self.addCleanup(client.close)
        self.tokens = expect(client.log_in(self.name, password), 200).body
        return client

    def refresh(self, client, token):
        return client.request("POST", "/v1/refresh", {"refresh_token": token}, token="")

    def test_a_login_says_who_it_is_and_for_how_long(self):
        client = self.log_in()
        self.assertEqual(self.tokens["token_type"], "Bearer")
        self.assertGreater(self.tokens["expires_in"], 0)
        self.assertEqual(self.tokens["user"]["user_name"], self.name)
        self.assertNotIn("password", self.tokens["user"])
        self.assertEqual(expect(client.get("/v1/users/me"), 200)["role"], "customer")

    def test_unknown_user_and_wrong_password_look_the_same(self):
        client = self.bank.client()
        self.addCleanup(client.close)
        answers = [
            expect(client.log_in(name, password), 401, "login_refused")
            for name, password in ((self.name, "not the password"), ("nobody-here", PASSWORD))
        ]
        shapes = [
            {k: v for k, v in answer.body.items() if k not in ("request_id",)} for answer in answers
        ]
        self.assertEqual(shapes[0], shapes[1])

    def test_a_refresh_rotates_the_token(self):
        client = self.log_in()
        fresh = expect(self.refresh(client, self.tokens["refresh_token"]), 200)
        self.assertNotEqual(fresh["refresh_token"], self.tokens["refresh_token"])
        self.assertEqual(fresh["session_id"], self.tokens["session_id"])
        client.access_token = fresh["access_token"]
        expect(client.get("/v1/users/me"), 200)

    def test_a_refresh_whose_answer_was_lost_may_be_sent_again(self):
        client = self.log_in()
        old = self.tokens["refresh_token"]
        first, second = (expect(self.refresh(client, old), 200) for _ in range(2))
        self.assertEqual(first["refresh_token"], second["refresh_token"])
        for answer in (first, second):
            client.access_token = answer["access_token"]
            expect(client.get("/v1/users/me"), 200)
        expect(self.refresh(client, first["refresh_token"]), 200)

    def test_two_refreshes_at_once_give_one_session(self):
        self.log_in()
        old = self.tokens["refresh_token"]

        def refresh(_):
            client = self.bank.client()
            self.addCleanup(client.close)
            return expect(self.refresh(client, old), 200)

        answers = in_threads(8, refresh)
        self.assertEqual(len({answer["refresh_token"] for answer in answers}), 1)
        client = self.bank.client()
        self.addCleanup(client.close)
        for answer in answers:
            client.access_token = answer["access_token"]
            expect(client.get("/v1/users/me"), 200)

    def assert_ends_the_session(self, fresh, again):
        expect(again, 401, "refresh_token_reused")
        client = self.bank.client()
        self.addCleanup(client.close)
        self.assertEqual(self.refresh(client, fresh["refresh_token"]).status, 401)
        client.access_token = fresh["access_token"]
        expect(client.get("/v1/users/me"), 401, "session_ended")

    def test_re_use_of_a_refresh_token_ends_the_whole_session(self):
        client = self.log_in()
        old = self.tokens["refresh_token"]
        fresh = expect(self.refresh(client, old), 200)
        fresh = expect(self.refresh(client, fresh["refresh_token"]), 200)
        self.assert_ends_the_session(fresh, self.refresh(client, old))

    def test_re_use_by_another_client_ends_it_at_once(self):
        client = self.log_in()
        old = self.tokens["refresh_token"]
        fresh = expect(self.refresh(client, old), 200)
        thief = self.bank.client()
        self.addCleanup(thief.close)
        again = thief.request(
            "POST", "/v1/refresh", {"refresh_token": old}, {"User-Agent": "thief"}, token=""
        )
        self.assert_ends_the_session(fresh, again)

    def test_re_use_after_ten_seconds_ends_it(self):
        client = self.log_in()
        old = self.tokens["refresh_token"]
        fresh = expect(self.refresh(client, old), 200)
        self.bank.database.query(
            "update bank.refresh_tokens set used_at = used_at - interval '10 seconds' "
            f"where session_id = {fresh['session_id']}",
            self.bank.database.name,
        )
        self.assert_ends_the_session(fresh, self.refresh(client, old))

    def test_after_logout_neither_token_works(self):
        client = self.log_in()
        expect(client.post("/v1/logout"), 204)
        expect(client.get("/v1/users/me"), 401, "session_ended")
        self.assertEqual(self.refresh(client, self.tokens["refresh_token"]).status, 401)

    def test_a_revoked_session_ends_at_once_and_the_others_go_on(self):
        first, second = self.log_in(), self.log_in()
        listed = expect(second.get("/v1/sessions"), 200)["items"]
        mine = [session for session in listed if session["is_current"]]
        self.assertEqual([session["id"] for session in mine], [self.tokens["session_id"]])
        expect(first.delete(f"/v1/sessions/{self.tokens['session_id']}"), 204)
        expect(second.get("/v1/users/me"), 401, "session_ended")
        expect(first.get("/v1/users/me"), 200)

    def test_a_session_of_another_cannot_be_revoked(self):
        stranger = self.log_in()
        other = self.people.log_in("alice")
        self.addCleanup(other.close)
        answer = other.delete(f"/v1/sessions/{self.tokens['session_id']}")
        self.assertIn(answer.status, (403, 404))
        expect(stranger.get("/v1/users/me"), 200)

    def test_a_change_of_password_ends_the_other_sessions(self):
        first, second = self.log_in(), self.log_in()
        body = {"current_password": PASSWORD, "new_password": "another battery staple 8"}
        expect(second.put("/v1/users/me/password", body), 204)
        expect(first.get("/v1/users/me"), 401, "session_ended")
        expect(second.get("/v1/users/me"), 200)
        expect(self.bank.client().log_in(self.name, PASSWORD), 401, "login_refused")
        self.log_in("another battery staple 8")

    def test_a_change_of_password_needs_the_present_one_and_a_good_one(self):
        client = self.log_in()
        wrong = {"current_password": "not the password", "new_password": "another battery 8"}
        expect(client.put("/v1/users/me/password", wrong), 403, "password_wrong")
        weak = {"current_password": PASSWORD, "new_password": "short"}
        answer = client.put("/v1/users/me/password", weak)
        self.assertIn(answer.code, ("secret_too_weak", "invalid_field"))
        self.log_in()

    def test_a_disabled_user_is_out_at_once_and_cannot_come_back(self):
        client = self.log_in()
        path = f"/v1/users/{self.user['id']}/disabled"
        shown = expect(self.people.admin.put(path, {"is_disabled": True}), 200)
        self.assertTrue(shown["is_disabled"])
        expect(client.get("/v1/users/me"), 401, "session_ended")
        expect(self.bank.client().log_in(self.name, PASSWORD), 401, "login_refused")
        expect(self.people.admin.put(path, {"is_disabled": False}), 200)
        self.log_in()

    def test_a_new_role_counts_at_once(self):
        client = self.log_in()
        expect(client.get("/v1/users"), 403, "permission_denied")
        path = f"/v1/users/{self.user['id']}/role"
        expect(self.people.admin.put(path, {"role": "auditor"}), 200)
        # Either the session continues with the new role, or it has ended; never with the old one.
        answer = client.get("/v1/users")
        self.assertIn((answer.status, answer.code), ((200, ""), (401, "session_ended")))

    def test_the_last_admin_stays(self):
        path = f"/v1/users/{self.people.user_id('root-admin')}"
        expect(self.people.admin.put(path + "/role", {"role": "teller"}), 409, "last_admin")
        expect(self.people.admin.put(path + "/disabled", {"is_disabled": True}), 409, "last_admin")


class ThrottlingTest(SharedBankCase):
    settings = PATIENT

    def test_wrong_passwords_are_slowed_down_and_the_right_one_waits_too(self):
        self.people.add("target")
        client = self.bank.client()
        self.addCleanup(client.close)
        answer = None
        for _ in range(30):
            answer = client.log_in("target", "not the password")
            if answer.status == 429:
                break
            expect(answer, 401, "login_refused")
        expect(answer, 429, "login_throttled")
        self.assertGreater(int(answer.headers["retry-after"]), 0)
        expect(client.log_in("target", PASSWORD), 429, "login_throttled")
        # No other user is affected.
        self.people.log_in("alice").close()

    def test_it_is_in_the_audit_trail(self):
        items = expect(
            self.people.admin.get("/v1/audit-logs", action="login", outcome="login_refused"), 200
        )["items"]
        for record in items:
            self.assertNotIn("not the password", str(record))


class BudgetTest(BankCase):
    settings = {"rates": {"read_per_minute": "20"}}

    def test_reads_beyond_the_budget_are_refused_with_a_time_to_come_back(self):
        client = self.people["alice"]
        answers = [client.get("/v1/users/me") for _ in range(60)]
        self.assertEqual(answers[0].status, 200)
        self.assertIn("ratelimit", answers[0].headers)
        self.assertIn("ratelimit-policy", answers[0].headers)
        refused = [answer for answer in answers if answer.status == 429]
        self.assertTrue(refused)
        expect(refused[0], 429, "rate_limited")
        self.assertGreater(int(refused[0].headers["retry-after"]), 0)


class PinTest(SharedBankCase):
    settings = PATIENT

    def setUp(self):
        self.account = self.people.open_account("alice", deposit=10_000)
        self.path = f"/v1/accounts/{self.account['id']}"
        self.alice = self.people["alice"]

    def withdraw(self, pin=None):
        body = {"account_no": self.account["account_no"], "amount": money(10)}
        if pin:
            body["pin"] = pin
        return self.alice.post("/v1/withdrawals", body, new_key())

    def lock_by_wrong_pins(self):
        for _ in range(3):
            expect(self.withdraw("900109"), 403, "pin_wrong")

    def test_three_wrong_pins_lock_and_a_teller_unlocks(self):
        self.lock_by_wrong_pins()
        self.assertTrue(self.people.account(self.account["id"])["is_locked"])
        expect(self.withdraw(PIN), 403, "account_locked")
        self.assertEqual(self.people.balance(self.account["id"]), 10_000)
        expect(self.people.teller.post(self.path + "/unlock", {"reason": "known"}), 200)
        # The count restarts: two more wrong ones do not lock.
        for _ in range(2):
            expect(self.withdraw("900109"), 403, "pin_wrong")
        expect(self.withdraw(PIN), 201)
        self.assertEqual(self.people.balance(self.account["id"]), 9_990)

    def test_the_lockout_is_in_the_audit_trail_without_the_pin(self):
        self.lock_by_wrong_pins()
        items = expect(
            self.people.admin.get("/v1/audit-logs", account_id=self.account["id"], limit=100), 200
        )["items"]
        actions = [record["action"] for record in items]
        self.assertEqual(actions.count("pin_lockout"), 1)
        wrong = [record for record in items if record["outcome"] == "pin_wrong"]
        self.assertEqual(len(wrong), 3)
        self.assertNotIn("900109", str(items))

    def test_the_right_pin_resets_the_count(self):
        for _ in range(2):
            for _ in range(2):
                expect(self.withdraw("900109"), 403, "pin_wrong")
            expect(self.withdraw(PIN), 201)

    def test_a_pin_in_a_request_covers_that_request_only(self):
        expect(self.withdraw(PIN), 201)
        expect(self.withdraw(), 403, "pin_required")

    def test_a_pin_authorization_covers_this_session_only(self):
        expect(self.withdraw(), 403, "pin_required")
        expect(self.alice.post(self.path + "/pin-authorization", {"pin": PIN}), 201)
        expect(self.withdraw(), 201)
        other = self.people.log_in("alice")
        self.addCleanup(other.close)
        self.alice, before = other, self.alice
        expect(self.withdraw(), 403, "pin_required")
        self.alice = before


if __name__ == "__main__":
    runner.main()
