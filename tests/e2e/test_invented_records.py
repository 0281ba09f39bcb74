#!/usr/bin/env python3
"""A superuser inserts a transfer in SQL, with balances and the record that the bank would have
written: the bank halts and names it, and signs it only once two administrators have accepted it."""

import json
import os
import subprocess
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

from support import BUILD, exposition, runner
from support.alarms import AlteredCase, open_alarms
from support.database import OpenTransaction, without_guards
from support.people import expect

from rest_client import new_key

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
    set balance = a.balance + case when a.id = t.debit_account_id then -t.amount else t.amount end,
        version = a.version + 1, prior_entry = a.last_entry,
        last_entry = 2 * n.id + (a.id = t.credit_account_id)::integer
    from bank.transfers t, (select max(id) as id from bank.transfers) n
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


class InventedRecordsTest(AlteredCase):
    settings = {"audit": {"checkpoint_interval_s": "1"}}

    def verify(self):
        """The findings of bankd-verify in an export that is sealed and signed to its end."""
        self.await_that(lambda: self.unsealed() == 0)
        self.await_that(lambda: self.sql(
            "select (select max(tree_size) from bank.audit_checkpoints) ="
            " (select tree_size from bank.sealed())") == "t")
        path = os.path.join(self.bank.directory, "export")
        done = self.bank.bankctl("audit", "export", path)
        self.assertEqual(done.returncode, 0, done.stderr)
        done = subprocess.run(
            [os.path.join(BUILD, "bin", "bankd-verify"), "log", path, "--json", "--key", self.key],
            capture_output=True, text=True, timeout=60, check=False)
        os.unlink(path)
        return json.loads(done.stdout)["findings"]

    def test_an_invented_transfer_halts_the_bank_and_is_signed_only_by_two_decisions(self):
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
        self.restart()
        self.await_state("halted")
        self.people.log_in_again(self.people.names())
        self.assert_halted()
        self.assertEqual(self.sql("select tree_size from bank.sealed()"), size)
        self.assertEqual(len(self.records("records_alarm")), 1)

        # Two administrators accept it as it is: it is sealed, with both decisions, and is undone as
        # any other transfer.
        self.assert_two_clear(open_alarms(self.bank)[-1])
        self.assertEqual(self.verify(), [])
        accepted = [one for one in self.records("clear_alarm") if "accepted_xid" in one["details"]]
        self.assertEqual([one["details"]["accepted_records"] for one in accepted], [1])
        self.people.teller.close()
        expect(self.people.teller.post(f"/v1/transfers/{invented}/reversal", {}, new_key()), 201)

    def test_removed_records_remain_missing_and_are_accepted_as_such(self):
        before = len(self.records("records_alarm"))
        blocker = OpenTransaction(self.bank.database, "select pg_current_xact_id()")
        self.addCleanup(blocker.end)
        removed = expect(self.pay(7), 201)["id"]
        self.sql(without_guards(
            f"delete from bank.audit_logs where transfer_id = {removed}", "audit_logs"))
        self.assertEqual(self.bank.bankctl("schema", "check").returncode, 0)
        blocker.end()
        self.await_state("halted")
        self.assert_halted()
        self.await_that(lambda: len(self.records("records_alarm")) == before + 1)
        alarm = open_alarms(self.bank)[-1]
        self.assertIn("were removed", alarm["sentence"])
        self.assert_two_clear(alarm)
        self.assertNotEqual(self.verify(), [], "the transfer has no record")


if __name__ == "__main__":
    runner.main()
