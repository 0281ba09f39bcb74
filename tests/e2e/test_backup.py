#!/usr/bin/env python3
"""Backups under load, a wrecked database restored, and damaged or forged backups."""

import glob
import json
import os
import re
import shutil
import subprocess
import sys
import time
import unittest
from datetime import datetime, timezone

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

from support import runner
from support.backup import BackedUpCluster, damage, scratch
from support.bank import Bank
from support.database import without_guards
from support.load import Load
from support.people import PIN, People, assert_sound, expect

from rest_client import money, new_key

SETTINGS = {"audit": {"checkpoint_interval_s": "1"}}
SIGNED_WITHIN_S = 30


def now():
    return datetime.now(timezone.utc).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def setUpModule():
    if not shutil.which("age") or not shutil.which("zstd"):
        raise AssertionError("age and zstd are not installed; see packaging/dependencies")
    BackupCase.furnish()


class BackupCase(unittest.TestCase):
    """One bank for all; each case finds it stopped, in the state kept as `found`."""

    found = "furnished"

    @classmethod
    def furnish(cls):
        cls.cluster = BackedUpCluster()
        cls.bank = Bank(SETTINGS, cls.cluster)
        unittest.addModuleCleanup(cls.bank.close)
        cls.bank.start()
        cls.people = People(cls.bank)
        unittest.addModuleCleanup(cls.people.close)
        cls.alice = cls.people.open_account("alice", deposit=10_000_000)
        cls.bob = cls.people.open_account("bob")
        cls.key = cls.bank.await_log(r"checkpoints are signed by (\S+)")[1]
        cls.checkpoints = os.path.join(cls.bank.directory, "keys", "checkpoints")
        cls.bank.keep("furnished")

    @classmethod
    def serve(cls):
        cls.cluster.start()
        cls.bank.start()
        cls.people.log_in_again()

    def setUp(self):
        self.bank.put_back(self.found)
        self.before = scratch(self.cluster.work)
        self.addCleanup(self.people.close)

    @classmethod
    def pay(cls, amount=1):
        body = {
            "debit_account_no": cls.alice["account_no"],
            "credit_account_no": cls.bob["account_no"],
            "amount": money(amount),
            "pin": PIN,
        }
        return expect(cls.people["alice"].post("/v1/transfers", body, new_key()), 201)["id"]

    def signed_size(self):
        """The size of the newest external checkpoint; the first comes a while after the start."""
        if not os.path.exists(self.checkpoints):
            return 0
        with open(self.checkpoints, encoding="utf-8") as file:
            return int(re.findall(r"^bankd\n(\d+)\n", file.read(), re.MULTILINE)[-1])

    def recorded(self):
        return int(self.cluster.query("select count(*) from bank.audit_logs"))

    def sealed(self):
        return int(self.cluster.query("select bank.tree_size from bank.sealed() bank"))

    def wait_until(self, size, is_at_least):
        deadline = time.monotonic() + SIGNED_WITHIN_S
        while size() < is_at_least:
            self.assertLess(time.monotonic(), deadline, self.bank.log()[-2000:])
            time.sleep(0.02)

    def stop_bank(self):
        """At its stop it signs all records."""
        self.assertEqual(self.bank.stop(), 0)
        self.assertEqual(self.signed_size(), self.recorded())

    def restore(self, *arguments):
        return self.cluster.done("restore", "--identity", self.cluster.key, *arguments)

    def verify(self, *arguments, key=None):
        return self.cluster.bankctl(
            "verify", "--identity", key or self.cluster.key, "--key", self.key,
            "--work", self.cluster.work, *arguments,
        )

    def assert_fails(self, answer, code, *words):
        self.assertEqual(answer.returncode, code, answer.stdout + answer.stderr)
        for word in words:
            self.assertIn(word, answer.stderr)
        self.assertEqual(answer.stdout, "")

    def assert_refuses(self, *words):
        """The daemon exits and reports the reason."""
        size = len(self.bank.log())
        with self.assertRaisesRegex(AssertionError, "bankd ended with 78"):
            self.bank.start()
        said = self.bank.log()[size:]
        for word in words:
            self.assertIn(word, said)
        return said

    def restore_event(self):
        rows = self.cluster.query(
            "select d.details from bank.audit_logs l"
            " join bank.audit_details d on d.hash = l.details_hash where l.action = 'restore'"
        )
        return [json.loads(row) for row in rows.splitlines()]


