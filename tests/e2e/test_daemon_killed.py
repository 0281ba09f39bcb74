#!/usr/bin/env python3
"""bankd is killed repeatedly under load: each transfer is posted exactly once."""

import os
import sys
import time
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

from support import runner
from support.audit_log import AuditLog
from support.bank import Bank
from support.load import Load
from support.people import People, assert_sound

# For more kills by hand: BANK_KILLS=20.
KILLS = int(os.environ.get("BANK_KILLS", "3"))


class DaemonKilledTest(unittest.TestCase):
    def test_a_retry_with_the_same_key_settles_what_a_killed_daemon_left_open(self):
        bank = Bank(
            {
                "identity": {"access_token_lifetime_s": "3600"},
                "audit": {"checkpoint_interval_s": "1"},
            }
        )
        self.addCleanup(bank.close)
        bank.start()
        people = People(bank)
        debit = people.open_account("alice", deposit=10_000_000)
        credits = [people.open_account("bob") for _ in range(4)]
        load = Load(people, debit, credits).start(8)
        for _ in range(KILLS):
            settled = len(load.settled)
            deadline = time.monotonic() + 30
            while len(load.settled) < settled + 50:
                self.assertLess(time.monotonic(), deadline, "no load")
                time.sleep(0.01)
            bank.kill()
            bank.start()
        load.stop()

        load.settle(people.log_in("clerk"))
        load.check(self)
        self.assertEqual(load.problems, [])
        assert_sound(self, people)
        self.assertEqual(bank.stop(), 0)
        AuditLog(bank.database).check(self, [int(one) for one in load.settled.values()])
        print(f"{len(load.settled)} transfers over {KILLS} kills", flush=True)


if __name__ == "__main__":
    runner.main()
