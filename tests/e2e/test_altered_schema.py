#!/usr/bin/env python3
"""A superuser alters the schema under a running bank: it halts, answers questions, names what was
altered, and serves again once that is undone and two administrators have decided so."""

import json
import os
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

from support import exposition, runner
from support.alarms import AlteredCase, decide_locally, open_alarms
from support.database import without_guards
from support.people import expect

from rest_client import money, new_key

INDEX = "transfers_idempotency_id"
PLAIN = (
    f"drop index bank.{INDEX};"
    f"create index {INDEX} on bank.transfers (idempotency_id) where idempotency_id is not null"
)
UNIQUE = PLAIN.replace("create index", "create unique index")


class AlteredSchemaTest(AlteredCase):
    def check(self, code):
        done = self.bank.bankctl("schema", "check", "--json")
        self.assertEqual(done.returncode, code, done.stdout + done.stderr)
        return json.loads(done.stdout)

    def test_a_check_names_what_was_altered_and_halts_the_bank_until_it_is_undone(self):
        key = new_key()
        first = expect(self.pay(100, key), 201)
        report = self.check(0)
        self.assertTrue(report["is_as_built"])
        self.assertEqual(report["differences"], [])

        self.sql(PLAIN)
        report = self.check(1)
        self.assertEqual(report["grave_count"], 1)
        difference, = report["differences"]
        self.assertEqual(difference["object"], f"index bank.{INDEX} of bank.transfers")
        self.assertIn("CREATE UNIQUE INDEX", difference["expected"])
        self.assertIn("CREATE INDEX", difference["found"])
        self.await_state("halted")

        # Nothing moves, and a retry of what was decided gets its first answer.
        refused = self.pay(100)
        self.assertEqual((refused.status, refused["code"]), (503, "bank_halted"))
        self.assertTrue(refused.headers.get("retry-after"))
        self.assertEqual(expect(self.pay(100, key), 201)["id"], first["id"])
        deposit = {"account_no": self.alice["account_no"], "amount": money(1)}
        answer = self.people.teller.post("/v1/deposits", deposit, new_key())
        self.assertEqual((answer.status, answer["code"]), (503, "bank_halted"))
        frozen = self.bank.bankctl(
            "account", "freeze", self.alice["account_no"], "--debit", "--reason", "x", "--yes")
        self.assertIn("bank_halted", frozen.stderr)
        self.assertIn("bankctl alarm list", frozen.stderr)

        # Questions are answered, and people sign in and out.
        expect(self.people["alice"].get(f"/v1/accounts/{self.alice['id']}"), 200)
        self.people.log_in("alice").close()
        self.assertEqual(self.bank.bankctl("ledger", "check").returncode, 0)
        self.assertEqual(self.bank.bankctl("status").returncode, 1)
        self.assertEqual(exposition.read(self.bank).of("bankd_readiness", "state"), {"halted": 1})
        shown = self.bank.bankctl("schema", "check")
        self.assertIn("altered", shown.stdout)
        self.assertIn(f"index bank.{INDEX} of bank.transfers: differs", shown.stdout)

        alarm, = self.records("schema_alarm")
        self.assertEqual(alarm["outcome"], "bank_halted")
        self.assertIn(INDEX, json.dumps(alarm["details"]))
        self.assertEqual(self.records("schema_restored"), [])

        # A restart does not clear it, nor a decision while it is altered.
        self.restart()
        self.await_state("halted")
        self.people.log_in_again(self.people.names())
        self.assert_halted()
        done = decide_locally(self.bank, alarm)
        self.assertIn("alarm_persists", done.stderr)
        self.assertIn("bankctl schema check", done.stderr)

        # Undone, it waits for two administrators, also after a restart.
        self.sql(UNIQUE)
        self.assertTrue(self.check(0)["is_as_built"])
        self.assert_halted()
        self.assertEqual(len(self.records("schema_restored")), 1)
        self.restart()
        self.await_state("halted")
        self.people.log_in_again(self.people.names())
        self.assert_two_clear(open_alarms(self.bank)[-1])
        self.await_that(lambda: self.unsealed() == 0)
        self.assertRegex(self.bank.log(), r"The database schema was altered: index bank\.")

    def test_a_start_acts_on_no_altered_function_and_reinstalled_functions_are_as_built(self):
        self.people.add("mallory")
        user = self.people.user_id("mallory")
        role = f"select role, encode(role_mac, 'hex') from bank.users where id = {user}"
        before = self.sql(role)
        starts, bindings = len(self.records("start")), self.records("bind_credentials")
        self.bank.stop()
        # The start would bind mallory to the role that this names.
        self.sql(
            "create or replace function bank.unbound_credentials()"
            " returns table (what text, owner_id bigint, value text)"
            " language sql stable security definer set search_path = pg_catalog, pg_temp"
            f" as $$ select 'role', {user}::bigint, 'admin' $$;"
            "create or replace function bank.has_bound_credentials() returns boolean"
            " language sql stable set search_path = pg_catalog, pg_temp as 'select false'"
        )
        self.bank.launch()
        self.await_state("halted")
        self.assertEqual(self.sql(role), before)
        self.assertEqual(self.records("bind_credentials"), bindings)
        self.assertEqual(self.check(1)["grave_count"], 2)

        # As the operator's guide says.
        self.bank.stop()
        self.sql("update bank.function_sets set digest = sha256('altered')")
        self.bank.prepare()
        self.bank.launch()
        self.await_state("halted")
        self.people.log_in_again(self.people.names())
        self.assertEqual(len(self.records("start")), starts)
        self.assert_two_clear(open_alarms(self.bank)[-1])
        self.assertTrue(self.check(0)["is_as_built"])
        self.assertEqual(self.sql(role), before)
        self.assertEqual(len(self.records("start")), starts + 1)

    def test_a_database_made_to_look_like_one_of_an_earlier_build_is_not_bound_again(self):
        bound = "select count(*) from bank.users where role_mac is not null"
        before = self.sql(bound)
        self.bank.stop()
        self.sql(
            "create schema aside; create table aside.users as select * from bank.users;"
            "create table aside.accounts as select * from bank.accounts;"
            "delete from bank.audit_macs_start;"
            + without_guards(
                "update bank.users set role_mac = null, password = 'v1$' || password;"
                "update bank.users set role = 'admin' where user_name = 'alice';"
                "update bank.accounts set pin_hash = 'v1$' || pin_hash", "users", "accounts"))
        for _ in range(2):
            self.bank.launch()
            self.await_state("halted")
            self.bank.await_log("None is bound again")
            self.assertEqual(self.sql(bound), "0")
            self.assertEqual(
                [one["outcome"] for one in self.records("bind_credentials")], ["bank_halted"])
            self.assertEqual(len(self.records("begin_record_macs")), 2)
            self.bank.stop()

        # As the operator's guide says: the database is put back, and two administrators decide.
        self.sql(without_guards(
            "update bank.users u set role = k.role, role_mac = k.role_mac, password = k.password"
            " from aside.users k where k.id = u.id;"
            "update bank.accounts a set pin_hash = k.pin_hash from aside.accounts k"
            " where k.id = a.id", "users", "accounts") + "; drop schema aside cascade")
        self.bank.launch()
        self.await_state("halted")
        self.people.log_in_again(self.people.names())
        alarms = open_alarms(self.bank)
        self.assertEqual([(one["kind"], one["is_halting"]) for one in alarms],
                         [("cut_off", True)] * 2)
        self.assert_two_clear(alarms[-1])
        self.assertEqual(self.sql(bound), before)


if __name__ == "__main__":
    runner.main()
