#!/usr/bin/env python3
"""Known work is done, and the metrics say exactly that: in one process and in three."""

import functools
import json
import os
import re
import socket
import struct
import subprocess
import sys
import time
import unittest
import urllib.error
import urllib.request
from collections import Counter

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

from support import ROOT, exposition, runner
from support.apart import ApartBank
from support.bank import BUILD, Bank, free_port
from support.people import PASSWORD, PIN, People, expect
from test_apart import CALL, HELLO, Wire, text

from rest_client import money, new_key

MONITORING = os.path.join(ROOT, "packaging", "monitoring")
# A front end in another process reports every second.
REPORTED_WITHIN_S = 10
# After the client has its answer.
COUNTED_WITHIN_S = 0.3
WRONG_PIN = "314159"


class Work:
    """Sends requests, and keeps count of what should be counted for them."""

    def __init__(self, people):
        self.people = people
        self.requests = Counter()  # (operation, outcome)
        self.answers = Counter()  # (route, status)
        self.transfers = Counter()  # (kind, outcome)
        self.replays = 0
        self.lockouts = 0

    def note(self, answer, route, operation=None, outcome=None):
        self.answers[(route, str(answer.status))] += 1
        if operation:
            self.requests[(operation, outcome or answer.code or "ok")] += 1
        return answer

    def move(self, kind, answer, is_decided=True):
        """A movement of money: its status is its outcome."""
        outcome = answer.code or answer["status"]
        self.note(answer, "money", "submit", outcome)
        if answer.headers.get("idempotency-replayed") == "true":
            self.replays += 1
        elif is_decided:
            self.transfers[(kind, outcome)] += 1
        return answer

    def do(self):
        alice, teller = self.people["alice"], self.people.teller
        body = {"name": "An account", "currency": "EUR", "pin": PIN}
        accounts = []
        for owner in ("alice", "bob"):
            opened = teller.post("/v1/accounts", {"owner": owner, **body})
            accounts.append(self.note(opened, "write", "open_account").body)
        debit, credit = accounts

        for _ in range(2):
            paid = {"account_no": debit["account_no"], "amount": money(1000)}
            self.move("deposit", teller.post("/v1/deposits", paid, new_key()))

        def transfer(amount, key=None, pin=PIN):
            order = {
                "debit_account_no": debit["account_no"],
                "credit_account_no": credit["account_no"],
                "amount": money(amount),
                "pin": pin,
            }
            return alice.post("/v1/transfers", order, key or new_key())

        key = new_key()
        self.move("transfer", expect(transfer(100, key), 201))
        self.move("transfer", expect(transfer(100, key), 201))
        for _ in range(4):
            self.move("transfer", expect(transfer(50), 201))
        self.move("transfer", expect(transfer(99_999), 422, "insufficient_funds"))
        again = transfer(101, key)
        self.move("transfer", expect(again, 422, "idempotency_key_reused"))

        order = {
            "debit_account_no": debit["account_no"],
            "credit_account_no": credit["account_no"],
            "amount": money(10),
            "pin": PIN,
        }
        hold = self.move("hold", expect(alice.post("/v1/holds", order, new_key()), 201))
        released = teller.post(f"/v1/holds/{hold['id']}/release", None, new_key())
        self.move("release", expect(released, 201))

        for _ in range(3):
            wrong = expect(transfer(1, pin=WRONG_PIN), 403, "pin_wrong")
            self.move("transfer", wrong, is_decided=False)
        self.lockouts += 1
        locked = expect(transfer(1), 403, "account_locked")
        self.move("transfer", locked, is_decided=False)

        for _ in range(3):
            shown = alice.get(f"/v1/accounts/{debit['id']}")
            self.note(expect(shown, 200), "read", "find_account")
        missing = expect(alice.get("/v1/accounts/999999999"), 404, "account_not_found")
        self.note(missing, "read", "find_account")
        self.note(expect(alice.get("/v1/no/such/path"), 404, "not_found"), "unknown")
        self.note(expect(alice.get("/healthz"), 200), "page")
        credentials = {"user_name": "alice", "password": "not the password 1"}
        for _ in range(2):
            login = alice.request("POST", "/v1/login", credentials, token="")
            self.note(expect(login, 401, "login_refused"), "login", "login")
        self.note(expect(alice.request("GET", "/v1/users/me", token=""), 401,
                         "not_authenticated"), "read", "who_am_i")
        return self


