#!/usr/bin/env python3
"""Attacks through user input and forged receipts; broken parts; amounts; the first load."""

import os
import sys
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

from support import runner
from support.database import without_guards
from support.people import PIN, expect
from support.web import ScriptCase, WebCase

from rest_client import money, new_key

HOSTILE = '<img id=hostile src=x onerror="window.hit=1">'
NOTE = "javascript:window.hit=1</script><script id=hostile>window.hit=1</script>"
REASON = '"><svg id=hostile onload=window.hit=1>'
AGENT = "<script id=hostile>window.hit=1</script>"


class ClientTest(WebCase):
    def test_hostile_text_is_text(self):
        self.people.add("mallory")
        teller = self.people.teller
        body = {"owner": "mallory", "name": HOSTILE, "currency": "EUR", "pin": PIN}
        account = expect(teller.post("/v1/accounts", body), 201).body
        paid = {"account_no": account["account_no"], "amount": money(500), "reference": NOTE}
        made = expect(teller.post("/v1/deposits", paid, new_key()), 201)
        expect(teller.post(f"/v1/accounts/{account['id']}/lock", {"reason": REASON}), 200)
        self.run_script(
            "hostile",
            accounts={**self.accounts, "mallory": account},
            transfer=made["id"],
            hostile=HOSTILE,
            note=NOTE,
            reason=REASON,
            agent=AGENT,
        )

    def test_what_cannot_be_loaded_or_breaks_is_said_and_mended(self):
        self.run_script("broken")

    def test_the_first_load_is_small(self):
        for number in range(120):
            self.transfer(1_000 + number, f"Rent, part {number + 1}")
        self.run_script("size")


class ReceiptTest(WebCase):
    # No regular checkpoint is due: a page's receipt exists because the page requested it.
    settings = {**WebCase.settings, "audit": {"checkpoint_interval_s": "600"}}

    def test_a_page_waits_for_its_receipt_without_an_error(self):
        self.run_script("receipt", transfer=self.transfer(1_250, "Rent")["id"])


class TamperedTest(WebCase):
    def query(self, sql):
        return self.bank.database.query(sql, self.bank.database.name)

    def await_signed(self):
        """Waits until all current records of the log are sealed and signed."""
        count = self.query("select count(*) from bank.audit_logs")
        signed = f"select count(*) from bank.audit_checkpoints where tree_size >= {count}"
        deadline = time.monotonic() + 30
        while int(self.query(signed)) == 0:
            self.assertLess(time.monotonic(), deadline, "no checkpoint in time")
            time.sleep(0.1)

    def test_the_browser_names_the_record_that_was_changed(self):
        self.await_signed()
        sessions = "select min(id) from bank.audit_logs where action = 'login' and outcome = 'ok'"
        changed = int(self.query(sessions))
        self.query(
            without_guards(
                f"update bank.audit_logs set outcome = 'login_refused' where id = {changed}",
                "audit_logs",
            )
        )
        self.run_script("tampered", changed=changed)


class UnitsTest(ScriptCase):
    def test_amounts_account_numbers_and_keys(self):
        self.run_script("units")


if __name__ == "__main__":
    runner.main()
