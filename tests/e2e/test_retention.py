#!/usr/bin/env python3
"""Records that leave the database: archived, verified and pruned, or erased for a person."""

import hashlib
import json
import os
import subprocess
import sys
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

from support import runner
from support.bank import BUILD
from support.case import FurnishedCase
from support.database import without_guards
from support.people import PIN, expect

from rest_client import money, new_key

CONSISTENT, INCONSISTENT, INCOMPLETE = 0, 1, 3
PATIENCE_S = 30
TRANSFERS = 300  # More than one full tile.


class RetentionTest(FurnishedCase):
    settings = {"audit": {"checkpoint_interval_s": "1"}}

    @classmethod
    def furnish(cls):
        cls.alice = cls.people.open_account("alice", deposit=1_000_000)
        cls.bob = cls.people.open_account("bob")
        cls.key = cls.bank.await_log(r"checkpoints are signed by (\S+)")[1]
        # Alone under a checkpoint of the first tile, however fast the rest is.
        cls.early = cls.pay_and_sign(1)[0]
        cls.pay_and_sign(TRANSFERS)

    def path(self, name):
        return os.path.join(self.bank.directory, name)

    def sql(self, text):
        return self.bank.database.query(text, self.bank.database.name).strip()

    @classmethod
    def pay(cls, amount):
        body = {
            "debit_account_no": cls.alice["account_no"],
            "credit_account_no": cls.bob["account_no"],
            "amount": money(amount),
            "pin": PIN,
        }
        return expect(cls.people["alice"].post("/v1/transfers", body, new_key()), 201)["id"]

    @classmethod
    def pay_and_sign(cls, count):
        """Posts the transfers; returns when a checkpoint covers all of them."""
        made = [cls.pay(amount) for amount in range(1, count + 1)]
        deadline = time.monotonic() + PATIENCE_S
        while cls.receipt(made[-1]).status != 200:
            if time.monotonic() > deadline:
                raise AssertionError(f"no receipt in time:\n{cls.bank.log()[-2000:]}")
            time.sleep(0.02)
        return made

    @classmethod
    def receipt(cls, transfer_id):
        return cls.people["alice"].get(f"/v1/transfers/{transfer_id}/receipt")

    def archive(self, name, *arguments):
        """Of records of any age: a test cannot wait for 90 days."""
        built = self.sql("select pg_get_functiondef('bank.archive_age'::regproc)")
        self.sql(built.replace("90 days", "0"))
        try:
            return self.bankctl("audit", "archive", self.path(name), *arguments)
        finally:
            self.sql(built)

    def bankctl(self, *arguments, code=0):
        done = self.bank.bankctl(*arguments)
        self.assertEqual(done.returncode, code, done.stdout + done.stderr)
        return done

    def verify(self, *names):
        done = subprocess.run(
            [os.path.join(BUILD, "bin", "bankd-verify"), "log", *map(self.path, names), "--key",
             self.key, "--checkpoints", os.path.join(self.bank.directory, "keys", "checkpoints")],
            capture_output=True, text=True, timeout=60, check=False,
        )
        return done.returncode, done.stdout + done.stderr

    def export(self, name):
        self.bankctl("audit", "export", self.path(name))

    def is_told(self, text, name):
        """Whether a new, consistent export contains the text."""
        self.export(name)
        code, report = self.verify(name)
        self.assertEqual(code, CONSISTENT, report)
        with open(self.path(name), encoding="utf-8") as export:
            return text in export.read()

    def test_archives_prove_themselves_and_what_is_left_stays_proved(self):
        refused = self.bankctl("audit", "archive", self.path("early"), code=1)
        self.assertIn("nothing_to_archive", refused.stderr)
        told = json.loads(self.archive("first", "--json").stdout)
        with open(self.path("first"), "rb") as archive:
            self.assertEqual(told["sha256"], hashlib.sha256(archive.read()).hexdigest())
        self.assertEqual(told["first"], "0")
        ends = self.sql("select tree_size from bank.audit_checkpoints").split()
        self.assertIn(told["end"], ends)
        code, report = self.verify("first")
        self.assertEqual(code, CONSISTENT, report)

        before = int(self.sql("select count(*) from bank.audit_logs"))
        self.bankctl("audit", "prune", "0" * 64, "--yes", code=1)
        self.bankctl("audit", "prune", told["sha256"], "--yes")
        self.assertLess(int(self.sql("select count(*) from bank.audit_logs")), before)
        self.assertEqual(self.receipt(self.early).code, "record_archived")
        late = self.pay_and_sign(5)[-1]
        self.export("rest")
        code, report = self.verify("first", "rest")
        self.assertEqual(code, CONSISTENT, report)
        code, report = self.verify("rest")
        self.assertEqual(code, INCOMPLETE, report)
        self.bankctl("ledger", "check")

        # At its start the daemon compares the log with its checkpoints, and continues it.
        self.bank.stop()
        self.bank.start()
        alice = self.people.log_in("alice")
        self.assertEqual(alice.get(f"/v1/transfers/{late}/receipt").status, 200)

    def test_pruning_that_no_archive_covers_is_seen(self):
        self.sql(without_guards(
            "insert into bank.audit_archives (digest, first_no, end_no, last_xid, last_id)"
            " select sha256('x'), 0, s.first_no + s.record_count, s.last_xid, s.last_id"
            " from bank.audit_seals s where s.first_no < 200 order by s.first_no desc limit 1;"
            "insert into bank.audit_prunings (end_no, digest, last_xid, last_id)"
            " select end_no, digest, last_xid, last_id from bank.audit_archives;"
            "select bank.drop_pruned(1000)",
            "audit_logs",
        ))
        self.export("rest")
        code, report = self.verify("rest")
        self.assertEqual(code, INCONSISTENT, report)
        self.assertIn("without the archive before it", report)
        self.assertIn("No record added audit_prunings", report)

    def test_a_person_is_erased_and_all_proofs_hold(self):
        self.people.add("gisela")
        erased = self.people.user_id("gisela")
        admin = self.people.admin
        path = f"/v1/users/{erased}/erase-subject"
        self.assertEqual(admin.post(path, {}).code, "user_not_disabled")
        for who in ("alice", "clerk", "inspector"):
            self.assertEqual(self.people[who].post(path, {}).code, "permission_denied")
        expect(admin.put(f"/v1/users/{erased}/disabled", {"is_disabled": True}), 200)
        self.pay_and_sign(1)
        self.assertTrue(self.is_told("gisela", "before"))
        self.assertEqual(expect(admin.post(path, {}), 200).body["id"], erased)
        self.pay_and_sign(1)
        self.assertFalse(self.is_told("gisela", "after"))
        self.bankctl("user", "erase", "gisela", "--yes")


if __name__ == "__main__":
    runner.main()