def minus(after, before):
    return {key: value for key, value in (after - before).items()}


@functools.cache
def output(*command):
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


class MetricsTest(unittest.TestCase):
    def make(self, kind, settings=None):
        bank = kind(settings)
        self.addCleanup(bank.close)
        bank.start()
        return bank

    @classmethod
    @functools.cache
    def apart_bank(cls):
        """One bank for the cases that leave all its processes running."""
        bank = ApartBank()
        cls.addClassCleanup(bank.close)
        return bank.start()

    def read_when(self, bank, is_there):
        """The figures, once those of the front ends have arrived."""
        deadline = time.monotonic() + REPORTED_WITHIN_S
        while True:
            figures = exposition.read(bank)
            if is_there(figures):
                return figures
            if time.monotonic() > deadline:
                return figures  # The test says what is missing.
            time.sleep(0.1)

    def settled(self, bank):
        """The figures when nothing more comes: an answer is counted a moment after the client has
        it, and a report was made after all was done."""
        figures = exposition.read(bank)
        while True:
            before = figures
            figures = self.reported_after(bank, time.monotonic() + COUNTED_WITHIN_S)
            if all(
                before.sum(name) == figures.sum(name)
                for name in ("bankd_rest_requests_total", "bankd_requests_total")
            ):
                return figures

    def reported_after(self, bank, moment):
        """The figures once every front end has reported after the moment."""
        while True:
            asked = time.monotonic()
            figures = exposition.read(bank)
            ages = [
                age
                for (name, _), age in figures.samples.items()
                if name == "bankd_front_end_report_age_seconds"
            ]
            if len(ages) == 2 and asked - max(ages) > moment:
                return figures
            self.assertLess(asked, moment + REPORTED_WITHIN_S, ages)
            time.sleep(0.1)

    def check_work(self, bank):
        people = People(bank)
        before = self.settled(bank)
        work = Work(people).do()
        answers = before.of("bankd_rest_requests_total", "route", "status") + work.answers
        self.read_when(
            bank, lambda f: f.of("bankd_rest_requests_total", "route", "status") == answers
        )
        after = self.settled(bank)

        def grown(name, *labels):
            return minus(after.of(name, *labels), before.of(name, *labels))

        def more(name):
            return after.sum(name) - before.sum(name)

        self.assertEqual(grown("bankd_rest_requests_total", "route", "status"), work.answers)
        self.assertEqual(grown("bankd_requests_total", "operation", "outcome"), work.requests)
        self.assertEqual(grown("bankd_transfers_total", "kind", "outcome"), work.transfers)
        self.assertEqual(more("bankd_transfer_replays_total"), work.replays)
        self.assertEqual(work.replays, 1)
        self.assertEqual(more("bankd_account_lockouts_total"), work.lockouts)
        self.assertEqual(more("bankd_faults_total"), 0)
        self.assertEqual(more("bankd_ledger_alarms_total"), 0)
        self.assertEqual(grown("bankd_throttled_total", "reason"), {})
        # Each was timed, and each order was in a batch.
        by_operation = Counter()
        for (operation, _), count in work.requests.items():
            by_operation[operation] += count
        self.assertEqual(grown("bankd_request_duration_seconds_count", "operation"), by_operation)
        by_route = Counter()
        for (route, _), count in work.answers.items():
            by_route[route] += count
        self.assertEqual(grown("bankd_rest_request_duration_seconds_count", "route"), by_route)
        orders = more("bankd_posting_batch_transfers_sum")
        batches = more("bankd_posting_batch_transfers_count")
        self.assertEqual(orders, sum(work.transfers.values()) + work.replays)
        self.assertTrue(1 <= batches <= orders, batches)
        self.assertEqual(more("bankd_posting_batch_duration_seconds_count") > 0, True)
        self.assertGreater(more("bankd_request_duration_seconds_sum"), 0)
        people.close()
        return after

    def check_state(self, figures, processes):
        value = figures.value
        self.assertEqual(
            figures.of("bankd_readiness", "state"), {"ready": 1}, "0 is not in a Counter"
        )
        self.assertEqual(len([k for k in figures.samples if k[0] == "bankd_readiness"]), 7)
        said = output(os.path.join(BUILD, "bin", "bankd"), "--version")
        version = re.search(r"\d+\.\d+\.\d+", said)[0]
        self.assertEqual(value("bankd_build_info", version=version), 1)
        schema = os.path.join(ROOT, "core", "sql", "schema")
        numbers = [name[:4] for name in os.listdir(schema)]
        newest = max(int(number) for number in numbers if number.isdigit())
        self.assertEqual(value("bankd_schema_version"), newest)
        self.assertEqual(value("bankd_posting_queue_transfers"), 0)
        self.assertEqual(value("bankd_posting_lanes_busy"), 0)
        self.assertGreaterEqual(value("bankd_posting_lanes"), 1)
        self.assertEqual(value("bankd_database_connections_limit"), 8)
        self.assertLessEqual(figures.sum("bankd_database_connections"), 8)
        self.assertEqual(figures.of("bankd_front_end_up", "front_end"), {"rest": 1, "admin": 1})
        self.assertLess(value("bankd_front_end_report_age_seconds", front_end="rest"), 5)
        started = {
            dict(labels)["process"]: at
            for (name, labels), at in figures.samples.items()
            if name == "bankd_process_start_time_seconds"
        }
        self.assertEqual(set(started), processes)
        for at in started.values():
            self.assertTrue(time.time() - 600 < at <= time.time(), at)
        ends = value("bankd_rest_certificate_expiry_timestamp_seconds")
        self.assertGreater(ends, time.time() + 86400)
        self.assertGreaterEqual(value("bankd_rest_connections_total"), 6)

    def check_documents(self, figures):
        """Every family is in the manual, and the rules and the dashboard name nothing else."""
        printer = os.path.join(BUILD, "bin", "print_metrics")
        listed = [line.split("\t") for line in output(printer).splitlines()]
        kinds = {row[1]: row[2] for row in listed if row[0] == "metric"}
        about = {row[1]: row[7] for row in listed if row[0] == "metric"}
        self.assertEqual(set(figures.families), set(kinds))
        for name, (kind, text_of) in figures.families.items():
            self.assertEqual((kind, text_of), (kinds[name], about[name]))
        maker = os.path.join(ROOT, "packaging", "man", "make_page")
        page = output(maker, "bankd-metrics", printer).replace("\\_", "_")
        for name in figures.families:
            self.assertIn(f"*{name}*", page)
        names = set()
        for name, (kind, _) in figures.families.items():
            suffixes = ("_bucket", "_sum", "_count") if kind == "histogram" else ("",)
            names |= {name + suffix for suffix in suffixes}
        for file in ("bankd.rules.yml", "bankd.dashboard.json"):
            with open(os.path.join(MONITORING, file), encoding="utf-8") as opened:
                expressions = re.findall(r"\"?expr\"?: (.*)|^\s+(sum\(.*|/ sum.*)", opened.read(),
                                         re.MULTILINE)
            used = set(re.findall(r"\bbankd_\w+", " ".join(a + b for a, b in expressions)))
            self.assertGreater(len(used), 20, file)
            self.assertEqual(used - names, set(), file)

    def test_what_is_done_in_one_process_is_what_is_counted(self):
        bank = self.make(Bank, {"admin": {"metrics_address": "127.0.0.1:0"}})
        figures = self.check_work(bank)
        self.check_state(figures, {"core"})
        self.check_documents(figures)
        address = bank.await_log(r"metrics: (http://127\.0\.0\.1:\d+)")[1]
        with urllib.request.urlopen(f"{address}/metrics", timeout=10) as answer:
            self.assertEqual(answer.headers["content-type"],
                             "text/plain; version=0.0.4; charset=utf-8")
            over_http = exposition.Exposition(answer.read().decode())
        self.assertEqual(over_http.families, figures.families)
        for name in ("bankd_requests_total", "bankd_transfers_total"):
            self.assertEqual(over_http.sum(name), figures.sum(name))
        with self.assertRaises(urllib.error.HTTPError) as refused:
            urllib.request.urlopen(f"{address}/v1/accounts", timeout=10)
        self.assertEqual(refused.exception.code, 404)
        refused.exception.close()
        self.assertEqual(bank.stop(), 0)

    def test_what_is_done_in_three_processes_is_what_is_counted(self):
        bank = self.make(ApartBank)
        figures = self.check_work(bank)
        self.check_state(figures, {"core", "rest", "admin"})
        self.check_documents(figures)
        # Each counts for itself: a restart of one leaves the others' figures.
        submitted = figures.of("bankd_requests_total", "operation")["submit"]
        bank.hosts["rest"].kill()
        bank.hosts["rest"].wait(30)
        gone = self.read_when(bank, lambda f: f.value("bankd_front_end_up", front_end="rest") == 0)
        self.assertEqual(gone.of("bankd_front_end_up", "front_end"), {"admin": 1})
        self.assertNotIn("bankd_rest_requests_total", gone.families)
        self.assertGreater(gone.value("bankd_front_end_report_age_seconds", front_end="rest"), 5)
        self.assertEqual(gone.of("bankd_requests_total", "operation")["submit"], submitted)
        bank.start_host("rest")
        bank.await_ready()
        back = self.read_when(bank, lambda f: "bankd_rest_requests_total" in f.families)
        self.assertEqual(back.of("bankd_front_end_up", "front_end"), {"rest": 1, "admin": 1})
        self.assertEqual(back.of("bankd_rest_requests_total", "route")["money"], 0)
        self.assertEqual(back.of("bankd_requests_total", "operation")["submit"], submitted)
        self.assertEqual(bank.stop(), 0)

    def test_connections_that_are_refused_are_counted(self):
        for kind in (Bank, ApartBank):
            with self.subTest(kind=kind.__name__):
                bank = self.make(kind, {"rest": {"connections_per_source_max": "4"}})
                empty = self.read_when(
                    bank,
                    lambda f: f.value("bankd_rest_connections_total") > 0
                    and f.value("bankd_rest_connections") == 0,
                )
                self.assertEqual(empty.value("bankd_rest_connections"), 0)
                taken = empty.value("bankd_rest_connections_total")
                refused = empty.value("bankd_rest_connections_refused_total")
                sockets = [socket.create_connection(("127.0.0.1", bank.port), 10)
                           for _ in range(7)]
                for one in sockets:
                    self.addCleanup(one.close)
                for one in sockets[4:]:
                    self.assertEqual(one.recv(1), b"")
                full = self.read_when(
                    bank, lambda f: f.value("bankd_rest_connections_refused_total") == refused + 3
                )
                self.assertEqual(
                    full.value("bankd_rest_connections_refused_total"), refused + 3
                )
                self.assertEqual(full.value("bankd_rest_connections_total"), taken + 4)
                self.assertEqual(full.value("bankd_rest_connections"), 4)
                # None of them ever began to speak TLS.
                for one in sockets:
                    one.close()
                ended = self.read_when(bank, lambda f: f.value("bankd_rest_connections") == 0)
                self.assertEqual(ended.value("bankd_rest_connections"), 0)
                self.assertEqual(ended.value("bankd_rest_handshakes_failed_total"),
                                 empty.value("bankd_rest_handshakes_failed_total") + 4)

    def test_requests_beyond_a_budget_are_counted_by_what_turned_them_away(self):
        bank = self.make(Bank, {"rates": {"read_per_minute": "20"}})
        people = People(bank)
        before = exposition.read(bank)
        statuses = Counter(people["bob"].get("/v1/users/me").status for _ in range(40))
        self.assertGreater(statuses[429], 0)
        after = exposition.read(bank)
        self.assertEqual(
            minus(after.of("bankd_throttled_total", "reason"),
                  before.of("bankd_throttled_total", "reason")),
            {"read_rate": statuses[429]},
        )
        # The core was not asked for them.
        self.assertEqual(
            minus(after.of("bankd_requests_total", "operation"),
                  before.of("bankd_requests_total", "operation")),
            {"who_am_i": statuses[200]},
        )
        wrong = {"user_name": "bob", "password": "not the password 1"}
        logins = Counter(
            people["bob"].request("POST", "/v1/login", wrong, token="").code for _ in range(6)
        )
        self.assertGreater(logins["login_throttled"], 0)
        final = exposition.read(bank)
        self.assertEqual(
            minus(final.of("bankd_throttled_total", "reason"),
                  after.of("bankd_throttled_total", "reason")),
            {"login_delay": logins["login_throttled"]},
        )
        status = json.loads(bank.bankctl("status", "--json").stdout)
        self.assertEqual(int(status["throttled"]), statuses[429] + logins["login_throttled"])
        people.close()

    def test_status_shows_the_same_at_a_glance(self):
        bank = self.apart_bank()
        people = People(bank)
        Work(people).do()
        self.settled(bank)
        status = json.loads(bank.bankctl("status", "--json").stdout)
        figures = exposition.read(bank)
        # A look at the figures is not among them.
        self.assertEqual(int(status["requests"]), figures.sum("bankd_requests_total"))
        self.assertEqual(status["lockouts"], "1")
        self.assertEqual(status["faults"], "0")
        self.assertEqual(status["ledger_alarms"], "0")
        self.assertEqual(status["connections_refused"], "0")
        self.assertEqual(status["front_ends"], {"rest": True, "admin": True})
        self.assertGreater(int(status["transfer_p99_us"]), 0)
        shown = bank.bankctl("status")
        self.assertEqual(shown.returncode, 0)
        self.assertNotIn("\x1b", shown.stdout)
        self.assertIn("lockouts", shown.stdout)
        people.close()

    def fingerprint(self):
        """Of the protocol, as the core's own front end says it."""
        bank = self.apart_bank()
        path = bank.core_socket("admin")
        bank.hosts["admin"].kill()
        bank.hosts["admin"].wait(30)
        os.rename(path, path + ".moved")
        with socket.socket(socket.AF_UNIX) as listener:
            listener.bind(path)
            listener.listen(1)
            listener.settimeout(20)
            bank.start_host("admin")
            peer, _ = listener.accept()
            with peer:
                size, kind, _ = struct.unpack(">IBQ", peer.recv(13, socket.MSG_WAITALL))
                hello = peer.recv(size, socket.MSG_WAITALL)
        self.assertEqual(kind, HELLO)
        start = 4 + len("bankd-wire/1")
        os.rename(path + ".moved", path)
        bank.await_ready()
        return bank, hello[start : start + 8]

    def test_a_front_end_that_reports_in_anothers_name_changes_nothing(self):
        bank, fingerprint = self.fingerprint()
        before = self.read_when(
            bank, lambda f: f.of("bankd_front_end_up", "front_end") == {"rest": 1, "admin": 1}
        )

        def registry(*path):
            with open(os.path.join(ROOT, "core", *path), encoding="utf-8") as file:
                return file.read()

        order = re.findall(r"^BANK_METRIC\((\w+)", registry("metrics", "metrics.def"), re.M)
        operations = re.findall(
            r'\.number = (\d+),\s+\.name = "(\w+)"', registry("operations", "system.hpp")
        )
        numbers = {name: int(number) for number, name in operations}
        nobody = text("") + b"\0" + text("") + text("") + bytes(16) + b"\0"
        rate_size = 1 + 5 * 4

        def report(metric, value):
            series = struct.pack(">IIQ", 0, 1, value)
            family = struct.pack(">HI", metric, 1) + series
            call = struct.pack(">H", numbers["report_metrics"])
            return call + nobody + struct.pack(">I", 1) + family

        wire = Wire(bank.core_socket("rest"))
        self.addCleanup(wire.close)
        self.assertIsNotNone(wire.greet(fingerprint, "rest"))
        for number, name in enumerate(("ledger_alarms_total", "admin_connections"), 1):
            wire.send(CALL, report(order.index(name), 666), number)
            _, answer = wire.receive()
            self.assertEqual(answer[rate_size], 0, "it was accepted")
        # The metrics do not belong to this front end.
        wire.send(CALL, struct.pack(">H", numbers["metrics"]) + nobody, 3)
        _, answer = wire.receive()
        self.assertEqual(answer[rate_size], 0)
        after = self.settled(bank)
        for name in ("bankd_ledger_alarms_total", "bankd_admin_connections"):
            self.assertNotEqual(after.sum(name), 666)
        self.assertEqual(after.of("bankd_refused_operations_total", "front_end"), {"rest": 1})
        self.assertEqual(before.of("bankd_refused_operations_total", "front_end"), {})
        bank.await_log("rejected a metrics report")

    def test_the_figures_are_there_while_the_database_is_away(self):
        bank = self.make(Bank)
        bank.database.query(f"alter database {bank.database.name} allow_connections false")
        bank.database.query(
            "select pg_terminate_backend(pid) from pg_stat_activity "
            f"where datname = '{bank.database.name}'"
        )
        figures = self.read_when(
            bank, lambda f: f.value("bankd_readiness", state="database_away") == 1
        )
        self.assertEqual(figures.of("bankd_readiness", "state"), {"database_away": 1})
        status = json.loads(bank.bankctl("status", "--json").stdout)
        self.assertEqual(status["readiness"], "database_away")
        self.assertIn("requests", status)

    def test_the_service_manager_may_open_the_port(self):
        bank = self.apart_bank()
        bank.hosts["admin"].kill()
        bank.hosts["admin"].wait(30)
        port = free_port()
        with open(bank.log_path, "ab") as log:
            bank.hosts["admin"] = subprocess.Popen(
                ["setpriv", "--pdeathsig", "KILL", "--", "systemd-socket-activate",
                 f"--listen=127.0.0.1:{port}", "--fdname=admin-metrics",
                 *bank.bankd("--host", "admin")],
                stdout=log, stderr=log,
            )
        deadline = time.monotonic() + 30
        while True:  # Until systemd-socket-activate listens.
            try:
                with urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics", timeout=30) as got:
                    figures = exposition.Exposition(got.read().decode())
                break
            except urllib.error.URLError:
                if time.monotonic() > deadline:
                    raise
                time.sleep(0.1)
        bank.await_ready()
        self.assertEqual(figures.of("bankd_readiness", "state"), {"ready": 1})
        # Those of the admin front end itself come with its first report.
        self.assertLessEqual(figures.families.keys(), exposition.read(bank).families.keys())

    def test_an_address_that_others_reach_is_refused_at_the_start(self):
        bank = Bank({"admin": {"metrics_address": "0.0.0.0:9464"}})
        self.addCleanup(bank.close)
        bank.prepare()
        done = subprocess.run(bank.bankd(), capture_output=True, text=True, timeout=60, check=False)
        self.assertEqual(done.returncode, 78, done.stderr)
        self.assertIn("only a loopback address is allowed", done.stderr)

    def test_the_password_of_nobody_and_no_name_is_among_the_figures(self):
        bank = self.make(Bank)
        people = People(bank)
        Work(people).do()
        printed = bank.bankctl("metrics").stdout
        for word in ("alice", "bob", "clerk", "root-admin", PASSWORD, PIN, "DE"):
            self.assertNotIn(word, printed)
        people.close()


if __name__ == "__main__":
    runner.main()
