#!/usr/bin/env python3
"""A superuser alters the schema under a running bank: it halts, answers questions, names what was
altered, and serves again once that is undone."""

import http.client
import json
import os
import sys
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

from support import exposition, runner
from support.case import BankCase
from support.people import PIN, expect

from rest_client import money, new_key

WITHIN_S = 20
INDEX = "transfers_idempotency_id"
PLAIN = (
    f"drop index bank.{INDEX};"
    f"create index {INDEX} on bank.transfers (idempotency_id) where idempotency_id is not null"
)
UNIQUE = PLAIN.replace("create index", "create unique index")


class AlteredSchemaTest(BankCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.alice = cls.people.open_account("alice", deposit=1_000_000)
        cls.bob = cls.people.open_account("bob")

    def sql(self, text):
        return self.bank.database.query(text, self.bank.database.name).strip()

    def pay(self, amount, key=None):
        body = {
            "debit_account_no": self.alice["account_no"],
            "credit_account_no": self.bob["account_no"],
            "amount": money(amount),
            "pin": PIN,
        }
        return self.people["alice"].post("/v1/transfers", body, key or new_key())

    def check(self, code):
        done = self.bank.bankctl("schema", "check", "--json")
        self.assertEqual(done.returncode, code, done.stdout + done.stderr)
        return json.loads(done.stdout)

    def state(self):
        client = self.bank.client(timeout_s=10)
        try:
            return client.get("/readyz")["status"]
        except (OSError, http.client.HTTPException):
            return None  # It is starting.
        finally:
            client.close()

    def await_state(self, state):
        deadline = time.monotonic() + WITHIN_S
        while True:
            if self.state() == state:
                return
            self.assertLess(time.monotonic(), deadline, self.bank.log()[-2000:])
            time.sleep(0.02)

    def records(self, action):
        done = self.bank.bankctl("audit", "search", "--action", action, "--json")
        self.assertEqual(done.returncode, 0, done.stderr)
        return json.loads(done.stdout)["items"]

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
        self.assertIn("bankctl schema check", frozen.stderr)

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

        # A restart does not clear it.
        self.bank.stop()
        self.bank.launch()
        self.await_state("halted")
        self.people.log_in_again(self.people.names())
        self.assertEqual(self.pay(100)["code"], "bank_halted")

        self.sql(UNIQUE)
        self.assertTrue(self.check(0)["is_as_built"])
        self.await_state("ready")
        expect(self.pay(100), 201)
        self.assertEqual(len(self.records("schema_restored")), 1)
        self.assertRegex(self.bank.log(), r"The database schema was altered: index bank\.")

    def test_a_start_acts_on_no_altered_function_and_reinstalled_functions_are_as_built(self):
        self.people.add("mallory")
        user = self.people.user_id("mallory")
        role = f"select role, encode(role_mac, 'hex') from bank.users where id = {user}"
        before = self.sql(role)
        starts = len(self.records("start"))
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
        self.assertEqual(self.records("bind_credentials"), [])
        self.assertEqual(self.check(1)["grave_count"], 2)

        # As the operator's guide says.
        self.bank.stop()
        self.sql("update bank.function_sets set digest = sha256('altered')")
        self.bank.prepare()
        self.bank.start()
        self.assertTrue(self.check(0)["is_as_built"])
        self.assertEqual(self.sql(role), before)
        self.assertEqual(len(self.records("start")), starts + 1)


if __name__ == "__main__":
    runner.main()
