#!/usr/bin/env python3
"""One-time passwords: a reset, the first sign-in, the session's restrictions, the expiry."""

import json
import os
import re
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

from support import runner
from support.people import ONE_TIME_PASSWORD, PASSWORD, PIN, ROLES, expect
from support.shared import SharedBankCase

from rest_client import money, new_key

ADVICE = "Call 030 1234 <b>now</b> & bring proof of who you are."
OWN = "another battery staple 8"
REQUIRED = (403, "password_change_required")


class PasswordCase(SharedBankCase):
    settings = {
        "rest": {"idle_timeout_ms": "60000"},
        "bank": {"forgotten_password_text": ADVICE},
    }

    def setUp(self):
        self.name = "user-" + new_key()[:8]
        self.user = self.people.add(self.name)
        self.path = f"/v1/users/{self.user['id']}"

    def client(self):
        client = self.bank.client()
        self.addCleanup(client.close)
        return client

    def log_in(self, password, status=200, code=""):
        client = self.client()
        answer = expect(client.log_in(self.name, password), status, code)
        self.tokens = answer.body
        return client

    def reset(self):
        answer = expect(self.people.admin.post(self.path + "/reset-password"), 200)
        return answer["password"]

    def shown(self):
        return expect(self.people.admin.get(self.path), 200).body

    def query(self, sql):
        """As the database's superuser, with rights that no user of the bank has."""
        return self.bank.database.query(sql, self.bank.database.name).strip()

    def move_expiry(self, interval):
        """As if this much time had passed."""
        self.query(
            "set session_replication_role = replica; "
            "update bank.users set password_expires_at = password_expires_at - "
            f"interval '{interval}' where id = {self.user['id']}"
        )

    def minutes_left(self):
        return int(self.query(
            "select round(extract(epoch from password_expires_at - now()) / 60) from bank.users "
            f"where id = {self.user['id']}"
        ))


