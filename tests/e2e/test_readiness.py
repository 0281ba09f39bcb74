#!/usr/bin/env python3
"""/readyz reports the bank's state, and bankctl and the metrics agree."""

import http.client
import os
import pwd
import signal
import shutil
import sys
import tempfile
import threading
import time
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

from support import exposition, runner
from support.apart import ApartBank
from support.bank import Bank
from support.database import OpenTransaction, OwnCluster, run
from support.people import PIN, People, assert_sound, expect

from rest_client import money, new_key

WITHIN_S = 20


class StateCase(unittest.TestCase):
    def make(self, kind):
        bank = kind()
        self.addCleanup(bank.close)
        return bank

    def ask(self, bank):
        """(status, state, Retry-After); nothing if no process listens."""
        client = bank.client(timeout_s=10)
        try:
            answer = client.get("/readyz")
            return answer.status, answer["status"], answer.headers.get("retry-after")
        except (OSError, http.client.HTTPException):
            return None
        finally:
            client.close()

    def await_state(self, bank, state):
        deadline = time.monotonic() + WITHIN_S
        seen = []
        while time.monotonic() < deadline:
            answer = self.ask(bank)
            if answer and answer[1] == state:
                self.assertEqual(answer[0], 200 if state == "ready" else 503)
                self.assertEqual(answer[2], None if state == "ready" else "1")
                return
            if answer not in seen:
                seen.append(answer)
            time.sleep(0.02)
        self.fail(f"never {state}; it was {seen}:\n{bank.log()[-2000:]}")

    def await_blocked(self, bank):
        """Waits until a session of the bank waits for another's lock."""
        blocked = (
            f"select count(*) from pg_stat_activity where datname = '{bank.database.name}'"
            " and usename = 'bankd' and wait_event_type = 'Lock'"
        )
        deadline = time.monotonic() + WITHIN_S
        while bank.database.query(blocked) == "0\n":
            self.assertLess(time.monotonic(), deadline, bank.log()[-2000:])
            time.sleep(0.02)

    def check_elsewhere(self, bank, state, exit_code):
        self.assertEqual(exposition.read(bank).of("bankd_readiness", "state"), {state: 1})
        self.assertEqual(bank.bankctl("status").returncode, exit_code)


class ReadinessTest(StateCase):
    def test_ready_then_without_its_database_then_ready(self):
        for kind in (Bank, ApartBank):
            with self.subTest(kind=kind.__name__):
                bank = self.make(kind).start()
                self.await_state(bank, "ready")
                self.check_elsewhere(bank, "ready", 0)
                name = bank.database.name
                bank.database.query(f"alter database {name} allow_connections false")
                bank.database.query(
                    "select pg_terminate_backend(pid) from pg_stat_activity "
                    f"where datname = '{name}'"
                )
                self.await_state(bank, "database_away")
                self.check_elsewhere(bank, "database_away", 75)
                bank.database.query(f"alter database {name} allow_connections true")
                self.await_state(bank, "ready")
                self.check_elsewhere(bank, "ready", 0)

    def test_a_schema_that_changes_under_it_is_a_mismatch_until_it_is_changed_back(self):
        for kind in (Bank, ApartBank):
            with self.subTest(kind=kind.__name__):
                bank = self.make(kind).start()
                name = bank.database.name
                bank.database.query(
                    "insert into bank.migrations (number, name, digest) "
                    "values (9999, 'from-tomorrow', sha256('x'))",
                    database=name,
                )
                self.await_state(bank, "schema_mismatch")
                self.check_elsewhere(bank, "schema_mismatch", 1)
                bank.database.query(
                    "alter table bank.migrations disable trigger all;"
                    "delete from bank.migrations where number = 9999;"
                    "alter table bank.migrations enable trigger all",
                    database=name,
                )
                self.await_state(bank, "ready")

    def test_a_front_end_without_a_core_is_starting(self):
        bank = self.make(ApartBank).prepare()
        bank.start_host("rest")
        self.await_state(bank, "starting")
        bank.start_core()
        self.await_state(bank, "ready")
        bank.kill()
        self.await_state(bank, "starting")

    def test_while_the_core_finishes_what_it_has_begun_it_is_draining(self):
        bank = self.make(ApartBank).start()
        people = People(bank)
        debit = people.open_account("alice", deposit=1000)
        credit = people.open_account("bob")
        # Another transaction holds the accounts, so that the transfer takes a while.
        holder = OpenTransaction(bank.database, "update bank.accounts set version = version")
        self.addCleanup(holder.end)
        answers = []

        def transfer():
            order = {
                "debit_account_no": debit["account_no"],
                "credit_account_no": credit["account_no"],
                "amount": money(10),
                "pin": PIN,
            }
            answers.append(people["alice"].post("/v1/transfers", order, new_key()))

        sender = threading.Thread(target=transfer)
        sender.start()
        self.await_blocked(bank)
        bank.process.send_signal(signal.SIGTERM)
        self.await_state(bank, "draining")
        holder.end()
        sender.join(30)
        expect(answers[0], 201)
        self.assertEqual(bank.process.wait(30), 0)
        self.await_state(bank, "starting")
        bank.start_core()
        self.await_state(bank, "ready")
        people.close()


