#!/usr/bin/env python3
"""A receipt over REST, verified by bankd-verify with the public key from the start's log line."""

import itertools
import json
import os
import subprocess
import sys
import time
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

from support import runner
from support.bank import BUILD, Bank, in_threads
from support.database import OpenTransaction, OwnCluster
from support.people import PIN, People, expect

from rest_client import money, new_key

PENDING_MAX_S = 30
TOGETHER = 100  # Receipts requested at once.
ASKERS = 8
# Between two checkpoints by the sealer's own clock; the database notes the time slightly later,
# with varying delay.
APART_S = 1.0
JITTER_S = 0.25


class ReceiptCase(unittest.TestCase):
    cluster = None  # The shared cluster of all tests.

    def setUp(self):
        # No regular checkpoint is due: those that appear were requested.
        settings = {"audit": {"checkpoint_interval_s": "600"}}
        self.bank = Bank(settings, self.cluster and self.cluster())
        self.addCleanup(self.bank.close)
        self.bank.start()
        self.people = People(self.bank)
        self.addCleanup(self.people.close)
        self.key = self.bank.await_log(r"checkpoints are signed by (\S+)")[1]

    def ask(self, transfer_id, client=None):
        client = client or self.people["alice"]
        return client.get(f"/v1/transfers/{transfer_id}/receipt")

    def wait_for(self, ask):
        """The response that replaces 202, and the number of 202s before it."""
        deadline = time.monotonic() + PENDING_MAX_S
        for pending in itertools.count():
            answer = ask()
            if answer.status != 202:
                return expect(answer, 200).body, pending
            self.assertEqual(answer.body, {"status": "pending"})
            self.assertEqual(answer.headers["retry-after"], "1")
            self.assertLess(time.monotonic(), deadline)
            time.sleep(0.1)

    def receipt(self, transfer_id, client=None):
        return self.wait_for(lambda: self.ask(transfer_id, client))[0]

    def sql(self, query):
        return self.bank.database.query(query, self.bank.database.name).strip()

    def await_sealed(self):
        """Waits until every record of the log has its number."""
        deadline = time.monotonic() + PENDING_MAX_S
        while int(self.sql("select count(*) from bank.oldest_unsealed()")) > 0:
            self.assertLess(time.monotonic(), deadline)

    def deposit(self, account, amount):
        body = {"account_no": account["account_no"], "amount": money(amount)}
        return expect(self.people.teller.post("/v1/deposits", body, new_key()), 201)["id"]

    def verified(self, receipt, key=None):
        done = subprocess.run(
            [os.path.join(BUILD, "bin", "bankd-verify"), "receipt", "-", "--key", key or self.key],
            input=json.dumps(receipt), capture_output=True, text=True, timeout=30, check=False,
        )
        return done.returncode, done.stdout + done.stderr


