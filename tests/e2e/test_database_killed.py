#!/usr/bin/env python3
"""PostgreSQL is killed under load: 503 within a second, and recovery without a new daemon."""

import os
import signal
import sys
import time
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

from support import runner
from support.bank import Bank
from support.database import OwnCluster
from support.load import Load
from support.people import People, assert_sound, expect

REFUSED_WITHIN_S = 1.0
RECOVERED_WITHIN_S = 15


def wait_for(what, within_s, message):
    deadline = time.monotonic() + within_s
    while not what():
        if time.monotonic() > deadline:
            raise AssertionError(message)
        time.sleep(0.02)
    return within_s - (deadline - time.monotonic())


class DatabaseKilledTest(unittest.TestCase):
    def setUp(self):
        self.cluster = OwnCluster()
        self.bank = Bank(
            {"identity": {"access_token_lifetime_s": "3600"}}, database=self.cluster
        )
        self.addCleanup(self.bank.close)
        self.bank.start()
        self.people = People(self.bank)
        self.debit = self.people.open_account("alice", deposit=10_000_000)
        self.credits = [self.people.open_account("bob") for _ in range(4)]

    def kill_database(self):
        # The server first: otherwise it would restart its sessions, which is a milder accident.
        for process in self.cluster.processes():
            try:
                os.kill(process, signal.SIGKILL)
            except ProcessLookupError:
                pass

    def test_it_answers_503_within_a_second_and_recovers_with_nothing_lost(self):
        process_before = self.bank.process.pid
        load = Load(self.people, self.debit, self.credits).start(8)
        for _ in range(2):
            self.run_into_a_killed_database(load)
        load.stop()

        load.settle(self.people.teller)
        load.check(self)
        self.assertEqual(load.problems, [])
        assert_sound(self, self.people)
        self.assertIsNone(self.bank.process.poll())
        self.assertEqual(self.bank.process.pid, process_before)

    def run_into_a_killed_database(self, load):
        settled = len(load.settled)
        wait_for(lambda: len(load.settled) > settled + 50, 20, "no load")
        refused = len(load.refusals)
        self.kill_database()
        wait_for(
            lambda: any(row[1] == 503 for row in load.refusals[refused:]),
            REFUSED_WITHIN_S,
            "no 503 within a second",
        )
        time.sleep(1)
        self.check_refusals()
        slowest = max(took for took, _, _ in load.refusals[refused:])
        self.assertLess(slowest, REFUSED_WITHIN_S)
        self.cluster.start()
        settled = len(load.settled)
        took = wait_for(
            lambda: len(load.settled) > settled + 50, RECOVERED_WITHIN_S, "no recovery in time"
        )
        print(f"slowest refusal {slowest * 1000:.0f} ms, recovered in {took:.1f} s", flush=True)

    def check_refusals(self):
        """The bank is not ready; reading and logging in fail quickly, with proper errors."""
        client = self.bank.client()
        self.addCleanup(client.close)
        for answer in (
            client.get("/readyz"),
            self.people.teller.get(f"/v1/accounts/{self.debit['id']}"),
            client.log_in("clerk", "whatever it is"),
        ):
            self.assertEqual(answer.status, 503, answer.body)
        self.assertIn("retry-after", self.people.teller.get("/v1/accounts").headers)
        started = time.monotonic()
        expect(self.people.teller.get("/v1/accounts"), 503, "storage_unavailable")
        self.assertLess(time.monotonic() - started, REFUSED_WITHIN_S)
        expect(client.get("/healthz"), 200)


if __name__ == "__main__":
    runner.main()
