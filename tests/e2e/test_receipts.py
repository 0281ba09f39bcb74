#!/usr/bin/env python3
"""A receipt over REST, judged by bankd-verify and by the public key of the start's log line."""

import json
import os
import subprocess
import sys
import time
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

from support import runner
from support.bank import BUILD, Bank
from support.people import PIN, People, expect

from rest_client import money, new_key

PENDING_MAX_S = 30


class ReceiptTest(unittest.TestCase):
    def setUp(self):
        self.bank = Bank({"audit": {"checkpoint_interval_s": "1"}})
        self.addCleanup(self.bank.close)
        self.bank.start()
        self.people = People(self.bank)
        self.key = self.bank.await_log(r"checkpoints are signed by (\S+)")[1]

    def receipt(self, transfer_id):
        deadline = time.monotonic() + PENDING_MAX_S
        while True:
            answer = self.people["alice"].get(f"/v1/transfers/{transfer_id}/receipt")
            if answer.code != "receipt_pending":
                return expect(answer, 200).body
            self.assertEqual(answer.status, 503)
            self.assertLess(time.monotonic(), deadline)
            time.sleep(0.1)

    def judge(self, receipt, key=None):
        done = subprocess.run(
            [os.path.join(BUILD, "bin", "bankd-verify"), "receipt", "-", "--key", key or self.key],
            input=json.dumps(receipt), capture_output=True, text=True, timeout=30, check=False,
        )
        return done.returncode, done.stdout + done.stderr

    def test_a_receipt_proves_its_transfer_and_nothing_else(self):
        alice = self.people.open_account("alice", deposit=10_000)
        bob = self.people.open_account("bob")
        body = {
            "debit_account_no": alice["account_no"],
            "credit_account_no": bob["account_no"],
            "amount": money(125),
            "reference": "invoice 17",
            "pin": PIN,
        }
        made = expect(self.people["alice"].post("/v1/transfers", body, new_key()), 201)
        receipt = self.receipt(made["id"])
        self.assertIn(f"\t{made['id']}\t{alice['id']}\t{bob['id']}\t125\tEUR\t", receipt["record"])
        self.assertEqual(receipt["reference"]["value"], "invoice 17")
        self.assertEqual(self.judge(receipt)[0], 0, self.judge(receipt)[1])

        more = {**receipt, "record": receipt["record"].replace("\t125\tEUR\t", "\t925\tEUR\t")}
        other = {**receipt, "reference": {**receipt["reference"], "value": "invoice 18"}}
        earlier = {**receipt, "number": receipt["number"] - 1}
        shorter = {**receipt, "proof": receipt["proof"][:-1]}
        forged = {**receipt, "checkpoint": receipt["checkpoint"].replace("\n", "\n1", 1)}
        for false in (more, other, earlier, shorter, forged):
            self.assertEqual(self.judge(false)[0], 1, self.judge(false)[1])
        stranger = "bankd+00000000+" + "A" * 44
        self.assertNotEqual(self.judge(receipt, stranger)[0], 0)


if __name__ == "__main__":
    runner.main()