class ResetTest(PasswordCase):
    def test_the_bank_makes_a_readable_password_that_lasts_a_day(self):
        answer = expect(self.people.admin.post(self.path + "/reset-password", {}), 200)
        self.assertRegex(answer["password"], "^[a-hj-km-np-z2-9]{4}(-[a-hj-km-np-z2-9]{4}){3}$")
        self.assertEqual(answer["user"]["user_name"], self.name)
        self.assertEqual(answer["user"]["password_state"], "one_time")
        self.assertIn("no-store", answer.headers["cache-control"])
        self.assertEqual(self.minutes_left(), 24 * 60)
        self.assertEqual(self.shown(), answer["user"])
        self.assertNotEqual(self.reset(), answer["password"])

    def test_all_sessions_end_and_the_old_password_with_them(self):
        first, second = self.people[self.name], self.log_in(PASSWORD)
        self.reset()
        for client in (first, second):
            expect(client.get("/v1/users/me"), 401, "session_ended")
        refresh = {"refresh_token": self.tokens["refresh_token"]}
        self.assertEqual(self.client().post("/v1/refresh", refresh).status, 401)
        self.log_in(PASSWORD, 401, "login_refused")

    def test_pin_authorizations_end_too(self):
        account = self.people.open_account(self.name, deposit=1_000)
        client = self.people[self.name]
        authorize = f"/v1/accounts/{account['id']}/pin-authorization"
        expect(client.post(authorize, {"pin": PIN}), 201)
        held = (
            "select count(*) from bank.pin_authorizations p join bank.sessions s "
            f"on s.id = p.session_id where s.user_id = {self.user['id']}"
        )
        self.assertEqual(self.query(held), "1")
        self.reset()
        self.assertEqual(self.query(held), "0")

    def test_nobody_but_an_admin_resets(self):
        for name, role in ROLES.items():
            if role == "admin":
                continue
            with self.subTest(role=role):
                answer = self.people[name].post(self.path + "/reset-password")
                expect(answer, 403, "permission_denied")
        expect(self.client().post(self.path + "/reset-password"), 401, "not_authenticated")
        self.log_in(PASSWORD)

    def test_not_ones_own_and_not_a_local_administrators(self):
        own = self.people.user_id("root-admin")
        expect(self.people.admin.post(f"/v1/users/{own}/reset-password"), 403, "permission_denied")
        expect(self.people.admin.get("/v1/users/me"), 200)
        listed = expect(self.people.admin.get("/v1/users", name_prefix="os:"), 200)["items"]
        self.assertEqual(listed[0]["password_state"], "none")
        local = f"/v1/users/{listed[0]['id']}/reset-password"
        answer = expect(self.people.admin.post(local), 403, "permission_denied")
        self.assertEqual(answer["detail"], "A local administrator has no password.")
        absent = "/v1/users/999999999/reset-password"
        expect(self.people.admin.post(absent), 404, "user_not_found")

    def test_it_is_audited_without_the_secret(self):
        password = self.reset()
        self.log_in(password)
        items = expect(
            self.people.auditor.get("/v1/audit-logs", action="reset_password", limit=100), 200
        )["items"]
        mine = [item for item in items if item["details"].get("user_name") == self.name]
        self.assertEqual(len(mine), 1)
        self.assertEqual((mine[0]["actor"], mine[0]["outcome"]), ("root-admin", "ok"))
        self.assertEqual(str(mine[0]["details"]["user_id"]), self.user["id"])
        everything = expect(self.people.auditor.get("/v1/audit-logs", limit=100), 200).body
        self.assertNotIn(password, json.dumps(everything))
        self.assertNotIn(password, self.bank.log())

    def test_by_bankctl(self):
        done = self.bank.bankctl("--json", "user", "password", self.name, "--yes")
        self.assertEqual(done.returncode, 0, done.stderr)
        password = json.loads(done.stdout)["password"]
        self.log_in(password)
        shown = self.bank.bankctl("user", "show", self.name).stdout
        self.assertIn("one-time", shown)
        again = self.bank.bankctl("user", "password", self.name, "--yes")
        self.assertEqual(again.returncode, 0, again.stderr)
        made = re.search(r"[a-z2-9]{4}(-[a-z2-9]{4}){3}", again.stdout)[0]
        self.log_in(password, 401, "login_refused")
        self.log_in(made)
        self.assertNotIn(made, self.bank.log())
        self.assertRegex(again.stdout, r"\tactive\t")
        expect(self.people.admin.put(self.path + "/disabled", {"is_disabled": True}), 200)
        disabled = self.bank.bankctl("user", "password", self.name, "--yes")
        self.assertRegex(disabled.stdout, r"\tdisabled\t")
        local = self.bank.bankctl("user", "password", f"os:{os.getuid()}", "--yes")
        self.assertNotEqual(local.returncode, 0)
        self.assertIn("their own password", local.stderr)
        self.assertNotIn("[admin-access]", local.stderr)
        absent = self.bank.bankctl("user", "password", "nobody-here", "--yes")
        self.assertNotEqual(absent.returncode, 0)
        self.assertIn("user list", absent.stderr)