class ReceiptTest(ReceiptCase):
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
        self.assertEqual(self.verified(receipt)[0], 0, self.verified(receipt)[1])

        more = {**receipt, "record": receipt["record"].replace("\t125\tEUR\t", "\t925\tEUR\t")}
        other = {**receipt, "reference": {**receipt["reference"], "value": "invoice 18"}}
        earlier = {**receipt, "number": str(int(receipt["number"]) - 1)}
        shorter = {**receipt, "proof": receipt["proof"][:-1]}
        forged = {**receipt, "checkpoint": receipt["checkpoint"].replace("\n", "\n1", 1)}
        for false in (more, other, earlier, shorter, forged):
            self.assertEqual(self.verified(false)[0], 1, self.verified(false)[1])
        stranger = "bankd+00000000+" + "A" * 44
        self.assertNotEqual(self.verified(receipt, stranger)[0], 0)

    def test_a_request_for_it_makes_the_checkpoint_and_nothing_else_does(self):
        alice = self.people.open_account("alice", deposit=10_000)
        self.await_sealed()
        self.assertEqual(self.sql("select count(*) from bank.audit_checkpoints"), "0")
        made = self.deposit(alice, 125)
        # Invisible to the caller: a stranger's request has nothing signed.
        self.people.add("carol")
        refused = self.people["carol"].get(f"/v1/transfers/{made}/receipt")
        self.assertEqual(refused.status, 404)
        self.await_sealed()
        self.assertEqual(self.sql("select count(*) from bank.audit_checkpoints"), "0")

        receipt, pending = self.wait_for(lambda: self.ask(made))
        self.assertGreater(pending, 0)
        self.assertEqual(self.verified(receipt)[0], 0)
        signed = self.sql("select count(*) from bank.audit_checkpoints")
        self.assertEqual(signed, "1")
        figures = self.bank.bankctl("metrics").stdout
        self.assertIn("\nbankd_audit_early_checkpoints_total 1\n", figures)
        self.assertEqual(self.ask(made).status, 200)
        self.assertEqual(self.sql("select count(*) from bank.audit_checkpoints"), signed)

    def test_a_proof_of_the_log_makes_it_too(self):
        self.people.open_account("alice", deposit=10_000)
        self.await_sealed()
        last = self.sql("select max(id) from bank.audit_logs")
        path = f"/v1/audit/range?first={last}&last={last}"
        proven, pending = self.wait_for(lambda: self.people.admin.get(path))
        self.assertGreater(pending, 0)
        self.assertEqual([record["id"] for record in proven["records"]], [last])

    def test_bankctl_waits_for_it(self):
        made = self.deposit(self.people.open_account("alice"), 125)
        printed = self.bank.bankctl("transfer", "receipt", str(made))
        self.assertEqual(printed.returncode, 0, printed.stderr)
        self.assertEqual(printed.stderr, "")
        self.assertEqual(self.verified(json.loads(printed.stdout))[0], 0)

    def test_however_many_ask_one_checkpoint_a_second_is_signed(self):
        alice = self.people.open_account("alice", deposit=10_000)
        clients = [self.people.log_in("alice") for _ in range(ASKERS)]
        begin = time.monotonic()
        made = [self.deposit(alice, 100 + number) for number in range(TOGETHER)]

        def ask_for_some(place):
            mine = made[place::ASKERS]
            return [self.receipt(transfer_id, clients[place]) for transfer_id in mine]

        receipts = sum(in_threads(ASKERS, ask_for_some), [])
        passed_s = time.monotonic() - begin
        for client in clients:
            client.close()
        self.assertEqual(len({receipt["number"] for receipt in receipts}), TOGETHER)
        count = int(self.sql("select count(*) from bank.audit_checkpoints"))
        self.assertGreater(count, 0)
        self.assertLessEqual(count, passed_s / APART_S + 1)
        closest = self.sql(
            "select coalesce(min(extract(epoch from c.apart)), 9)"
            " from (select signed_at - lag(signed_at) over (order by tree_size) as apart"
            " from bank.audit_checkpoints) c"
        )
        self.assertGreaterEqual(float(closest), APART_S - JITTER_S)


class BehindTest(ReceiptCase):
    # A cluster of its own: a transaction that blocks one bank's records does so in the whole
    # cluster.
    cluster = OwnCluster

    def test_while_nothing_can_be_sealed_it_is_a_failure(self):
        alice = self.people.open_account("alice", deposit=10_000)
        # Records are sealed after all earlier transactions have ended: this one does not.
        holder = OpenTransaction(self.bank.database, "select pg_current_xact_id()")
        self.addCleanup(holder.end)
        made = self.deposit(alice, 125)
        self.assertEqual(self.ask(made).status, 202)
        deadline = time.monotonic() + PENDING_MAX_S
        while (answer := self.ask(made)).status == 202:
            self.assertLess(time.monotonic(), deadline)
            time.sleep(0.1)
        expect(answer, 503, "receipt_pending")
        self.assertEqual(answer.headers["retry-after"], "10")
        holder.end()
        while self.ask(made).status != 200:
            self.assertLess(time.monotonic(), deadline)
            time.sleep(0.1)


if __name__ == "__main__":
    runner.main()
