#!/usr/bin/env python3
"""Orderly stops, reloads, and starts with missing parts."""

import os
import subprocess
import sys
import threading
import time
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

from support import runner
from support.bank import Bank
from support.load import Load
from support.people import PASSWORD, People, assert_sound, expect


class RestartTest(unittest.TestCase):
    def make(self, settings=None):
        bank = Bank({"identity": {"access_token_lifetime_s": "3600"}, **(settings or {})})
        self.addCleanup(bank.close)
        return bank

    def test_sigterm_drains_and_a_restart_goes_on_with_the_same_sessions(self):
        bank = self.make().start()
        people = People(bank)
        debit = people.open_account("alice", deposit=1_000_000)
        load = Load(people, debit, [people.open_account("bob")]).start(4)
        deadline = time.monotonic() + 20
        while len(load.settled) < 100:
            self.assertLess(time.monotonic(), deadline, "no load")
            time.sleep(0.01)
        self.assertEqual(bank.stop(), 0, bank.log())
        bank.start()
        settled = len(load.settled)
        while len(load.settled) < settled + 20:
            self.assertLess(time.monotonic(), deadline + 20, "no load after the restart")
            time.sleep(0.01)
        load.stop()
        load.settle(people.log_in("clerk"))
        load.check(self)
        self.assertEqual(load.problems, [])
        assert_sound(self, people)

    def test_a_request_on_its_way_is_answered_before_the_end(self):
        # A strong hash takes long enough for the signal to arrive first.
        bank = self.make({"identity": {"bcrypt_cost": "12"}}).start()
        added = bank.bankctl(
            "user", "add", "--role", "admin", "root", "--password-stdin", text=PASSWORD + "\n"
        )
        self.assertEqual(added.returncode, 0, added.stderr)
        answers = []
        client = bank.client()
        self.addCleanup(client.close)
        client.get("/healthz")
        thread = threading.Thread(
            target=lambda: answers.append(client.log_in("root", "not the password"))
        )
        before_s = self.computed_s(bank)
        thread.start()
        # Hashing keeps it busy; nothing else would.
        while self.computed_s(bank) < before_s + 0.05 and thread.is_alive():
            time.sleep(0.005)
        self.assertEqual(bank.stop(), 0)
        thread.join()
        self.assertEqual(len(answers), 1)
        self.assertIn(answers[0].status, (401, 503))

    def computed_s(self, bank):
        """The CPU time of the daemon."""
        with open(f"/proc/{bank.process.pid}/stat", encoding="utf-8") as file:
            user, system = file.read().rpartition(")")[2].split()[11:13]
        return (int(user) + int(system)) / os.sysconf("SC_CLK_TCK")

    def test_sighup_reads_the_settings_again_and_keeps_connections(self):
        bank = self.make({"rates": {"read_per_minute": "0"}}).start()
        people = People(bank)
        client = people["alice"]
        expect(client.get("/v1/users/me"), 200)
        connection = client._connection.sock
        bank.configure({"rates": {"read_per_minute": "10"}})
        bank.reload()
        deadline = time.monotonic() + 10
        while client.get("/v1/users/me").status != 429:
            self.assertLess(time.monotonic(), deadline, "the new budget does not count")
            time.sleep(0.02)
        self.assertIs(client._connection.sock, connection)

    def test_sighup_with_a_mistake_keeps_the_old_settings(self):
        bank = self.make().start()
        people = People(bank)
        bank.configure({"rates": {"read_per_minute": "many"}})
        bank.reload()
        bank.await_log("read_per_minute")
        expect(people["alice"].get("/v1/users/me"), 200)
        self.assertIsNone(bank.process.poll())

    def test_a_busy_port_ends_with_69_and_a_sentence(self):
        bank = self.make().start()
        other = Bank()
        self.addCleanup(other.close)
        other.prepare()
        other.configure({"rest": {"port": str(bank.port)}})
        done = subprocess.run(
            other.bankd(), capture_output=True, text=True, timeout=60, check=False
        )
        self.assertEqual(done.returncode, 69, done.stderr)
        self.assertIn(str(bank.port), done.stderr)

    def test_a_wrong_configuration_ends_with_78_and_names_every_mistake(self):
        bank = self.make()
        bank.configure({"rates": {"read_per_minute": "many", "reed_per_minute": "1"}})
        done = subprocess.run(
            bank.bankd("--check-config"), capture_output=True, text=True, timeout=60, check=False
        )
        self.assertEqual(done.returncode, 78)
        said = done.stdout + done.stderr
        self.assertIn("many", said)
        self.assertIn("reed_per_minute", said)
        self.assertRegex(said, r"bankd\.conf:\d+")

    def test_without_a_journal_it_says_so_and_goes_on(self):
        if os.path.exists("/run/systemd/journal/socket"):
            self.skipTest("this machine has a journal")
        bank = self.make({"audit": {"journald": "yes"}}).start()
        people = People(bank)
        expect(people["alice"].get("/v1/users/me"), 200)
        # The copy starts with the sealed records, a moment later.
        bank.await_log("(?i)journal")


if __name__ == "__main__":
    runner.main()