class RestoreTest(BackupCase):
    def setUp(self):
        super().setUp()
        self.serve()

    def test_a_wrecked_bank_comes_back_with_all_that_was_archived(self):
        others = [self.people.open_account("bob") for _ in range(4)]
        load = Load(self.people, self.alice, others).start(4)
        self.cluster.done("create")
        deadline = time.monotonic() + 30
        while len(load.settled) < 200:
            self.assertLess(time.monotonic(), deadline, "no load")
            time.sleep(0.02)
        load.stop()
        load.settle(self.people.teller)
        self.assertEqual(load.problems, [])
        token_holder = self.people.teller
        self.stop_bank()
        self.cluster.archive_all()

        listed = self.cluster.done("list")
        self.assertEqual(len(listed["items"]), 1)
        self.assertTrue(listed["items"][0]["is_whole"])
        self.assertGreaterEqual(
            listed["items"][0]["newest_point"], listed["items"][0]["ended_at"]
        )
        # Without --work, in /var/tmp.
        verified = self.cluster.bankctl(
            "verify", "--identity", self.cluster.key, "--key", self.key,
            "--checkpoints", self.checkpoints,
        )
        self.assertEqual(verified.returncode, 0, verified.stderr)
        report = json.loads(verified.stdout)
        self.assertTrue(report["is_sound"])
        self.assertEqual(report["audit"]["verdict"], "consistent")
        self.assertGreaterEqual(report["ledger"]["transfers"], 200)
        self.assertEqual(report["ledger"]["sealed"], self.signed_size())
        self.assertEqual(scratch(self.cluster.work), self.before)

        self.cluster.wreck()
        refused = self.cluster.bankctl("restore", "--identity", self.cluster.key)
        self.assert_fails(refused, 1, "is not empty", "--replace-existing")
        restored = self.restore("--replace-existing")
        self.assertTrue(os.path.isdir(os.path.join(restored["moved_aside"], "base")))
        self.assertEqual(scratch(self.cluster.work), self.before)
        self.assertFalse(os.path.exists(self.cluster.data + ".restoring"))

        self.cluster.start()
        self.bank.start()
        self.bank.await_log("was compared with the newest checkpoint")
        event, = self.restore_event()
        self.assertEqual((event["wanted"], event["missing"]), ("newest", 0))
        self.assertGreater(event["sessions_ended"], 0)
        self.assertEqual(token_holder.get("/v1/users/me").status, 401)
        self.people.log_in_again()
        load.check(self)
        assert_sound(self, self.people)
        # The bank continues: the new timeline is archived, and a backup of it can be restored.
        self.cluster.archive_all()
        self.cluster.done("create")
        self.assertEqual(self.cluster.done("list")["items"][-1]["timeline"], 2)
        self.assertEqual(self.cluster.done("list")["items"][0]["newest_timeline"], 2)

    def test_a_point_in_time_lacks_what_was_signed_since_and_says_how_much(self):
        self.pay(100)
        self.cluster.done("create")
        kept = self.pay(200)
        self.wait_until(self.sealed, self.recorded())
        instant = now()
        lost = [self.pay(1) for _ in range(25)]
        self.stop_bank()
        signed = self.signed_size()
        self.cluster.archive_all()
        self.cluster.stop()
        restored = self.restore("--to", instant, "--replace-existing")
        self.assertLess(restored["replayed_to"], instant)
        self.cluster.start()
        sealed = self.sealed()
        missing = signed - sealed
        self.assertGreaterEqual(missing, 25)
        self.assert_refuses(f"{missing} records are missing", f"--missing {missing}",
                            "Restore a later point in time")
        # The rejected start wrote nothing.
        self.assertEqual(self.sealed(), sealed)
        self.assert_fails(
            self.cluster.bankctl("accept-loss", "--missing", "0", "--reason", "none"), 64
        )
        self.cluster.done("accept-loss", "--missing", str(missing - 1), "--reason", "a guess")
        self.assert_refuses(f"A loss of {missing - 1} was accepted")
        reason = 'fire in "room 7"; it\'s gone'
        self.cluster.done("accept-loss", "--missing", str(missing), "--reason", reason)
        # Before the check, WAL of this timeline is not archived.
        self.assertFalse(self.cluster.files("wal/00000002*"))
        self.bank.start()
        event, = self.restore_event()
        self.assertEqual((event["missing"], event["reason"]), (missing, reason))
        self.people.close()
        teller = self.people.log_in("clerk")
        ids = [e["transfer_id"] for e in teller.pages(f"/v1/accounts/{self.alice['id']}/history")]
        self.assertIn(kept, ids)
        self.assertFalse(set(lost) & set(ids))
        teller.close()
        # The loss is not reported again at the next start, whether or not a newer note was signed.
        self.bank.kill()
        self.bank.start()
        self.assertEqual(len(self.restore_event()), 1)
        self.assertEqual(
            self.cluster.bankctl("accept-loss", "--missing", "1", "--reason", "x").returncode, 1
        )
        self.cluster.archive_all()
        self.assertTrue(self.cluster.files("wal/00000002*"))

    def test_the_last_minute_comes_from_the_wal_of_the_lost_database_if_it_can_be_read(self):
        self.cluster.done("create")
        self.cluster.archive_all()
        last = [self.pay() for _ in range(20)]
        self.wait_until(self.signed_size, self.recorded())
        self.bank.kill()
        self.cluster.wreck(keeps_wal=True)
        self.restore("--replace-existing")
        self.cluster.start()
        self.assert_refuses("records are missing")
        self.cluster.halt()
        # The first restore moved it aside.
        aside, = glob.glob(self.cluster.data + ".before-*")
        restored = self.restore(
            "--replace-existing", "--wal", os.path.join(aside, "pg_wal")
        )
        self.assertNotEqual(restored["moved_aside"], aside)
        self.cluster.start()
        self.bank.start()
        event, = self.restore_event()
        self.assertEqual(event["missing"], 0)
        self.people.close()
        teller = self.people.log_in("clerk")
        ids = [e["transfer_id"] for e in teller.pages(f"/v1/accounts/{self.alice['id']}/history")]
        self.assertLessEqual(set(last), set(ids))
        teller.close()

    def test_without_a_checkpoint_from_outside_it_does_not_serve(self):
        self.pay()
        self.cluster.done("create")
        self.stop_bank()
        self.cluster.archive_all()
        self.cluster.stop()
        self.restore("--replace-existing")
        self.cluster.start()
        seen = self.checkpoints + ".seen"
        shutil.move(self.checkpoints, seen)
        self.assert_refuses("There is no external checkpoint", "accept-loss --missing unknown")
        # A checkpoint signed by another key does not count.
        with open(seen, encoding="utf-8") as file:
            notes = file.read()
        with open(self.checkpoints, "w", encoding="utf-8") as file:
            file.write(notes.replace("bankd\n", "other\n"))
        self.assert_refuses("not signed by this bank's key")
        os.unlink(self.checkpoints)
        self.cluster.done("accept-loss", "--missing", "unknown", "--reason", "the machine burnt")
        self.bank.start()
        event, = self.restore_event()
        self.assertEqual((event["missing"], event["reason"]), ("unknown", "the machine burnt"))

    def test_a_log_that_was_changed_is_refused(self):
        for _ in range(10):
            self.pay()
        self.stop_bank()
        seal = "update bank.audit_logs set leaf = sha256(leaf) where id = 5"
        self.cluster.query(without_guards(seal, "audit_logs"))
        self.cluster.done("create")
        self.cluster.archive_all()
        answer = self.verify("--checkpoints", self.checkpoints)
        self.assertEqual(answer.returncode, 1, answer.stderr)
        report = json.loads(answer.stdout)
        self.assertFalse(report["is_sound"])
        self.assertEqual(report["audit"]["verdict"], "inconsistent")
        self.cluster.stop()
        self.restore("--replace-existing")
        self.cluster.start()
        self.assert_refuses("differ from those that were signed")

    def test_a_living_cluster_is_not_replaced(self):
        self.cluster.done("create")
        for more in ([], ["--replace-existing"]):
            answer = self.cluster.bankctl("restore", "--identity", self.cluster.key, *more)
            self.assert_fails(answer, 75, "is in use")
        self.pay()
        self.assertEqual(os.listdir(os.path.dirname(self.cluster.data)).count("data"), 1)


