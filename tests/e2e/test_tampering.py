#!/usr/bin/env python3
"""An attacker with all database rights changes it; an export, bankd-verify and a key show what."""

import json
import os
import shutil
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

TRANSFERS = 300  # More than one full tile.
SIGNED_WITHIN_S = 30
TABLES = (
    "transfers", "audit_logs", "audit_seals", "audit_tiles", "audit_checkpoints", "accounts",
    "users",
)


class TamperingTest(FurnishedCase):
    settings = {"audit": {"checkpoint_interval_s": "1"}}

    @classmethod
    def furnish(cls):
        cls.alice = cls.people.open_account("alice", deposit=1_000_000)
        cls.bob = cls.people.open_account("bob")
        cls.ids = [cls.pay(amount) for amount in range(1, TRANSFERS + 1)]
        cls.key = cls.bank.await_log(r"checkpoints are signed by (\S+)")[1]
        cls.seen = os.path.join(cls.bank.directory, "seen")

    @classmethod
    def sql(cls, text):
        return cls.bank.database.query(text, cls.bank.database.name).strip()

    @classmethod
    def tamper(cls, text):
        """As the owner of the cluster's machine: nothing in the database restrains them."""
        cls.sql(without_guards(text, *TABLES))

    @classmethod
    def pay(cls, amount):
        body = {
            "debit_account_no": cls.alice["account_no"],
            "credit_account_no": cls.bob["account_no"],
            "amount": money(amount),
            "reference": f"invoice {amount}",
            "pin": PIN,
        }
        return int(expect(cls.people["alice"].post("/v1/transfers", body, new_key()), 201)["id"])

    def wait_until_signed(self):
        deadline = time.monotonic() + SIGNED_WITHIN_S
        unsigned = (
            "select (select max(tree_size) from bank.audit_checkpoints) is distinct from"
            " (select count(*) from bank.audit_logs)"
        )
        while self.sql(unsigned) == "t":
            self.assertLess(time.monotonic(), deadline, self.bank.log()[-2000:])
            time.sleep(0.02)

    def carry_away(self):
        """The checkpoints that an auditor has stored so far."""
        self.wait_until_signed()
        shutil.copy(os.path.join(self.bank.directory, "keys", "checkpoints"), self.seen)

    def verify(self, *arguments):
        """The findings, by their codes."""
        path = os.path.join(self.bank.directory, "export")
        done = self.bank.bankctl("audit", "export", path)
        self.assertEqual(done.returncode, 0, done.stderr)
        program = os.path.join(BUILD, "bin", "bankd-verify")
        done = subprocess.run(
            [program, "log", path, "--json", "--key", self.key, *arguments],
            capture_output=True, text=True, timeout=60, check=False,
        )
        os.unlink(path)
        result = json.loads(done.stdout)
        self.assertEqual(done.returncode, 0 if result["verdict"] == "consistent" else 1, done)
        findings = {}
        for finding in result["findings"]:
            findings.setdefault(finding["code"], []).append(finding["text"])
        return findings

    def assert_found(self, code, *words, arguments=()):
        findings = self.verify(*arguments)
        self.assertIn(code, findings)
        for word in words:
            self.assertIn(str(word), " ".join(findings[code]))

    def test_each_change_is_named_and_mended_is_gone(self):
        self.carry_away()
        self.assertEqual(self.verify("--checkpoints", self.seen), {})
        one = self.ids[50]
        bob = self.bob["id"]
        self.sql(
            "create table public.kept as"
            f" select * from bank.audit_logs where transfer_id = {one}"
        )
        number = int(self.sql(
            "select bank.number_of(l.xid, l.id) from bank.audit_logs l"
            f" where l.transfer_id = {one}"))
        back = "insert into bank.audit_logs overriding system value select * from public.kept"
        changes = [
            ("an amount", f"update bank.transfers set amount = amount + 1 where id = {one}",
             f"update bank.transfers set amount = amount - 1 where id = {one}",
             ("record_changed", one)),
            ("a reference", f"update bank.transfers set reference = 'gift' where id = {one}",
             f"update bank.transfers set reference = 'invoice 51' where id = {one}",
             ("record_changed", one)),
            ("the account of a record",
             f"update bank.audit_logs set account_id = {bob} where transfer_id = {one}",
             f"update bank.audit_logs set account_id = null where transfer_id = {one}",
             ("record_changed", one)),
            ("an outcome",
             "update bank.audit_logs set outcome = 'refused' where action = 'add_user'",
             "update bank.audit_logs set outcome = 'ok' where action = 'add_user'",
             ("record_changed",)),
            ("a dropped record", f"delete from bank.audit_logs where transfer_id = {one}", back,
             ("record_missing", number)),
            ("an inserted record",
             "insert into bank.audit_logs (xid, timestamp, actor_id, transfer_id, subject_id,"
             " action, outcome, request_id, leaf) select xid, timestamp, actor_id, transfer_id,"
             " subject_id, action, outcome, request_id, leaf from public.kept",
             f"delete from bank.audit_logs where transfer_id = {one}; {back}",
             ("record_inserted",)),
            ("a balance",
             f"update bank.accounts set balance = balance + 5 where id = {bob}",
             f"update bank.accounts set balance = balance - 5 where id = {bob}",
             ("balance_mismatch", bob)),
            ("a person's name",
             "update bank.audit_subjects set value = replace(value, 'alice', 'mallory')"
             " where value like '%alice%'",
             "update bank.audit_subjects set value = replace(value, 'mallory', 'alice')"
             " where value like '%mallory%'",
             ("subject_changed",)),
            ("an overdraft",
             f"update bank.accounts set overdraft_limit = 9007199254740991 where id = {bob}",
             f"update bank.accounts set overdraft_limit = 0 where id = {bob}",
             ("state_mismatch", f"overdraft_limit of accounts {bob} is 9007199254740991, but"
              " should be 0 after record")),
            ("a role",
             "update bank.users set role = 'admin' where user_name = 'bob'",
             "update bank.users set role = 'customer' where user_name = 'bob'",
             ("state_mismatch", 'role of users', '"admin"')),
            ("a hidden person",
             "create table public.hidden as select id, value, salt from bank.audit_subjects"
             " where value like '%alice%';"
             " update bank.audit_subjects set value = null, salt = null where value like '%alice%'",
             "update bank.audit_subjects s set value = h.value, salt = h.salt"
             " from public.hidden h where h.id = s.id",
             ("erasure_unrecorded",)),
        ]
        for what, change, undo, expected in changes:
            with self.subTest(what):
                self.tamper(change)
                self.assert_found(*expected)
                self.tamper(undo)
        self.assertEqual(self.verify("--checkpoints", self.seen), {})

    def test_history_leaf_and_tile_changed_together_are_not_what_was_signed(self):
        self.carry_away()
        one = self.ids[10]
        self.tamper(
            f"update bank.transfers set reference = 'gift' where id = {one};"
            " update bank.audit_logs l set leaf = bank.leaf_of(w.record)"
            " from bank.audit_subjects s, bank.audit_secret a, bank.audit_logs k,"
            " lateral bank.written_record(k, s.hash, a.value) w"
            f" where l.transfer_id = {one} and k.id = l.id and s.id = l.subject_id;"
            " update bank.audit_tiles t set hashes = overlay(t.hashes placing l.leaf from"
            " (32 * bank.number_of(l.xid, l.id) + 1)::integer) from bank.audit_logs l"
            f" where l.transfer_id = {one} and t.level = 0 and t.tile_no = 0"
        )
        self.assert_found("checkpoint_mismatch", arguments=("--checkpoints", self.seen))

    def test_an_old_backup_is_a_rollback_and_what_goes_on_from_it_is_a_fork(self):
        self.wait_until_signed()
        name = self.bank.database.name
        self.bank.stop()
        self.bank.database.query(f"create database {name}_old template {name}")
        self.bank.start()
        for amount in range(20):
            self.pay(1 + amount)
        self.carry_away()
        self.bank.stop()
        self.bank.database.query(f"drop database {name} with (force)")
        self.bank.database.query(f"alter database {name}_old rename to {name}")

        # The checkpoint file still has the truth.
        with self.assertRaisesRegex(AssertionError, "it was rolled back"):
            self.bank.start()
        os.unlink(os.path.join(self.bank.directory, "keys", "checkpoints"))
        self.bank.start()
        self.wait_until_signed()
        self.assert_found("rolled_back", arguments=("--checkpoints", self.seen))

        self.people["alice"].close()
        for _ in range(60):
            self.pay(7)
        self.wait_until_signed()
        findings = self.verify("--checkpoints", self.seen)
        self.assertTrue({"checkpoint_forked", "checkpoint_mismatch"} & set(findings), findings)

    def test_another_key_does_not_sign_for_the_bank(self):
        self.carry_away()
        self.bank.stop()
        keys = os.path.join(self.bank.directory, "keys")
        subprocess.run(
            ["openssl", "genpkey", "-algorithm", "ed25519", "-out", "audit.pem"],
            cwd=keys, check=True, capture_output=True,
        )
        with self.assertRaisesRegex(AssertionError, "not signed by this bank's key"):
            self.bank.start()
        self.tamper("delete from bank.audit_checkpoints")
        os.unlink(os.path.join(keys, "checkpoints"))
        self.bank.start()
        self.wait_until_signed()
        self.assert_found("checkpoint_unsigned", arguments=("--checkpoints", self.seen))


if __name__ == "__main__":
    runner.main()