class OneTimeTest(PasswordCase):
    def other_requests(self):
        """Requests of a session after the password change, with their expected responses."""
        me = self.user["id"]
        account = self.people.open_account(self.name, deposit=1_000)
        number, path = account["account_no"], f"/v1/accounts/{account['id']}"
        withdrawal = {"account_no": number, "amount": money(10), "pin": PIN}
        transfer = {
            "debit_account_no": number,
            "credit_account_no": self.people.open_account("bob")["account_no"],
            "amount": money(10),
            "reference": "",
            "pin": PIN,
        }
        session = self.tokens["session_id"]
        return [
            lambda client: client.get("/v1/accounts"),
            lambda client: client.get(path),
            lambda client: client.get(path + "/balance"),
            lambda client: client.get(path + "/history"),
            lambda client: client.get(path + "/holds"),
            lambda client: client.get("/v1/sessions"),
            lambda client: client.get(f"/v1/users/{me}"),
            lambda client: client.post(path + "/pin-authorization", {"pin": PIN}),
            lambda client: client.put(path + "/pin", {"current_pin": PIN, "new_pin": "314159"}),
            lambda client: client.delete(f"/v1/sessions/{session}"),
            lambda client: client.post("/v1/deposits", withdrawal, new_key()),
            lambda client: client.post("/v1/withdrawals", withdrawal, new_key()),
            lambda client: client.post("/v1/transfers", transfer, new_key()),
            lambda client: client.post("/v1/holds", {**transfer, "expires_in_s": 60}, new_key()),
            lambda client: client.post(
                "/v1/linked-transfers", {"transfers": [{**transfer, "kind": "transfer"}]}, new_key()
            ),
            # Operations that no customer may call fail for the same reason.
            lambda client: client.get("/v1/audit-logs"),
        ], account["id"]

    def test_its_session_may_only_change_the_password(self):
        password = self.reset()
        client = self.log_in(password)
        self.assertEqual(self.tokens["user"]["password_state"], "one_time")
        requests, account = self.other_requests()
        for number, send in enumerate(requests):
            with self.subTest(number=number):
                expect(send(client), *REQUIRED)
        self.assertEqual(self.people.balance(account), 1_000)
        me = expect(client.get("/v1/users/me"), 200)
        self.assertEqual((me["user_name"], me["password_state"]), (self.name, "one_time"))
        expect(client.change_password(password, OWN), 204)
        me = expect(client.get("/v1/users/me"), 200)
        self.assertEqual((me["password_state"], me["password_expires_at"]), ("chosen", None))
        for number, send in enumerate(requests[:7]):
            with self.subTest(number=number):
                expect(send(client), 200)
        self.log_in(password, 401, "login_refused")
        self.log_in(OWN)

    def test_its_session_streams_no_batch(self):
        client = self.log_in(self.reset())
        headers = {
            "Authorization": "Bearer " + client.access_token,
            "Content-Type": "application/x-ndjson",
            "Content-Length": str(1 << 20),
        }
        connection = client._connection  # pylint: disable=protected-access
        connection.request("POST", "/v1/transfer-batches", headers=headers)
        # The response arrives before the body is sent.
        response = connection.getresponse()
        problem = json.loads(response.read())
        self.assertEqual((response.status, problem["code"]), REQUIRED)
        self.assertEqual(response.getheader("connection"), "close")

    def test_an_admins_session_too(self):
        name = "boss-" + new_key()[:8]
        user = {"user_name": name, "role": "admin", "password": ONE_TIME_PASSWORD}
        expect(self.people.admin.post("/v1/users", user), 201)
        client = self.people.log_in(name, ONE_TIME_PASSWORD)
        self.addCleanup(client.close)
        for path in ("/v1/users", "/v1/audit-logs", "/v1/ledger/check", "/v1/system/settings"):
            expect(client.get(path), *REQUIRED)
        expect(client.post("/v1/users", {**user, "user_name": "x" + name}), *REQUIRED)
        expect(client.put(self.path + "/role", {"role": "admin"}), *REQUIRED)
        expect(client.post(self.path + "/reset-password"), *REQUIRED)
        expect(client.put(self.path + "/disabled", {"is_disabled": True}), *REQUIRED)
        self.assertEqual(self.shown()["role"], "customer")
        expect(self.people[self.name].get("/v1/users/me"), 200)

    def test_what_it_is_refused_is_recorded(self):
        client = self.log_in(self.reset())
        expect(client.get("/v1/accounts"), *REQUIRED)
        items = expect(
            self.people.auditor.get("/v1/audit-logs", actor=self.name, limit=1), 200
        )["items"]
        self.assertEqual(
            (items[0]["action"], items[0]["outcome"]), ("view_account", REQUIRED[1])
        )

    def test_the_new_password_is_another_one_and_a_good_one(self):
        password = self.reset()
        client = self.log_in(password)
        expect(client.change_password(password, password), 422, "secret_too_weak")
        expect(client.change_password(password, "short"), 422, "secret_too_weak")
        expect(client.change_password(PASSWORD, OWN), 403, "password_wrong")
        expect(client.get("/v1/accounts"), *REQUIRED)

    def test_it_logs_out(self):
        client = self.log_in(self.reset())
        expect(client.post("/v1/logout"), 204)
        expect(client.get("/v1/users/me"), 401, "session_ended")

    def test_it_is_renewed_and_stays_what_it_is(self):
        client = self.log_in(self.reset())
        fresh = expect(
            client.post("/v1/refresh", {"refresh_token": self.tokens["refresh_token"]}), 200
        )
        self.assertEqual(fresh["user"]["password_state"], "one_time")
        client.access_token = fresh["access_token"]
        expect(client.get("/v1/accounts"), *REQUIRED)

    def test_a_lost_answer_may_be_asked_for_again_for_a_quarter_of_an_hour(self):
        password = self.reset()
        first = self.log_in(password)
        self.assertEqual(self.minutes_left(), 15)
        # The deadline that the web client shows.
        expires = self.shown()["password_expires_at"]
        self.assertEqual(self.tokens["user"]["password_expires_at"], expires)
        self.move_expiry("10 minutes")
        second = self.log_in(password)
        self.assertEqual(self.minutes_left(), 5)
        expect(first.get("/v1/users/me"), 401, "session_ended")
        self.move_expiry("5 minutes")
        expect(second.get("/v1/users/me"), 401, "session_ended")
        expect(second.change_password(password, OWN), 401, "session_ended")
        self.log_in(password, 401, "login_refused")

    def test_it_expires_after_a_day_and_a_stranger_does_not_learn_that(self):
        password = self.reset()
        self.move_expiry("24 hours")
        expired = expect(self.client().log_in(self.name, password), 401, "login_refused").body
        wrong = expect(self.client().log_in(self.name, "not this one"), 401, "login_refused").body
        for body in (expired, wrong):
            del body["request_id"]
        self.assertEqual(expired, wrong)
        self.assertEqual(self.shown()["password_state"], "expired")
        self.assertIn("expired", self.bank.bankctl("user", "show", self.name).stdout)
        self.log_in(self.reset())

    def test_of_a_new_user_it_is_the_one_that_the_admin_typed(self):
        name = "new-" + new_key()[:8]
        user = {"user_name": name, "role": "teller", "password": ONE_TIME_PASSWORD}
        added = expect(self.people.admin.post("/v1/users", user), 201)
        self.assertEqual(added["password_state"], "one_time")
        client = self.people.log_in(name, ONE_TIME_PASSWORD)
        self.addCleanup(client.close)
        expect(client.get("/v1/accounts"), *REQUIRED)


