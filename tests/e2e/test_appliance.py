#!/usr/bin/env python3
"""The life of an appliance on a Debian server: installed, used, attacked, upgraded and removed.

One bank goes through all cases, in the order of their names.
"""

import contextlib
import glob
import http.client
import json
import os
import re
import shutil
import subprocess
import sys
import time
import unittest
import urllib.parse
import urllib.request

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

from support import exposition, runner
from support.appliance import SERVICES, SOCKETS, Appliance, Callers
from support.bank import BUILD
from support.container import run
from support.load import Load
from support.people import People, assert_sound

import credentials
import demonstration_bank
from main_job import MainJob
from rest_client import money, new_key

KILLS = int(os.environ.get("BANK_KILLS", "20"))
# The highest accepted result of `systemd-analyze security`, in tenths.
SCORES = {"bankd": 2, "bankd-rest": 2, "bankd-admin": 4, "bankd-postgres": 6, "bankd-migrate": 4}
# Without budgets and with cheap hashes: tests/e2e/test_sessions.py tests those.
FAST = """[identity]
bcrypt_cost = 4
access_token_lifetime_s = 3600
[rates]
login_per_minute = 0
read_per_minute = 0
write_per_minute = 0
money_per_minute = 0
"""


class Steps:
    """Collects the failed steps of the demo scenario."""

    def __init__(self):
        self.count = 0
        self.wrong = []

    def step(self, label, is_as_expected, outcome):
        self.count += 1
        if not is_as_expected:
            self.wrong.append(f"{label}: {outcome}")

    def detail(self, text):
        pass


