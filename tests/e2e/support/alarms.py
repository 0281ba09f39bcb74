"""Alarms of a bank whose database was altered, and the two administrators who clear them: the local
one, with bankctl, and root-admin, over REST."""

import http.client
import json
import time

from support.case import BankCase
from support.people import PIN, expect

from rest_client import money, new_key

WITHIN_S = 30
REASON = "looked at it, and it is as it should be"


def open_alarms(bank, *options):
    """Oldest first."""
    done = bank.bankctl("alarm", "list", *options, "--json")
    if done.returncode != 0:
        raise AssertionError(done.stdout + done.stderr)
    return json.loads(done.stdout)["items"]


def decide_locally(bank, alarm):
    return bank.bankctl("alarm", "clear", str(alarm["id"]), "--reason", REASON, "--yes", "--json")


def decide_over_rest(client, alarm):
    client.close()  # It may have been idle for too long.
    return client.post(f"/v1/alarms/{alarm['id']}/clear", {"reason": REASON})


def clear_alarms(bank, client):
    """Both administrators decide on the newest alarm of each kind, as far as they may."""
    newest = {alarm["kind"]: alarm for alarm in open_alarms(bank)}
    for alarm in newest.values():
        decide_locally(bank, alarm)
        decide_over_rest(client, alarm)


class AlteredCase(BankCase):
    """A bank with two customers, whose database a test alters."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.alice = cls.people.open_account("alice", deposit=1_000_000)
        cls.bob = cls.people.open_account("bob")
        cls.key = cls.bank.await_log(r"checkpoints are signed by (\S+)")[1]

    def sql(self, text):
        return self.bank.database.query(text, self.bank.database.name).strip()

    def pay(self, amount, key=None):
        body = {
            "debit_account_no": self.alice["account_no"],
            "credit_account_no": self.bob["account_no"],
            "amount": money(amount),
            "pin": PIN,
        }
        self.people["alice"].close()  # It may have been idle for too long.
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
        except (OSError, http.client.HTTPException):
            return None  # It is starting.
        finally:
            client.close()

    def await_state(self, state):
        self.await_that(lambda: self.state() == state)

    def records(self, action):
        done = self.bank.bankctl("audit", "search", "--action", action, "--json")
        self.assertEqual(done.returncode, 0, done.stderr)
        return json.loads(done.stdout)["items"]

    def unsealed(self):
        return int(self.sql(
            "select count(*) from bank.audit_logs l left join bank.sealed() e on true"
            " where (l.xid, l.id) > (coalesce(e.last_xid, '0'), coalesce(e.last_id, 0))"))

    def restart(self):
        self.bank.stop()
        self.bank.launch()

    def assert_halted(self):
        """Nothing moves, and questions are answered."""
        self.await_state("halted")
        refused = self.pay(100)
        self.assertEqual((refused.status, refused["code"]), (503, "bank_halted"))
        expect(self.people["alice"].get(f"/v1/accounts/{self.alice['id']}"), 200)
        status = self.bank.bankctl("status")
        self.assertEqual(status.returncode, 1)
        self.assertIn("bankctl alarm list", status.stdout)

    def assert_two_clear(self, alarm):
        """One administrator alone does not, and a teller does not at all."""
        refused = decide_over_rest(self.people.teller, alarm)
        self.assertEqual((refused.status, refused["code"]), (403, "permission_denied"))
        done = decide_locally(self.bank, alarm)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIsNone(json.loads(done.stdout)["cleared_at"])
        done = decide_locally(self.bank, alarm)
        self.assertIn("other_administrator_required", done.stderr)
        self.assert_halted()

        cleared = expect(decide_over_rest(self.people.admin, alarm), 200)
        self.assertEqual([one["reason"] for one in cleared["decisions"]], [REASON, REASON])
        self.assertFalse(cleared["is_halting"])
        self.await_state("ready")
        expect(self.pay(100), 201)
        self.assertEqual(open_alarms(self.bank), [])
        again = decide_over_rest(self.people.admin, alarm)
        self.assertEqual((again.status, again["code"]), (409, "alarm_cleared"))
        decisions = [
            one for one in self.records("clear_alarm")
            if one["outcome"] == "ok" and one["details"]["alarm"] == int(alarm["id"])]
        self.assertEqual(len(decisions), 2)