class GuessingTest(PasswordCase):
    def guess(self, send):
        for _ in range(30):
            answer = send()
            if answer.status == 429:
                return expect(answer, 429, "login_throttled")
        self.fail("guessing is not slowed down")

    def test_strangers_do_not_keep_anybody_from_choosing_a_password(self):
        password = self.reset()
        client = self.log_in(password)
        stranger = self.client()
        self.guess(lambda: stranger.log_in(self.name, "not the password"))
        expect(client.change_password(password, OWN), 204)

    def test_the_current_password_is_not_guessed_in_a_stolen_session(self):
        stolen, own = self.log_in(PASSWORD), self.log_in(PASSWORD)
        slowed = self.guess(lambda: stolen.change_password("not the password", OWN))
        self.assertGreater(int(slowed.headers["retry-after"]), 0)
        # Even the right password would have to wait; not so in the owner's session.
        expect(stolen.change_password(PASSWORD, OWN), 429, "login_throttled")
        expect(own.change_password(PASSWORD, OWN), 204)


class AdviceTest(PasswordCase):
    def test_anybody_reads_what_to_do_about_a_forgotten_password(self):
        answer = expect(self.client().get("/v1/bank"), 200)
        self.assertEqual(answer.body, {"forgotten_password_text": ADVICE})


if __name__ == "__main__":
    runner.main()
