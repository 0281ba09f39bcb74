#!/usr/bin/env python3
"""Many transfers at once: streamed over REST, and from a file by bankctl."""

import csv
import json
import os
import sys
import tempfile
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

from support import runner
from support.case import BankCase
from support.people import assert_sound, expect

from rest_client import money

COUNT = 3_000


class BatchCase(BankCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.payer = cls.people.open_account("alice", deposit=1_000_000)
        cls.payees = [cls.people.open_account("bob") for _ in range(5)]

    def tearDown(self):
        assert_sound(self, self.people)

    def balances(self):
        return [self.people.balance(a["id"]) for a in (self.payer, *self.payees)]

    def pay(self, number, amount, **more):
        return {
            "kind": "transfer",
            "debit_account_no": self.payer["account_no"],
            "credit_account_no": self.payees[number % 5]["account_no"],
            "amount": money(amount),
            **more,
        }


class RestBatchTest(BatchCase):
    def request(self, client, source):
        """The response, whose head has arrived."""
        headers = {
            "Authorization": "Bearer " + client.access_token,
            "Content-Type": "application/x-ndjson",
        }
        client._connection.request("POST", "/v1/transfer-batches", source, headers)
        return client._connection.getresponse()

    def send(self, items, chunked=False):
        """The status lines and the final summary."""
        body = b"".join(json.dumps(item).encode() + b"\n" for item in items)
        # The persistent connection may have been closed by a daemon's end.
        self.people.teller.close()
        source = iter([body[:999], body[999:]]) if chunked else body
        response = self.request(self.people.teller, source)
        lines = [json.loads(line) for line in response.read().splitlines()]
        self.assertEqual(response.status, 200, lines)
        return lines[:-1], lines[-1]["summary"]

    def test_answers_each_line_in_order_and_resumes_by_the_same_keys(self):
        items = [self.pay(i, 1 + i % 3, key=f"salary-{i}") for i in range(COUNT)]
        items[10]["amount"] = money(9_000_000)
        items[20]["credit_account_no"] = "DE00"
        items[30] = {"key": "group", "linked": [self.pay(0, 5), self.pay(1, 6)]}
        before = self.balances()
        statuses, summary = self.send(items)
        self.assertEqual([s["line"] for s in statuses], list(range(1, COUNT + 1)))
        self.assertEqual(statuses[10]["status"], "insufficient_funds")
        self.assertEqual(statuses[20]["status"], "invalid_field")
        self.assertEqual(len(statuses[30]["transfers"]), 2)
        counts = (summary["posted"], summary["refused"], summary["failed"])
        self.assertEqual(counts, (COUNT - 2, 1, 1))
        moved = sum(1 + i % 3 for i in range(COUNT) if i not in (10, 20, 30)) + 11
        after = self.balances()
        self.assertEqual(before[0] - after[0], moved)
        self.assertEqual(sum(before), sum(after))

        again, summary = self.send(items, chunked=True)
        self.assertEqual(summary["replayed"], COUNT - 1)
        self.assertEqual(self.balances(), after)
        self.assertEqual(
            [s["transfer"]["id"] for s in again if "transfer" in s],
            [s["transfer"]["id"] for s in statuses if "transfer" in s],
        )

    def test_a_refusal_states_the_balance_in_the_account_s_own_currency(self):
        has = money(self.balances()[0])
        items = [{**self.pay(0, 1, key="dollars"), "amount": money(1, "USD")}] * 2
        for line in self.send(items)[0]:
            self.assertEqual(line["status"], "currency_mismatch", line)
            self.assertEqual(line["transfer"]["balance"], has)
            self.assertEqual(line["transfer"]["available"], has)

    def posted(self):
        """The newest record of a transfer that was posted."""
        return self.people.auditor.get(
            "/v1/audit-logs", action="transfer", outcome="posted", limit=1
        )

    def test_a_stranger_is_refused_before_anything_is_read(self):
        records = self.posted()
        for token in ("", "rubbish"):
            client = self.bank.client()
            client.access_token = token
            response = self.request(client, iter([b"{}\n"] * 3))
            self.assertEqual(response.status, 401)
            self.assertEqual(json.loads(response.read())["code"], "not_authenticated")
            client.close()
        again = self.posted()
        self.assertEqual(again["items"], records["items"])

    def test_a_killed_daemon_has_posted_each_line_once_when_the_same_is_sent_again(self):
        items = [self.pay(i, 1, key=f"killed-{i}") for i in range(COUNT)]
        before = self.balances()
        body = b"".join(json.dumps(item).encode() + b"\n" for item in items)
        client = self.people.log_in("clerk")
        response = self.request(client, body)
        # A line is answered once it is durable.
        self.assertEqual(json.loads(response.readline())["status"], "posted")
        self.bank.kill()
        client.close()
        self.bank.start()
        _, summary = self.send(items)
        self.assertEqual(summary["posted"], COUNT)
        self.assertGreater(summary["replayed"], 0)
        self.assertEqual(before[0] - self.balances()[0], COUNT)


class ImportTest(BatchCase):
    def bankctl_import(self, path, *arguments):
        done = self.bank.bankctl("--json", "transfer", "import", path, *arguments)
        return done.returncode, json.loads(done.stdout) if done.stdout else done.stderr

    def file(self, rows):
        handle, path = tempfile.mkstemp(suffix=".csv")
        self.addCleanup(os.remove, path)
        names = list(self.row(0, ""))
        with os.fdopen(handle, "w", encoding="utf-8", newline="") as out:
            writer = csv.DictWriter(out, names)
            writer.writeheader()
            writer.writerows(rows)
        return path

    def row(self, number, amount):
        return {
            "key": f"import-{number}",
            "kind": "transfer",
            "debit_account_no": self.payer["account_no"],
            "credit_account_no": self.payees[number % 5]["account_no"],
            "amount": amount,
            "currency": "EUR",
            "reference": f'salary, "{number}"',
        }

    def test_a_file_is_checked_posted_and_may_be_posted_again(self):
        rows = [self.row(i, f"{1 + i % 3}.0{i % 10}") for i in range(1_000)]
        cents = sum(100 * (1 + i % 3) + i % 10 for i in range(1_000))
        path = self.file(rows)
        before = self.balances()
        code, _ = self.bankctl_import(path, "--dry-run")
        self.assertEqual((code, self.balances()), (0, before))
        code, report = self.bankctl_import(path)
        self.assertEqual(code, 0, report)
        after = self.balances()
        self.assertEqual(before[0] - after[0], cents)
        code, report = self.bankctl_import(path)
        self.assertEqual((code, self.balances()), (0, after), report)
        self.assertIn("1000", json.dumps(report))

    def test_a_refusal_states_the_balance_in_the_account_s_own_currency(self):
        has = money(self.balances()[0])
        path = self.file([{**self.row(1, "1.00"), "currency": "USD", "key": "dollars"}])
        report = self.file([])
        for _ in range(2):
            code, said = self.bankctl_import(path, "--report", report)
            self.assertEqual(code, 1, said)
            with open(report, encoding="utf-8") as file:
                (item,) = map(json.loads, file)
            self.assertEqual(item["status"], "currency_mismatch")
            self.assertEqual(item["transfer"]["balance"], has, item)
            self.assertEqual(item["transfer"]["available"], has)

    def test_a_wrong_line_keeps_the_whole_file_from_moving_anything(self):
        before = self.balances()
        code, said = self.bankctl_import(self.file([self.row(1, "1.00"), self.row(2, "1.005")]))
        self.assertEqual((code, self.balances()), (65, before))
        self.assertIn("3", str(said))  # The line number, counting the header.


if __name__ == "__main__":
    runner.main()