class DamageTest(BackupCase):
    """The database is stopped: most cases need only its backup."""

    found = "backed_up"

    @classmethod
    def setUpClass(cls):
        cls.bank.put_back("furnished")
        cls.serve()
        cls.cluster.done("create")
        for _ in range(3):
            cls.pay()
            cls.cluster.archive_all()
        # Archives the last WAL, with the records that the bank signs at its end.
        cls.bank.keep("backed_up")
        cls.base, = cls.cluster.files("base/*.age")
        cls.wal = cls.cluster.files("wal/*.age")

    def assert_found(self, *words):
        self.assert_fails(self.verify(), 65, *words)
        self.assertEqual(scratch(self.cluster.work), self.before)

    def assert_not_restored(self, *words):
        self.cluster.stop()
        entries = os.listdir(os.path.dirname(self.cluster.data))
        answer = self.cluster.bankctl(
            "restore", "--identity", self.cluster.key, "--replace-existing"
        )
        self.assert_fails(answer, 65, *words)
        # The old files are untouched.
        self.assertEqual(os.listdir(os.path.dirname(self.cluster.data)), entries)
        self.assertEqual(scratch(self.cluster.work), self.before)
        self.cluster.start()

    def test_flipped_bytes_are_found_wherever_they_are(self):
        size = os.path.getsize(self.base)
        for at in (10, 200, size // 2, size - 5):
            with self.subTest(at=at):
                damage(self.base, at)
                self.assert_found("is damaged")
                damage(self.base, at)
        damage(self.base, size // 2)
        self.assert_not_restored("is damaged")
        os.truncate(self.base, size - 1)
        self.assert_found("is damaged: it has")

    def test_wal_that_is_damaged_cut_or_missing_is_named(self):
        victim = self.wal[-2]
        segment = os.path.basename(victim)[:24]
        kept = os.path.join(self.cluster.place, "kept")
        shutil.copy2(victim, kept)
        damage(victim, os.path.getsize(victim) // 2)
        self.assert_found(f"WAL file {segment} is damaged", "--to")
        self.assert_not_restored(f"WAL file {segment} is damaged", "--to")
        shutil.copy2(kept, victim)
        os.truncate(victim, os.path.getsize(victim) // 2)
        self.assert_found(f"WAL file {segment} is damaged")
        os.unlink(victim)
        self.assert_found(f"WAL file {segment} is missing", "--to")
        self.assert_not_restored(f"WAL file {segment} is missing", "--to")
        # Under another name: its digest is that of its own content.
        shutil.copy2(self.wal[-1], victim)
        self.assert_found(f"WAL file {segment} is damaged")
        os.unlink(victim)
        # The state before the gap can be restored.
        item, = self.cluster.done("list")["items"]
        answer = self.verify("--to", item["newest_point"])
        self.assertIn(answer.returncode, (0, 65), answer.stdout + answer.stderr)

    def test_another_key_opens_nothing(self):
        wrong = self.cluster.make_key(os.path.join(self.cluster.place, "wrong"))
        self.assert_fails(self.verify(key=wrong), 65, "does not decrypt backup")
        self.assert_fails(self.verify(key="/etc/hostname"), 65, "not an age private key")
        self.assert_fails(self.verify(key="/nowhere"), 65, "cannot be read")
        self.assertEqual(scratch(self.cluster.work), self.before)

    def test_a_time_that_is_not_reached_is_named(self):
        self.assert_fails(self.verify("--to", "2019-01-01T00:00:00Z"), 65, "No backup ended before")
        answer = self.verify("--to", "2099-01-01T00:00:00Z")
        self.assert_fails(answer, 65, "The archive ends before 2099")
        self.assert_fails(self.verify("--to", "yesterday"), 64, "--to must be a time")

    def test_a_description_cannot_make_the_shell_run_anything(self):
        description, = self.cluster.files("base/*.json")
        marker = os.path.join(self.cluster.place, "ran")
        with open(description, encoding="utf-8") as file:
            text = file.read()
        for word in ('"timeline":1', '"wal_begin":"0/', '"size_bytes":'):
            with open(description, "w", encoding="utf-8") as file:
                file.write(text.replace(word, word[:-1] + f"a[$(touch {marker})]"))
            self.assertEqual(self.cluster.done("list")["items"], [])
        evil = os.path.join(os.path.dirname(self.wal[0]), f"a[$(touch {os.path.basename(marker)})]")
        open(evil + ".history", "w", encoding="utf-8").close()
        with open(description, "w", encoding="utf-8") as file:
            file.write(text)
        self.assertEqual(len(self.cluster.done("list")["items"]), 1)
        self.assertFalse(os.path.exists(marker))

    def test_what_is_archived_once_is_never_replaced(self):
        self.cluster.start()
        program = self.cluster.query("show archive_command").split()[0]
        source = os.path.join(self.cluster.data, "pg_wal")
        name = os.path.basename(self.wal[0])[:24]
        other = self.cluster.query("select pg_walfile_name(pg_current_wal_lsn())")
        done = subprocess.run(
            ["setpriv", "--reuid", self.cluster.owner, "--regid", self.cluster.owner,
             "--init-groups", program, "archive", "--config", self.cluster.config,
             f"pg_wal/{other}", name]
            if os.getuid() == 0
            else [program, "archive", "--config", self.cluster.config, f"pg_wal/{other}", name],
            cwd=self.cluster.data, capture_output=True, text=True, check=False,
        )
        self.assertTrue(os.path.exists(os.path.join(source, other)))
        self.assertEqual(done.returncode, 1, done.stderr)
        self.assertIn("exists with other content", done.stderr)
        self.assertEqual(self.cluster.files("wal/*.age"), self.wal)

    def test_old_backups_go_with_the_wal_that_they_alone_need(self):
        self.cluster.start()
        self.cluster.await_next_name()
        self.cluster.configure(self.cluster.public_key(self.cluster.key), keep=1)
        made = self.cluster.done("create")
        self.cluster.archive_all()
        item, = self.cluster.done("list")["items"]
        self.assertEqual(item["name"], made["name"])
        self.assertFalse(os.path.exists(self.base))
        self.assertFalse(set(self.wal[:2]) & set(self.cluster.files("wal/*.age")))
        self.assertEqual(self.verify().returncode, 0)

    def test_a_page_that_is_damaged_in_the_database_is_in_no_backup(self):
        self.cluster.start()
        path = self.cluster.query("select pg_relation_filepath('bank.audit_logs')")
        self.cluster.stop()
        damage(os.path.join(self.cluster.data, path), 4000)
        self.cluster.start()
        self.cluster.await_next_name()
        before = self.cluster.files("base/*")
        self.assert_fails(self.cluster.bankctl("create"), 69, "checksum")
        self.assertEqual(self.cluster.files("base/*"), before)

    def test_the_configuration_of_a_backup_runs_nothing(self):
        """Anyone who can write to the backup disk could have made this one."""
        self.cluster.start()
        marker = os.path.join("/tmp", "bankd-ran-" + os.path.basename(self.cluster.place))
        paths = [
            os.path.join(self.cluster.data, name)
            for name in ("postgresql.conf", "postgresql.auto.conf")
        ]
        kept = {}
        hostile = f"recovery_end_command = 'touch {marker}'\n"
        for path in paths:
            with open(path, "r+", encoding="utf-8") as file:
                kept[path] = file.read()
                file.write(hostile)
        self.cluster.await_next_name()
        self.cluster.done("create")
        for path, text in kept.items():
            with open(path, "w", encoding="utf-8") as file:
                file.write(text)
        self.assertEqual(self.verify().returncode, 0)
        self.cluster.stop()
        self.restore("--replace-existing")
        self.assertFalse(os.path.exists(marker))
        for path in paths:
            with open(path, encoding="utf-8") as file:
                self.assertNotIn(marker, file.read())
        self.cluster.start()

    def test_without_a_recipient_nothing_is_written(self):
        self.cluster.start()
        self.cluster.configure()
        self.assert_fails(self.cluster.bankctl("create"), 65, "No recipient", "age-keygen")
        with open(self.cluster.config, "a", encoding="utf-8") as file:
            file.write("recipient = age1nonsense\n")
        self.assert_fails(self.cluster.bankctl("create"), 65, "not an age public key")


@unittest.skipUnless(os.getuid() == 0, "mounts a small file system")
class FullDiskTest(BackupCase):
    def setUp(self):
        super().setUp()
        self.cluster.mount_store("12m")
        self.addCleanup(self.cluster.unmount_store)
        self.serve()

    def fill(self):
        path = os.path.join(self.cluster.store, "filler")
        with open(path, "wb") as file:
            try:
                while True:
                    file.write(b"\0" * 65536)
                    file.flush()
            except OSError:
                pass
        return path

    def test_a_full_disk_of_backups_is_said_and_the_bank_goes_on(self):
        filler = self.fill()
        self.assert_fails(self.cluster.bankctl("create"), 75, "is full")
        self.assertEqual(self.cluster.files("base/*"), [])
        self.pay()
        self.cluster.query("select pg_switch_wal()")
        deadline = time.monotonic() + 60
        for words in (
            "was not archived",
            "WAL files wait in the database's directory",
            "Free space for the backups",
        ):
            while words not in self.cluster.log():
                self.assertLess(time.monotonic(), deadline, self.cluster.log()[-2000:])
                time.sleep(0.05)
        self.pay()  # The bank keeps running.
        self.assertGreater(self.cluster.done("list")["wal_waiting"], 0)
        self.assertEqual(self.cluster.files("wal/*.part"), [])
        waiting = self.cluster.query("select pg_walfile_name(pg_current_wal_lsn())")
        os.unlink(filler)
        self.cluster.query("select pg_switch_wal()")
        self.cluster.await_archived(waiting, 120)
        self.cluster.done("create")
        self.assertEqual(self.verify().returncode, 0)


if __name__ == "__main__":
    runner.main()
