#!/usr/bin/env python3
"""The administrator's program with a real bank, from its first minute on."""

import json
import os
import subprocess
import sys
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

from support import BUILD, runner
from support.bank import Bank
from support.case import BankCase
from support.people import PASSWORD, expect


class EmptyBankTest(unittest.TestCase):
    def test_the_first_admin_is_made_on_the_machine_and_can_log_in(self):
        bank = Bank()
        self.addCleanup(bank.close)
        bank.start()
        client = bank.client()
        self.addCleanup(client.close)
        expect(client.log_in("admin", "admin"), 401, "login_refused")

        users = bank.bankctl("--json", "user", "list")
        self.assertEqual(users.returncode, 0, users.stderr)
        # Only the caller: the machine's own administrator, who has no password.
        names = [user["user_name"] for user in json.loads(users.stdout)["items"]]
        self.assertEqual(names, [f"os:{os.getuid()}"])

        arguments = ("user", "add", "--role", "admin", "first", "--password-stdin")
        done = bank.bankctl(*arguments, text=PASSWORD + "\n")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertNotIn(PASSWORD, done.stdout + done.stderr)
        first = expect(client.log_in("first", PASSWORD), 200)
        self.assertEqual(first["user"]["password_state"], "one_time")

        again = bank.bankctl(*arguments, text=PASSWORD + "\n")
        self.assertNotEqual(again.returncode, 0)
        self.assertEqual(len(again.stderr.strip().splitlines()) > 0, True)


class BankctlTest(BankCase):
    def json(self, *arguments):
        done = self.bank.bankctl("--json", *arguments)
        self.assertEqual(done.returncode, 0, f"{arguments}: {done.stdout}{done.stderr}")
        return json.loads(done.stdout)

    def test_every_listing_is_json_on_demand(self):
        account = self.people.open_account("alice", deposit=12_345)
        for arguments in (
            ("status",),
            ("user", "list"),
            ("account", "list"),
            ("account", "show", account["account_no"]),
            ("session", "list", "alice"),
            ("audit", "tail"),
            ("ledger", "check"),
            ("config", "show"),
        ):
            with self.subTest(arguments=arguments):
                self.json(*arguments)

    def test_the_tables_have_no_colour_in_a_pipe(self):
        for arguments in (("status",), ("user", "list"), ("account", "list"), ("audit", "tail")):
            with self.subTest(arguments=arguments):
                done = self.bank.bankctl(*arguments)
                self.assertEqual(done.returncode, 0, done.stderr)
                self.assertNotIn("\x1b", done.stdout)
                self.assertTrue(done.stdout.strip())

    def test_ledger_check_says_sound(self):
        self.people.open_account("alice", deposit=500)
        self.assertTrue(self.json("ledger", "check")["is_sound"])

    def test_accounts_are_opened_locked_and_unlocked(self):
        opened = self.bank.bankctl(
            *("--json", "account", "open", "--owner", "alice"),
            *("--currency", "EUR", "--name", "By hand"),
        )
        self.assertEqual(opened.returncode, 0, opened.stdout + opened.stderr)
        number = json.loads(opened.stdout)["account_no"]
        lock = ("lock", "--yes", "--reason", "a test")
        for command, is_locked in ((lock, True), (("unlock", "--reason", "it is over"), False)):
            done = self.bank.bankctl("--json", "account", command[0], number, *command[1:])
            self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
            self.assertEqual(self.json("account", "show", number)["is_locked"], is_locked)

    def test_the_audit_trail_names_the_local_administrator(self):
        self.bank.bankctl("account", "open", "--owner", "bob", "--currency", "EUR", "--name", "X")
        text = self.bank.bankctl("--json", "audit", "tail").stdout
        self.assertIn(f"os:{os.getuid()}", text)

    def test_mistakes_have_their_exit_codes_and_a_sentence(self):
        for arguments, code in (
            ((), 64),
            (("nonsense",), 64),
            (("user", "nonsense"), 64),
            (("user", "list", "--nonsense"), 64),
        ):
            with self.subTest(arguments=arguments):
                done = self.bank.bankctl(*arguments)
                self.assertEqual(done.returncode, code, done.stderr)
                self.assertTrue(done.stderr.strip())
        missing = self.bank.bankctl("account", "show", "DE00000000000000000000")
        self.assertNotEqual(missing.returncode, 0)
        self.assertTrue(missing.stderr.strip())

    def test_a_password_is_never_an_argument(self):
        done = self.bank.bankctl("user", "add", "--role", "teller", "x-teller", "--password", "abc")
        self.assertEqual(done.returncode, 64)

    def test_help_has_examples(self):
        done = self.bank.bankctl("--help")
        self.assertEqual(done.returncode, 0)
        self.assertIn("xample", done.stdout)

    def test_without_a_daemon_it_says_so(self):
        real, self.bank.socket = self.bank.socket, self.bank.socket + ".absent"
        try:
            done = self.bank.bankctl("status")
        finally:
            self.bank.socket = real
        self.assertEqual(done.returncode, 69, done.stderr)
        self.assertIn("no socket", done.stderr)


class ClosedStreamsTest(BankCase):
    """A stream closed by the caller is not replaced by the next opened file."""

    def closed(self, redirections, *command):
        return subprocess.run(
            ["sh", "-c", f'exec "$@" {redirections}', "sh", *command],
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )

    def bankctl(self, redirections, *arguments):
        program = os.path.join(BUILD, "bin", "bankctl")
        return self.closed(redirections, program, "--socket", self.bank.socket, *arguments)

    def test_a_table_that_cannot_be_printed_is_a_failure(self):
        self.assertEqual(self.bankctl("", "status").returncode, 0)
        done = self.bankctl(">&-", "status")
        self.assertEqual(done.returncode, 70, done.stderr)
        self.assertIn("standard output is closed", done.stderr)
        self.assertEqual(self.bankctl("<&- >&- 2>&-", "status").returncode, 70)

    def test_a_message_does_not_get_into_an_export(self):
        path = os.path.join(self.bank.directory, "closed.export")
        whole = os.path.join(self.bank.directory, "open.export")
        for redirections, target in (("", whole), ("<&- 2>&-", path)):
            for resume in ((), ("--resume",)):
                done = self.bankctl(redirections, "audit", "export", target, *resume)
                self.assertEqual(done.returncode, 0, done.stderr)

        def kinds(name):
            with open(name, encoding="utf-8") as file:
                return {line.split("\t")[0] for line in file}

        # Whether a record still waits for its number is chance.
        self.assertEqual(kinds(path) - {"U"}, kinds(whole) - {"U"})

    def test_no_program_prints_elsewhere(self):
        for program in ("bankd", "bankctl", "bankd-verify"):
            with self.subTest(program=program):
                path = os.path.join(BUILD, "bin", program)
                self.assertEqual(self.closed("", path, "--help").returncode, 0)
                for redirections in (">&-", "<&- >&- 2>&-", ">/dev/full"):
                    done = self.closed(redirections, path, "--help")
                    self.assertIn(done.returncode, (2, 70), redirections)
                # Without standard error, a wrong option still shows in the exit code.
                wrong = self.closed("", path, "--nonsense").returncode
                self.assertNotEqual(wrong, 0)
                for redirections in ("2>&-", "<&- >&- 2>&-", "2>/dev/full"):
                    done = self.closed(redirections, path, "--nonsense")
                    self.assertEqual(done.returncode, wrong, redirections)


if __name__ == "__main__":
    runner.main()