@unittest.skipUnless(os.getuid() == 0, "only root can boot a container")
class ApplianceTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.bank = Appliance()
        cls.addClassCleanup(cls.bank.close)
        cls.server = cls.bank.container
        cls.installed = cls.bank.install().stdout
        cls._people = None

    def run(self, result=None):
        started = time.monotonic()
        before = len(result.failures) + len(result.errors)
        super().run(result)
        print(f"{self._testMethodName}: {time.monotonic() - started:.1f} s", flush=True)
        if len(result.failures) + len(result.errors) > before:
            print(self.server.journal("-n", "60"), flush=True)
        return result

    @property
    def people(self):
        """On new connections: a restart may have closed the old ones."""
        if self._people is None:
            type(self)._people = People(self.bank)
        self._people.close()
        return self._people

    def active_since(self, *units):
        shown = ("systemctl", "show", "-p", "Id,ActiveEnterTimestampMonotonic", *units)
        return self.server.do(*shown).stdout

    def active(self, unit):
        return self.server.do("systemctl", "is-active", unit, check=False).stdout.strip()

    def await_journal(self, text, *arguments):
        """The output of journalctl, once it contains the text."""
        deadline = time.monotonic() + 30
        while not (found := self.server.journal(*arguments)) or text not in found:
            self.assertLess(time.monotonic(), deadline, f"{text} is not in:\n{found[-4000:]}")
            time.sleep(0.05)
        return found

    def deposit(self, account, amount):
        body = {"account_no": account["account_no"], "amount": money(amount)}
        return self.people.teller.post("/v1/deposits", body, new_key())

    # Installation.

    def test_01_an_installation_leaves_a_bank_that_is_ready(self):
        self.bank.trust()
        self.bank.await_ready()
        for service in SERVICES:
            self.assertEqual(self.active(service), "active")
            self.assertEqual(
                self.server.do("systemctl", "is-enabled", service).stdout.strip(), "enabled"
            )
        failed = self.server.do("systemctl", "--failed", "--no-legend").stdout
        self.assertEqual(failed, "")
        status = json.loads(self.bank.bankctl("--json", "status").stdout)
        self.assertEqual(status["readiness"], "ready", status)
        # One database, the bank's: otherwise Debian's package creates another.
        self.assertFalse(os.path.exists(self.server.path("/etc/postgresql/15")))
        users = self.server.do("ps", "-o", "user:32=", "-C", "postgres").stdout.split()
        self.assertEqual(set(users), {"bankd-postgres"})
        hold = self.server.path("/etc/postgresql-common/createcluster.d/bankd.conf")
        self.assertFalse(os.path.exists(hold))

        self.web_client_is_served()

    def web_client_is_served(self):
        address = urllib.parse.urlsplit(self.bank.address)
        client = http.client.HTTPSConnection(
            address.hostname, address.port, timeout=30, context=self.bank.tls
        )
        self.addCleanup(client.close)
        client.request("GET", "/app/")
        page = client.getresponse()
        text = page.read().decode()
        self.assertEqual(page.status, 200)
        self.assertTrue(page.headers["Content-Security-Policy"].startswith("default-src 'none';"))
        script = re.search(r'src="(/app/assets/[^"]+\.js)"', text)
        self.assertTrue(script, text)
        client.request("GET", script[1])
        found = client.getresponse()
        found.read()
        self.assertEqual(found.status, 200)
        self.assertIn("immutable", found.headers["Cache-Control"])

    def test_02_the_main_job_is_done_and_its_events_are_in_the_journal(self):
        logins = credentials.load_or_make(os.path.join(self.server.directory, "logins.json"))
        people = {"first-" + name: person for name, person in logins.items()}
        socket = "/run/bankd/admin.sock"
        program, address, tls = self.bank.bankctl_path, self.bank.address, self.bank.tls
        demonstration_bank.fill(program, socket, address, tls, people)
        steps = Steps()
        failed = MainJob(address, tls, people, steps).run()
        self.assertEqual((failed, steps.wrong), (0, []))
        self.assertGreater(steps.count, 20)
        # The journal has the same order as the table.
        newest = json.loads(self.bank.bankctl("--json", "audit", "tail", "-n", "1").stdout)["last"]
        self.await_journal("", "-u", "bankd", f"BANKD_AUDIT_ID={newest}")
        locked = self.await_journal("pin_lockout", "-u", "bankd", "BANKD_ACTION=pin_lockout")
        self.assertIn("bankd[", locked)
        uid = self.server.do("id", "-u", "bankd").stdout.strip()
        logins = self.server.journal("-u", "bankd", "BANKD_ACTION=login", "-o", "json")
        for line in logins.splitlines():
            self.assertEqual(json.loads(line)["_UID"], uid)
        explained = self.server.journal("-u", "bankd", "-x", "BANKD_ACTION=pin_lockout")
        self.assertIn("Wrong PINs locked an account.", explained)
        everything = self.server.journal("-o", "export")
        for person in people.values():
            self.assertNotIn(person["password"], everything)

    def test_03_each_unit_is_as_closed_as_it_is_said_to_be(self):
        for unit, threshold in SCORES.items():
            with self.subTest(unit):
                self.server.do(
                    "systemd-analyze", "security", f"--threshold={threshold}", unit + ".service"
                )
        for service in SERVICES:
            self.assertIn("The sandbox is complete.", self.server.journal("-u", service))

    def test_04_an_intruder_in_a_unit_is_held(self):
        probe = os.path.join(BUILD, "tests", "sandbox_probe")
        program = self.server.path("/usr/sbin/bankd")
        # Outside of the unit, as the same user, the probe finds everything open.
        shutil.copy(probe, self.server.path("/usr/bin/probe"))
        user = ["setpriv", "--reuid=bankd-rest", "--regid=bankd-rest", "--clear-groups"]
        command = [*user, "timeout", "10", "/usr/bin/probe", "--host", "rest"]
        free = subprocess.run(
            self.server.enter(*command),
            capture_output=True,
            text=True,
            check=False,
        ).stdout
        self.assertIn("The intruder is done", free)
        self.assertGreater(free.count("BROKEN"), 15, free)
        os.unlink(self.server.path("/usr/bin/probe"))
        os.rename(program, program + ".real")
        try:
            shutil.copy(probe, program)
            for service in SERVICES:
                with self.subTest(service):
                    self.server.do("systemctl", "restart", service)
                    since = "_SYSTEMD_INVOCATION_ID=" + self.server.show(service, "InvocationID")
                    said = self.await_journal("The intruder is done", since, "-o", "cat")
                    self.assertNotIn("BROKEN", said)
                    self.assertGreater(said.count("\n"), 60, said)
                    print(f"{service}: {said.count(chr(10)) - 2} attempts held", flush=True)
        finally:
            os.rename(program + ".real", program)
            self.server.do("systemctl", "restart", *SERVICES)
        self.bank.await_ready()

    # Operation.

    def test_05_a_mistake_in_the_configuration_changes_nothing(self):
        self.server.write("/etc/bankd/conf.d/10-test.conf", FAST)
        self.server.do("systemctl", "restart", *SERVICES)
        self.bank.await_ready()
        self.server.write("/etc/bankd/conf.d/20-wrong.conf", "[rates]\nlogin_per_minute = many\n")
        before = self.server.main_pid("bankd")
        self.server.do("systemctl", "reload", "bankd", check=False)
        self.await_journal("20-wrong.conf:2", "-u", "bankd")
        self.assertEqual(self.server.main_pid("bankd"), before)
        self.assertTrue(self.bank.is_ready())
        os.unlink(self.server.path("/etc/bankd/conf.d/20-wrong.conf"))
        self.server.do("systemctl", "reload", "bankd")
        self.assertEqual(self.server.main_pid("bankd"), before)

    def under_load(self, disturb, clients=4):
        """`disturb` receives the load; afterwards every transfer was posted exactly once."""
        debit = self.people.open_account("alice", deposit=10_000_000)
        credits = [self.people.open_account("bob") for _ in range(4)]
        load = Load(self.people, debit, credits).start(clients)
        try:
            with Callers() as callers:
                disturb(load)
                self.await_transfers(load, 20)
        finally:
            load.stop()
        load.settle(self.people.log_in("clerk"))
        load.check(self)
        self.assertEqual(load.problems, [])
        self.assertEqual(callers.refused, [])
        self.assertGreater(callers.reached, 10)
        assert_sound(self, self.people)
        print(f"{len(load.settled)} transfers, {callers.reached} connections", flush=True)

    def await_transfers(self, load, count):
        settled = len(load.settled)
        deadline = time.monotonic() + 60
        while len(load.settled) < settled + count:
            self.assertLess(time.monotonic(), deadline, "no load")
            time.sleep(0.01)

    def test_06_killed_again_and_again_it_refuses_no_connection_and_loses_nothing(self):
        def kill(load):
            for service in SERVICES:
                for _ in range(KILLS):
                    self.await_transfers(load, 5)
                    self.bank.kill(service)

        self.under_load(kill)
        done = self.bank.bankctl("status")
        self.assertEqual(done.returncode, 0, done.stderr)

    def test_07_restarts_refuse_no_connection(self):
        def restart(load):
            for service in (*SERVICES, "bankd-postgres"):
                self.await_transfers(load, 20)
                self.server.do("systemctl", "restart", service)

        self.under_load(restart)

    def test_08_a_killed_database_comes_back_with_everything(self):
        def kill(load):
            for _ in range(3):
                self.await_transfers(load, 20)
                self.bank.kill("bankd-postgres")

        self.under_load(kill)

    def test_09_a_lane_that_hangs_is_ended_and_its_transfer_settled(self):
        short = "/etc/systemd/system/bankd.service.d/short.conf"
        self.server.write(short, "[Service]\nWatchdogSec=3s\n")
        self.server.do("systemctl", "daemon-reload")
        self.server.do("systemctl", "restart", "bankd")
        self.bank.await_ready()
        debit = self.people.open_account("alice", deposit=1000)
        credit = self.people.open_account("bob")
        before = self.server.main_pid("bankd")
        body = {
            "debit_account_no": debit["account_no"],
            "credit_account_no": credit["account_no"],
            "amount": money(10),
        }
        key = new_key()
        with self.held(debit):
            try:
                answer = self.people.teller.post("/v1/transfers", body, key)
                self.assertEqual(answer.status, 503, answer.body)
            except (OSError, http.client.HTTPException):
                pass  # Longer than the client waits.
            deadline = time.monotonic() + 30
            while self.server.main_pid("bankd") == before:
                self.assertLess(time.monotonic(), deadline, "the watchdog bites nobody")
                time.sleep(0.05)
        self.assertIn("A part of the daemon hangs", self.server.journal("-u", "bankd"))
        os.unlink(self.server.path(short))
        self.server.do("systemctl", "daemon-reload")
        self.server.do("systemctl", "restart", "bankd")
        self.bank.await_ready()
        answer = self.people.teller.post("/v1/transfers", body, key)
        self.assertEqual(answer.status, 201, answer.body)
        self.assertEqual(self.people.balance(debit["id"]), 990)

    @contextlib.contextmanager
    def held(self, account):
        """A database session holds a lock on the account's row."""
        user = ["setpriv", "--reuid=bankd-postgres", "--regid=bankd-postgres", "--init-groups"]
        psql = ["psql", "-X", "-q", "-A", "-t", "-h", "/run/bankd/postgres", "-d", "bankd"]
        with subprocess.Popen(
            self.server.enter(*user, *psql, "-U", "bankd-postgres"),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env={"PATH": "/usr/sbin:/usr/bin:/sbin:/bin"},
        ) as session:
            session.stdin.write(
                f"begin; select 'held' from bank.accounts where id = {account['id']} for update;\n"
            )
            session.stdin.flush()
            self.assertEqual(session.stdout.readline().strip(), "held")
            try:
                yield
            finally:
                session.stdin.close()
                session.wait(20)

    def test_10_what_happens_while_the_journal_is_away_is_in_it_afterwards(self):
        account = self.people.open_account("alice")
        deposits = ("-u", "bankd", "BANKD_ACTION=deposit", "-o", "cat")
        before = self.server.journal(*deposits).count("\n")
        sockets = ["systemd-journald.socket", "systemd-journald-dev-log.socket"]
        self.server.do("systemctl", "stop", *sockets, "systemd-journald.service")
        self.assertEqual(self.active("systemd-journald"), "inactive")
        for amount in (101, 102, 103):
            self.assertEqual(self.deposit(account, amount).status, 201)
        self.server.do("systemctl", "start", *sockets, "systemd-journald.service")
        self.assertEqual(self.deposit(account, 104).status, 201)
        deadline = time.monotonic() + 60
        while (seen := self.server.journal(*deposits).count("\n")) != before + 4:
            self.assertLess(time.monotonic(), deadline, f"{seen - before} of 4 deposits")
            time.sleep(0.05)

    def test_11_a_full_disk_refuses_and_loses_nothing(self):
        account = self.people.open_account("alice", deposit=1000)
        filler = self.server.path("/var/lib/bankd-postgres/filler")
        with open(filler, "wb") as file:
            try:
                while True:
                    file.write(b"\0" * (1 << 20))
                    file.flush()
            except OSError:
                pass
        accepted, refused = 0, ""
        deadline = time.monotonic() + 120
        try:
            while not refused:
                self.assertLess(time.monotonic(), deadline, "the disk was never full")
                answer = self.deposit(account, 1)
                if answer.status == 201:
                    accepted += 1
                else:
                    refused = answer.code
                    self.assertEqual(answer.status, 503, answer.body)
            self.assertIn(refused, ("storage_full", "storage_unavailable", "outcome_unknown"))
        finally:
            os.unlink(filler)
        self.bank.await_ready()
        deadline = time.monotonic() + 60
        while self.deposit(account, 1).status != 201:
            self.assertLess(time.monotonic(), deadline, "no deposit after the disk has room again")
            time.sleep(0.05)
        balance = self.people.balance(account["id"])
        # Failed requests may have been executed or not; acknowledged ones must have been.
        self.assertGreaterEqual(balance, 1000 + accepted + 1)
        assert_sound(self, self.people)

    def test_12_it_starts_with_the_machine(self):
        account = self.people.open_account("alice", deposit=4711)
        boot = self.server.journal("--list-boots").count("\n")
        self.server.end()
        self.bank.boot()
        self.bank.await_ready()
        self.assertEqual(self.people.balance(account["id"]), 4711)
        self.assertGreaterEqual(self.server.journal("--list-boots").count("\n"), boot)
        self.assertEqual(self.server.do("systemctl", "--failed", "--no-legend").stdout, "")

    def test_13_prometheus_reads_the_figures_once_somebody_asked_for_it(self):
        address = "http://127.0.0.1:9464/metrics"
        self.assertEqual(self.active("bankd-metrics.socket"), "inactive")
        with self.assertRaises(OSError):
            urllib.request.urlopen(address, timeout=10)
        self.server.do("systemctl", "stop", "bankd-admin.service")
        self.server.do("systemctl", "enable", "--now", "bankd-metrics.socket")
        self.server.do("systemctl", "start", "bankd-admin.service")
        with urllib.request.urlopen(address, timeout=30) as answer:
            figures = exposition.Exposition(answer.read().decode())
        self.assertEqual(figures.of("bankd_readiness", "state"), {"ready": 1})
        self.assertEqual(figures.of("bankd_front_end_up", "front_end")["rest"], 1)
        started = figures.of("bankd_process_start_time_seconds", "process")
        self.assertEqual(set(started), {"core", "rest", "admin"})
        # The kernel shows each process its own data, also inside its sandbox.
        for name in ("resident_memory_bytes", "open_descriptors", "descriptors_limit"):
            shown = figures.of(f"bankd_process_{name}", "process")
            self.assertEqual(set(shown), {"core", "rest", "admin"}, name)
        # The commands still use the other socket.
        self.assertEqual(self.bank.bankctl("metrics").returncode, 0)
        for name in ("bankd.rules.yml", "bankd.dashboard.json", "bankd.scrape.yml"):
            shown = self.server.path(f"/usr/share/bankd/monitoring/{name}")
            self.assertTrue(os.path.exists(shown), name)

    def test_14_wrecked_it_is_restored_with_all_that_was_archived(self):
        key = os.path.join(self.server.directory, "backup.key")
        run("age-keygen", "-o", key)
        shutil.copy(key, self.server.path("/srv/backup.key"))
        recipient = run("age-keygen", "-y", key).stdout.strip()
        self.assert_backup(65, "No recipient", "create")
        self.server.write("/etc/bankd/backup.conf", f"recipient = {recipient}\nkeep = 2\n")
        self.server.do("systemctl", "restart", "bankd-postgres")
        self.bank.await_ready()
        # As the timer does it; after that, new data is only in WAL.
        self.server.do("systemctl", "start", "bankd-backup.service")
        account = self.people.open_account("alice", deposit=12345)
        self.server.do("systemctl", "stop", *SERVICES)
        sql = ["psql", "-XqAt", "-h", "/run/bankd/postgres", "-U", "bankd-postgres", "-d", "bankd"]
        as_owner = ["runuser", "-u", "bankd-postgres", "--", *sql, "-c"]
        last = self.server.do(*as_owner, "select pg_walfile_name(pg_switch_wal())").stdout.strip()
        archive = self.server.path("/var/lib/bankd-backup")
        deadline = time.monotonic() + 60
        while not glob.glob(f"{archive}/*/wal/{last}-*.age"):
            self.assertLess(time.monotonic(), deadline, self.server.journal("-u", "bankd-postgres"))
            time.sleep(0.05)
        listed = json.loads(self.bank.bankctl("--json", "backup", "list").stdout)
        self.assertEqual([item["is_whole"] for item in listed["items"]], [True])
        said = self.server.journal("-u", "bankd", "-o", "cat")
        public = re.findall(r"checkpoints are signed by (\S+)", said)[-1]
        verify = ("verify", "--identity", "/srv/backup.key", "--key", public)
        checkpoints = "/var/lib/bankd/keys/checkpoints"
        report = self.assert_backup(0, "", *verify, "--checkpoints", checkpoints)
        self.assertTrue(report["is_sound"], report)

        self.assert_backup(75, "is in use", "restore", "--identity", "/srv/backup.key")
        self.server.do("systemctl", "stop", "bankd-migrate", "bankd-postgres")
        for service in SERVICES:
            self.assertEqual(self.active(service), "inactive")
        data = self.server.path("/var/lib/bankd-postgres/data")
        shutil.rmtree(os.path.join(data, "base"))
        shutil.rmtree(os.path.join(data, "pg_wal"))
        restore = ("restore", "--identity", "/srv/backup.key", "--replace-existing")
        restored = self.assert_backup(0, "", *restore)
        shutil.rmtree(self.server.path(restored["moved_aside"]))
        self.server.do("systemctl", "start", "bankd-postgres", "bankd-migrate", *SERVICES)
        self.bank.await_ready()
        self.await_journal("was compared with the newest checkpoint", "-u", "bankd")
        self.people.log_in_again()
        self.assertEqual(self.people.balance(account["id"]), 12345)
        assert_sound(self, self.people)
        for left in ("/var/tmp/bankd-backup.*", "/dev/shm/bankd-backup.*"):
            self.assertEqual(glob.glob(self.server.path(left)), [])

    def assert_backup(self, code, word, *arguments):
        done = self.bank.bankctl("--json", "backup", *arguments)
        self.assertEqual(done.returncode, code, done.stdout + done.stderr)
        self.assertIn(word, done.stderr)
        return json.loads(done.stdout) if done.stdout else None

    # Removal.

    def newer_packages(self):
        """The same programs as a later version."""
        directory = os.path.join(self.server.directory, "newer")
        os.mkdir(directory)
        made = []
        for path in self.bank.packages:
            tree = os.path.join(directory, "tree")
            run("dpkg-deb", "--raw-extract", path, tree)
            control = os.path.join(tree, "DEBIAN", "control")
            with open(control, encoding="utf-8") as file:
                text = file.read()
            version = re.search(r"^Version: (.*)$", text, re.M)[1]
            with open(control, "w", encoding="utf-8") as file:
                file.write(text.replace(version, version + "+later"))
            made.append(os.path.join(directory, os.path.basename(path).replace("_", "+later_", 1)))
            run("dpkg-deb", "-Znone", "--root-owner-group", "--build", tree, made[-1])
            shutil.rmtree(tree)
        return made

    def test_15_an_upgrade_under_load_refuses_no_connection_and_loses_nothing(self):
        newer = self.newer_packages()
        # Files that an administrator has changed remain.
        with open(self.server.path("/etc/bankd/bankd.conf"), "a", encoding="utf-8") as file:
            file.write("# Ours\n")
        pids = [self.server.main_pid(service) for service in SERVICES]
        database = self.server.main_pid("bankd-postgres")
        listening = self.active_since(*SOCKETS)

        def upgrade(load):
            self.await_transfers(load, 20)
            self.server.install(*newer)

        self.under_load(upgrade)
        for service, before in zip(SERVICES, pids):
            self.assertNotEqual(self.server.main_pid(service), before, service)
        self.assertEqual(self.server.main_pid("bankd-postgres"), database)
        # A reopened socket refuses connections for a moment, too short for most clients to notice.
        self.assertEqual(self.active_since(*SOCKETS), listening)
        self.assertIn("# Ours", self.server.read("/etc/bankd/bankd.conf"))
        version = self.server.do("dpkg-query", "-W", "-f", "${Version}", "bankd").stdout
        self.assertTrue(version.endswith("+later"), version)

    def test_16_removed_it_is_silent_and_installed_again_it_has_its_books(self):
        account = self.people.open_account("alice", deposit=815)
        self.server.apt("remove", "bankd", "bankd-plugin-rest", "bankctl")
        for unit in (*SERVICES, *SOCKETS, "bankd-postgres", "bankd-metrics.socket"):
            self.assertNotEqual(self.active(unit), "active", unit)
        self.assertEqual(self.processes(), "")
        self.assertTrue(os.path.exists(self.server.path("/etc/bankd/conf.d/10-test.conf")))
        self.server.install(*self.bank.packages)
        self.bank.await_ready()
        self.assertEqual(self.people.balance(account["id"]), 815)

    def processes(self):
        users = "bankd,bankd-rest,bankd-admin,bankd-postgres,bankd-migrate"
        return self.server.do("ps", "-o", "user:32=,args=", "-u", users, check=False).stdout

    def test_17_purged_it_leaves_the_books_and_nothing_else(self):
        done = self.server.apt("purge", "bankd", "bankd-plugin-rest", "bankd-web", "bankctl")
        self.assertIn("the database in /var/lib/bankd-postgres", done.stdout + done.stderr)
        self.assertEqual(self.processes(), "")
        for gone in ("/etc/bankd", "/usr/lib/bankd", "/usr/share/bankd", "/usr/sbin/bankd"):
            own = self.server.path("/etc/bankd/conf.d/10-test.conf")
            if gone == "/etc/bankd" and os.path.exists(own):
                os.unlink(own)  # dpkg leaves files that are not its own.
                continue
            self.assertFalse(os.path.exists(self.server.path(gone)), gone)
        self.assertFalse(os.path.exists(self.server.path("/etc/bankd/bankd.conf")))
        self.assertTrue(os.path.exists(self.server.path("/var/lib/bankd-postgres/data")))
        units = self.server.do("systemctl", "list-units", "--all", "--no-legend", "bankd*").stdout
        self.assertNotIn("active running", units)


if __name__ == "__main__":
    runner.main()
