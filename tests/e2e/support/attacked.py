"""A bank with every kind of state, which attackers of its database attack while it runs."""

import json
import os
import shutil
import subprocess
import time

from support import BUILD, ROOT
from support.alarms import clear_alarms
from support.attacks import Attacker
from support.case import BankCase
from support.people import ONE_TIME_PASSWORD, PASSWORD, PIN, expect

from rest_client import money, new_key

WITHIN_S = 30
TRANSFERS = 200  # Several marks of a chain, and with the rest more than one full tile.
OWN_PIN, OWN_PASSWORD = "483920", "a long battery of mallory 9"  # Those of the attacker.
NO_LIMITS = {"per_transfer": None, "per_day": None, "per_week": None, "per_month": None}
THREAT_MODEL = os.path.join(ROOT, "packaging", "doc", "threat-model.md")


class AttackedCase(BankCase):
    settings = {"audit": {"checkpoint_interval_s": "1"}}

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.seen = os.path.join(cls.bank.directory, "seen")
        cls.key = cls.bank.await_log(r"checkpoints are signed by (\S+)")[1]
        cls.tokens, cls.ids, cls.accounts = {}, {}, {}
        cls.furnish_people()
        cls.furnish_accounts()
        cls.furnish_holds()
        cls.furnish_sessions()
        cls.attacker = Attacker(cls.sql)

    @classmethod
    def furnish_people(cls):
        people, admin = cls.people, cls.people.admin
        for name in ("mallory", "newcomer", "gisela"):
            body = {"user_name": name, "role": "customer", "password": ONE_TIME_PASSWORD}
            cls.ids[name] = expect(admin.post("/v1/users", body), 201)["id"]
        people.log_in_first("gisela").close()
        mallory = people.log_in_first("mallory")
        cls.ids["old_password"] = cls.sql(
            "select password from bank.users where user_name = 'mallory'")
        expect(mallory.change_password(PASSWORD, OWN_PASSWORD), 204)
        mallory.close()
        for name in ("alice", "bob", "clerk"):
            cls.ids[name] = people.user_id(name)
        cls.ids["root"] = people.user_id("root-admin")
        path = f"/v1/users/{cls.ids['gisela']}"
        expect(admin.put(path + "/disabled", {"is_disabled": True}), 200)
        expect(admin.post(path + "/erase-subject", {}), 200)

    @classmethod
    def furnish_accounts(cls):
        people = cls.people
        for name, owner, deposit in (("a", "alice", 1_000_000), ("b", "bob", 500),
                                     ("m", "mallory", 1_000), ("frozen", "bob", 0),
                                     ("locked", "bob", 0), ("closed", "bob", 0),
                                     ("empty", "alice", 0)):
            pin = OWN_PIN if name == "m" else PIN
            cls.accounts[name] = people.open_account(owner, deposit=deposit, pin=pin)
            cls.ids[name] = cls.accounts[name]["id"]
        cls.ids["fees"] = cls.sql(
            "select id from bank.accounts where kind = 'fees' and currency = 'EUR'")
        path = "/v1/accounts/{}/{}"
        limits = {name: money(900_000) for name in NO_LIMITS}
        limits["minimum_balance"] = money(5)
        expect(people.admin.put(path.format(cls.ids["a"], "limits"), limits), 200)
        day = {"role": "customer", "currency": "EUR", **NO_LIMITS, "per_day": money(800_000)}
        expect(people.admin.put("/v1/role-limits", day), 204)
        freeze = {"is_debit_frozen": True, "is_credit_frozen": False, "reason": "court"}
        expect(people.teller.put(path.format(cls.ids["frozen"], "freeze"), freeze), 200)
        lock = {"reason": "lost card"}
        expect(people.teller.post(path.format(cls.ids["locked"], "lock"), lock), 200)
        expect(people.teller.post(path.format(cls.ids["closed"], "close")), 200)

    @classmethod
    def furnish_holds(cls):
        alice, bob = cls.people["alice"], cls.people["bob"]
        holds = []
        for credit, lifetime in (("b", 1), ("b", 600), ("b", 6000), ("b", 6000)):
            holds.append(expect(cls.hold(alice, "a", credit, lifetime), 201)["id"])
        expect(bob.post(f"/v1/holds/{holds[1]}/capture", {}, new_key()), 201)
        cls.ids["hold"] = holds[2]
        expect(bob.post(f"/v1/holds/{holds[3]}/release", None, new_key()), 201)
        cls.ids["other_hold"] = expect(cls.hold(bob, "b", "a", 6000), 201)["id"]
        for _ in range(TRANSFERS):
            cls.ids["last"] = expect(cls.pay(alice), 201)["id"]
        cls.ids["declined"] = cls.sql("select max(id) + 1 from bank.transfers")
        expect(cls.pay(alice, amount=2_000_000), 422, "transfer_limit_exceeded")
        reversal = f"/v1/transfers/{cls.ids['last']}/reversal"
        expect(cls.people.teller.post(reversal, {}, new_key()), 201)
        cls.await_that(lambda: "expired" == expect(
            alice.get(f"/v1/holds/{holds[0]}"), 200)["state"])
        cls.then = cls.sql(
            f"select created_at from bank.transfers where id = {cls.ids['last']} - 60")
        cls.old_balance = cls.balance_then()

    @classmethod
    def furnish_sessions(cls):
        cls.ids["chosen"] = "A" * 55  # Of the form of a refresh token.
        for which, name, password in (
                ("own", "mallory", OWN_PASSWORD), ("lent", "mallory", OWN_PASSWORD),
                ("renewed", "mallory", OWN_PASSWORD), ("ended", "mallory", OWN_PASSWORD),
                ("thief", "alice", PASSWORD), ("proven", "alice", PASSWORD)):
            client = cls.bank.client()
            cls.tokens[which] = expect(client.log_in(name, password), 200).body
            cls.ids[which] = cls.sql("select max(id) from bank.sessions")
            if which == "ended":
                expect(client.post("/v1/logout"), 204)
            if which == "proven":
                path = f"/v1/accounts/{cls.ids['a']}/pin-authorization"
                expect(client.post(path, {"pin": PIN}), 201)
            client.close()
        expect(cls.refresh(cls.tokens["renewed"]["refresh_token"]), 200)

    # What people do.

    @classmethod
    def refresh(cls, token):
        return cls.bank.client().request(
            "POST", "/v1/refresh", {"refresh_token": token}, token="")

    @classmethod
    def client_of(cls, which):
        client = cls.bank.client()
        client.access_token = cls.tokens[which]["access_token"]
        return client

    @classmethod
    def pay(cls, client, amount=1, pin=PIN):
        body = {
            "debit_account_no": cls.accounts["a"]["account_no"],
            "credit_account_no": cls.accounts["b"]["account_no"],
            "amount": money(amount),
        }
        return client.post("/v1/transfers", {**body, "pin": pin} if pin else body, new_key())

    @classmethod
    def hold(cls, client, debit, credit, lifetime):
        body = {
            "debit_account_no": cls.accounts[debit]["account_no"],
            "credit_account_no": cls.accounts[credit]["account_no"],
            "amount": money(100),
            "expires_in_s": lifetime,
            "pin": PIN,
        }
        return client.post("/v1/holds", body, new_key())

    @classmethod
    def balance_then(cls):
        path = f"/v1/accounts/{cls.ids['a']}/balance"
        moment = cls.then.replace(" ", "T").replace("+00", "Z")
        return expect(cls.people.auditor.get(path, at=moment), 200)["balance"]

    # What is asserted.

    @classmethod
    def sql(cls, text):
        return cls.bank.database.query(text, cls.bank.database.name).strip()

    @classmethod
    def await_that(cls, condition):
        deadline = time.monotonic() + WITHIN_S
        while not condition():
            if time.monotonic() > deadline:
                raise AssertionError(cls.bank.log()[-3000:])
            time.sleep(0.02)

    def state(self):
        client = self.bank.client(timeout_s=10)
        try:
            return client.get("/readyz").body["status"]
        except OSError:
            return None  # It is starting, or has ended.
        finally:
            client.close()

    def assert_state(self, state):
        self.await_that(lambda: self.state() == state)

    def verify(self):
        """The findings: code, and the place or text of each."""
        path = os.path.join(self.bank.directory, "export")
        done = self.bank.bankctl("audit", "export", path)
        self.assertEqual(done.returncode, 0, done.stderr)
        done = subprocess.run(
            [os.path.join(BUILD, "bin", "bankd-verify"), "log", path, "--json", "--key", self.key,
             "--checkpoints", self.seen],
            capture_output=True, text=True, timeout=60, check=False,
        )
        os.unlink(path)
        found = []
        for finding in json.loads(done.stdout)["findings"]:
            row = finding.get("row", {})
            place = " ".join(row[part] for part in ("table", "key", "field") if part in row)
            found.append((finding["code"], place, finding["text"]))
        return found

    def assert_verified(self, code, places):
        found = self.verify()
        self.assertIn(code, [one[0] for one in found])
        for place in places:
            place = place.format(**self.ids)
            self.assertTrue(
                any(one[0] == code and (place == one[1] or place in one[2]) for one in found),
                f"{code} {place}: {found}")

    def schema(self):
        done = self.bank.bankctl("schema", "check", "--json")
        self.assertIn(done.returncode, (0, 1), done.stderr)
        return json.loads(done.stdout)

    def assert_schema(self, objects, is_grave):
        report = self.schema()
        self.assertEqual(report["is_as_built"], not is_grave, report)
        for named in objects:
            self.assertIn(named, [one["object"] for one in report["differences"]])
        self.assert_state("halted" if is_grave else "ready")

    def ledger(self):
        done = self.bank.bankctl("ledger", "check")
        return done.returncode, done.stdout + done.stderr

    def assert_in_ledger(self, words):
        code, report = self.ledger()
        self.assertEqual(code, 1, report)
        for word in words:
            self.assertIn(word.format(**self.ids), report)

    def assert_in_trail(self, account, transfer):
        account, transfer = (int(text.format(**self.ids)) for text in (account, transfer))
        records = self.people.auditor.pages("/v1/audit-logs", account_id=account)
        self.assertIn(transfer, [int(r["details"].get("transfer_id", 0)) for r in records])

    def assert_nothing_to_archive(self):
        path = os.path.join(self.bank.directory, "archive")
        done = self.bank.bankctl("audit", "archive", path)
        self.assertIn("nothing_to_archive", done.stderr)

    def assert_old_history(self):
        self.assertEqual(self.balance_then(), self.old_balance)

    def assert_not_started(self, pattern):
        self.assertIsNotNone(self.bank.process.poll())
        self.assertRegex(self.bank.log()[self.log_end:], pattern)

    def assert_named_by_threat_model(self, quotation):
        with open(THREAT_MODEL, encoding="utf-8") as file:
            self.assertIn(" ".join(quotation.split()), " ".join(file.read().split()))

    def assert_remains(self, quotation, works):
        self.assert_named_by_threat_model(quotation)
        if works:
            works(self)
        self.assert_consistent()

    def assert_consistent(self):
        self.assertEqual(self.verify(), [])
        self.assertEqual(self.schema()["differences"], [])
        code, report = self.ledger()
        self.assertEqual(code, 0, report)

    # The attacks.

    def restart(self):
        """Until it serves or has ended."""
        self.bank.launch()
        self.await_that(
            lambda: self.bank.process.poll() is not None
            or (self.state() in ("ready", "halted") and self.bank.is_administrable()))
        if self.bank.process.poll() is None:
            self.people.log_in_again()

    def assert_resumes(self, attack):
        """Undone, it needs two administrators where it halted the bank."""
        if attack.undo:
            self.schema()

        def is_ready():
            clear_alarms(self.bank, self.people.admin)
            return self.state() == "ready"

        self.await_that(is_ready)

    def end_of(self, attack):
        """Attacks, asserts how it ends, and undoes it."""
        attack.before(self)
        if attack.is_at_rest:
            self.people.close()
            self.bank.stop()
        self.log_end = len(self.bank.log())
        undo = self.attacker.attack(attack, self.ids)
        try:
            if attack.is_at_rest:
                self.restart()
            for end in attack.ends:
                end(self)
        finally:
            undo()
            if self.bank.process.poll() is not None:
                self.restart()
            self.assert_resumes(attack)

    def setUp(self):
        """Carries the checkpoints away, as an auditor does."""
        newest = self.sql("select max(id) from bank.audit_logs")
        self.await_that(lambda: self.sql(
            "select (select max(tree_size) from bank.audit_checkpoints) >="
            " (select bank.number_of(l.xid, l.id) from bank.audit_logs l"
            f" where l.id = {newest})") == "t")
        shutil.copy(os.path.join(self.bank.directory, "keys", "checkpoints"), self.seen)