@unittest.skipUnless(os.getuid() == 0, "mounts a small file system")
class FullDiskTest(StateCase):
    """The database is on a file system of its own, which is filled and freed."""

    size = "400m"
    payments_max = 3000

    def make_disk(self):
        disk = tempfile.mkdtemp(prefix="disk.")
        self.addCleanup(shutil.rmtree, disk)
        run("mount", "-t", "tmpfs", "-o", f"size={self.size},mode=0711", "tmpfs", disk)
        self.addCleanup(run, "umount", disk)
        return disk

    def move_temporary_files(self, cluster):
        """To a tablespace on another file system with free space."""
        elsewhere = tempfile.mkdtemp(prefix="temporary.")
        self.addCleanup(shutil.rmtree, elsewhere)
        owner = pwd.getpwuid(os.stat(cluster.data).st_uid)
        os.chown(elsewhere, owner.pw_uid, owner.pw_gid)
        for statement in (
            f"create tablespace elsewhere location '{elsewhere}'",
            "grant create on tablespace elsewhere to public",
            "alter system set temp_tablespaces = elsewhere",
            "select pg_reload_conf()",
        ):
            cluster.query(statement, owner.pw_name)

    def make_bank(self, kind, disk, has_room_elsewhere):
        cluster = type("Cluster", (OwnCluster,), {"parent": disk})()
        if has_room_elsewhere:
            self.move_temporary_files(cluster)
        bank = kind(database=cluster)
        self.addCleanup(bank.close)
        return bank.start()

    @staticmethod
    def fill(disk):
        path = os.path.join(disk, "filler")
        with open(path, "wb", buffering=0) as file:
            for size in (1 << 20, 4096, 1):
                try:
                    while file.write(b"\0" * size) == size:
                        pass
                except OSError:
                    pass
        return path

    def pay(self, people, key):
        order = {
            "debit_account_no": self.debit["account_no"],
            "credit_account_no": self.credit["account_no"],
            "amount": money(1),
            "reference": "x" * 100,
        }
        return people.teller.post("/v1/transfers", order, key)

    def pay_until_full(self, people):
        """The key of the first payment that found no space; earlier ones used some."""
        for _ in range(self.payments_max):
            key = new_key()
            answer = self.pay(people, key)
            if answer.status != 201:
                expect(answer, 503, "storage_full")
                return key
        self.fail("the disk was never full")

    def said(self, bank, words):
        return bank.log().count(words)

    def test_a_full_disk_is_said_once_and_ends_by_itself(self):
        for kind, has_room_elsewhere in ((Bank, False), (ApartBank, True)):
            with self.subTest(kind=kind.__name__, has_room_elsewhere=has_room_elsewhere):
                self.fill_and_free(kind, has_room_elsewhere)

    def fill_and_free(self, kind, has_room_elsewhere):
        disk = self.make_disk()
        bank = self.make_bank(kind, disk, has_room_elsewhere)
        people = People(bank)
        self.debit = people.open_account("alice", deposit=1_000_000)
        self.credit = people.open_account("bob")
        self.await_state(bank, "ready")
        filler = self.fill(disk)
        refused = self.pay_until_full(people)
        self.await_state(bank, "storage_full")
        self.check_elsewhere(bank, "storage_full", 75)
        self.assertIn("storage_full", bank.bankctl("status").stdout)
        # Existing data can be read.
        balance = people.balance(self.debit["id"])
        expect(people["alice"].get(f"/v1/accounts/{self.debit['id']}/history"), 200)
        # Each probe has the same result; no request and no probe logs it again.
        for _ in range(20):
            answer = self.pay(people, refused)
            expect(answer, 503, "storage_full")
        self.await_state(bank, "storage_full")
        self.assertEqual(people.balance(self.debit["id"]), balance)
        self.assertEqual(self.said(bank, "The disk of the database is full"), 1)
        self.assertEqual(self.said(bank, "has space again"), 0)

        os.unlink(filler)
        self.await_state(bank, "ready")
        self.check_elsewhere(bank, "ready", 0)
        bank.await_log("The disk of the database has space again")
        expect(self.pay(people, refused), 201)
        self.assertEqual(people.balance(self.debit["id"]), balance - 1)
        self.assertEqual(self.said(bank, "The disk of the database is full"), 1)
        self.assertEqual(self.said(bank, "has space again"), 1)
        assert_sound(self, people)
        people.close()


if __name__ == "__main__":
    runner.main()
