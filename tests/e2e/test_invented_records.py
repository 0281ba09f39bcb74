#!/usr/bin/env python3
"""A superuser inserts a transfer in SQL, with balances and the record that the bank would have
written: the bank halts, names it, and never signs it."""

import json
import os
import sys
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

from support import exposition, runner
from support.case import BankCase
from support.people import PIN, expect

from rest_client import money, new_key

WITHIN_S = 20

# All but the MAC, which needs the key.
INVENTED = """
begin;
insert into bank.transfers
    select nextval('bank.transfer_ids'), debit_account_id, credit_account_id, amount,
        debit_balance - amount, credit_balance + amount, available - amount, 2 * id, 2 * id + 1,
        null, null, user_id, session_id, now(), null, gen_random_uuid(), value_date, kind, status,
        request_digest, currency, reference
    from bank.transfers where id = {model};
update bank.accounts a
    set balance = a.balance + case when a.id = t.debit_account_id then -t.amount else t.amount end
    from bank.transfers t
    where t.id = {model} and a.id in (t.debit_account_id, t.credit_account_id);
insert into bank.audit_logs ("timestamp", actor_id, transfer_id, subject_id, action, outcome,
                             request_id, leaf)
    select t.created_at, l.actor_id, t.id, l.subject_id, l.action, l.outcome, l.request_id, l.leaf
    from bank.audit_logs l, bank.transfers t
    where l.transfer_id = {model} and t.id = (select max(id) from bank.transfers);
alter table bank.audit_logs disable trigger all;
update bank.audit_logs l set leaf = bank.leaf_of(w.record)
    from bank.audit_subjects s, bank.audit_secret a, bank.audit_logs k,
        lateral bank.written_record(k, s.hash, a.value) w
    where l.id = (select max(id) from bank.audit_logs) and k.id = l.id and s.id = l.subject_id;
alter table bank.audit_logs enable always trigger refuse_row_change,
    enable always trigger refuse_change, enable always trigger refuse_row_deletion;
commit
"""


class InventedRecordsTest(BankCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.alice = cls.people.open_account("alice", deposit=1_000_000)
        cls.bob = cls.people.open_account("bob")

    def sql(self, text):
        return self.bank.database.query(text, self.bank.database.name).strip()

    def pay(self, amount, key=None):
        body = {
            "debit_account_no": self.alice["account_no"],
            "credit_account_no": self.bob["account_no"],
            "amount": money(amount),
            "pin": PIN,
        }
        return self.people["alice"].post("/v1/transfers", body, key or new_key())

    def await_that(self, condition):
        deadline = time.monotonic() + WITHIN_S
        while not condition():
            self.assertLess(time.monotonic(), deadline, self.bank.log()[-2000:])
            time.sleep(0.02)

    def state(self):
        client = self.bank.client(timeout_s=10)
        try:
            return client.get("/readyz")["status"]
        except OSError:
            return None  # It is starting.
        finally:
            client.close()

    def unsealed(self):
        return int(self.sql(
            "select count(*) from bank.audit_logs l left join bank.sealed() e on true"
            " where (l.xid, l.id) > (coalesce(e.last_xid, '0'), coalesce(e.last_id, 0))"))

    def test_an_invented_transfer_halts_the_bank_and_is_never_signed(self):
        key = new_key()
        model = int(expect(self.pay(100, key), 201)["id"])
        self.await_that(lambda: self.unsealed() == 0)
        size = self.sql("select tree_size from bank.sealed()")
        self.sql(INVENTED.format(model=model))
        invented = self.sql("select max(id) from bank.transfers")
        record = self.sql(f"select id from bank.audit_logs where transfer_id = {invented}")
        self.await_that(lambda: self.state() == "halted")

        # It is named, and nothing from it on is sealed or signed.
        self.assertIn(
            f"Record {record}: transfer posted, transaction {invented},", self.bank.log())
        self.assertEqual(self.sql("select tree_size from bank.sealed()"), size)
        self.assertLessEqual(
            int(self.sql("select coalesce(max(tree_size), 0) from bank.audit_checkpoints")),
            int(size))
        alarms = self.bank.bankctl("audit", "search", "--action", "records_alarm", "--json")
        alarm, = json.loads(alarms.stdout)["items"]
        self.assertEqual(alarm["outcome"], "bank_halted")
        self.assertIn(invented, json.dumps(alarm["details"]))
        metrics = exposition.read(self.bank)
        self.assertEqual(metrics.of("bankd_readiness", "state"), {"halted": 1})
        self.assertEqual(metrics.samples[("bankd_audit_records_alarm", ())], 1)
        self.assertEqual(self.bank.bankctl("status").returncode, 1)

        # Nothing moves, questions are answered, and a retry gets its first answer.
        refused = self.pay(100)
        self.assertEqual((refused.status, refused["code"]), (503, "bank_halted"))
        self.assertEqual(int(expect(self.pay(100, key), 201)["id"]), model)
        expect(self.people["alice"].get(f"/v1/accounts/{self.alice['id']}"), 200)

        # A restart does not clear it, and serves no transfer before it finds it again.
        self.bank.stop()
        self.bank.launch()
        self.await_that(lambda: self.state() == "halted")
        self.people.log_in_again(self.people.names())
        self.assertEqual(self.pay(100)["code"], "bank_halted")
        self.assertEqual(self.sql("select tree_size from bank.sealed()"), size)


if __name__ == "__main__":
    runner.main()
