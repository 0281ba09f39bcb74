#!/usr/bin/env python3
"""bankd --check-config rejects whatever a start would reject, and reports each mistake once."""

import os
import subprocess
import sys
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

from support import runner
from support.apart import ApartBank
from support.bank import Bank

CONFIGURATION = 78


def section(name, **values):
    return {name: values}


class CheckConfigTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.bank = Bank()
        cls.addClassCleanup(cls.bank.close)
        cls.bank.prepare()
        cls.there = os.path.join(cls.bank.directory, "there")
        os.mkdir(cls.there)
        cls.file = os.path.join(cls.bank.directory, "file")
        with open(cls.file, "w", encoding="utf-8") as file:
            file.write("no PEM\n")
        keys = os.path.join(cls.bank.directory, "keys")
        cls.certificate = os.path.join(keys, "tls-certificate.pem")
        cls.foreign_key = os.path.join(keys, "token.pem")

    def bankd(self, *arguments):
        """Exit code and output; if the daemon keeps running, it is stopped."""
        return subprocess.run(
            self.bank.bankd(*arguments), capture_output=True, text=True, timeout=60, check=False
        )

    def check(self):
        return self.bankd("--check-config")

    def refused(self):
        """Each invalid configuration, and the message about its one mistake."""
        nowhere = "No such file or directory"
        return (
            (section("admin", socket_mode="0999"), "[admin] socket_mode = 0999: must be an octal"),
            (section("admin", socket_mode="0777"), "[admin] socket_mode = 0777: must not let"),
            (section("admin", socket="/nowhere/a.sock"), f"[admin] socket = /nowhere/a.sock: its "
             f"directory /nowhere cannot be opened: {nowhere}"),
            (section("admin", socket="/" + "x" * 120), "must be an absolute path of at most 107"),
            (section("admin", socket=self.file), "exists and is not a socket"),
            (section("admin", metrics_address="0.0.0.0:9464"), "only a loopback address"),
            (section("admin", metrics_address="localhost:1"), "must be a numeric address"),
            (section("bank", bank_code="12"), "bank_code must be 8 digits for country DE"),
            (section("bank", country="GB"),
             "bank_code must be 4 upper-case letters and 6 digits for country GB"),
            (section("bank", customer_cash="maybe"), "must be yes or no"),
            (section("rest", web_directory="/nowhere"),
             f"[rest] web_directory = /nowhere: cannot be read: {nowhere}"),
            (section("rest", docs_directory="/nowhere"),
             f"[rest] docs_directory = /nowhere: cannot be read: {nowhere}"),
            (section("rest", web_directory=self.file), "cannot be read: Not a directory"),
            (section("rest", address="bank.example"), "must be a numeric IP address"),
            (section("rest", own_names="https://bank.example"), "without https://"),
            (section("rest", tls_certificate="/nowhere.pem"),
             f"the TLS certificate /nowhere.pem cannot be read: {nowhere}"),
            (section("rest", tls_certificate=self.file), "contains no certificate"),
            (section("rest", tls_key=self.file), "contains no private key"),
            (section("rest", tls_key=self.foreign_key), "does not match the certificate"),
            (section("plugins", directory="/nowhere"),
             f"[plugins] directory: the plugin directory /nowhere cannot be opened: {nowhere}"),
            (section("plugins", load="rest,adnim"), "bankd-adnim.so cannot be opened"),
            (section("keys", directory="/nowhere"),
             "[keys] directory: /nowhere is missing; create it with bankd --make-keys"),
            (section("posting", lanes="0"), "must be a whole number from 1 to 64"),
        )

    def test_what_a_start_refuses_the_check_refuses_with_one_sentence(self):
        for settings, words in self.refused():
            with self.subTest(settings=settings):
                self.bank.configure(settings)
                checked = self.check()
                self.assertEqual(checked.returncode, CONFIGURATION, checked.stderr)
                self.assertIn(words, checked.stderr)
                self.assertIn(": 1 mistake\n", checked.stderr)
                self.assertIn(self.bank.config_path + ":", checked.stderr)
                started = self.bankd()
                self.assertEqual(started.returncode, CONFIGURATION, started.stderr)
                for said in (checked.stderr, started.stderr):
                    self.assertNotIn("internal_error", said)
        self.assertIsNone(self.bank.process)

    def test_one_mistake_hides_no_other(self):
        for settings, both in (
            (section("rest", tls_certificate="/nowhere.pem", tls_key=self.file),
             ("[rest] tls_certificate", "[rest] tls_key")),
            (section("plugins", directory="/nowhere", laod="rest"),
             ("[plugins] directory: the plugin directory", '[plugins] has no key "laod"')),
        ):
            with self.subTest(settings=settings):
                self.bank.configure(settings)
                checked = self.check()
                self.assertEqual(checked.returncode, CONFIGURATION, checked.stderr)
                for words in both:
                    self.assertIn(words, checked.stderr)
                self.assertIn(": 2 mistakes\n", checked.stderr)
                self.assertEqual(self.bankd().returncode, CONFIGURATION)

    def test_a_misspelt_section_is_one_mistake_and_nothing_in_it_is_checked(self):
        keys = os.path.join(self.bank.directory, "keys")
        for wrong, meant in (("keyz", "keys"), ("resst", "rest"), ("amdin", "admin")):
            with self.subTest(section=wrong):
                self.bank.configure({})
                with open(self.bank.config_path, encoding="utf-8") as file:
                    text = file.read().replace(f"[{meant}]", f"[{wrong}]")
                with open(self.bank.config_path, "w", encoding="utf-8") as file:
                    file.write(text)
                checked = self.check()
                self.assertEqual(checked.returncode, CONFIGURATION)
                self.assertEqual(len(checked.stderr.splitlines()), 2, checked.stderr)
                words = f"[{wrong}]; did you mean [{meant}]? Nothing in it was checked."
                self.assertIn(f"unknown section {words}", checked.stderr)
                self.assertEqual(self.bankd().returncode, CONFIGURATION)
        self.assertTrue(os.path.isdir(keys))

    def test_a_section_like_no_other_says_that_nothing_in_it_was_checked(self):
        self.bank.configure(section("zzzzzzzzzzzz", port="x"))
        checked = self.check()
        self.assertEqual(checked.returncode, CONFIGURATION)
        self.assertIn("unknown section [zzzzzzzzzzzz]. Nothing in it was checked.", checked.stderr)
        self.assertIn(": 1 mistake\n", checked.stderr)

    def test_what_a_start_takes_the_check_takes(self):
        for settings in (
            {},
            section("rest", web_directory=self.there, docs_directory=self.there),
            section("rest", own_names="bank.example, bank.example:8443, [::1]:*"),
            section("rest", tls="no", tls_certificate="/nowhere.pem"),
            section("admin", socket_mode="660"),
            {"bank": {"country": "GB", "bank_code": "NWBK601613"}},
        ):
            with self.subTest(settings=settings):
                self.bank.configure(settings)
                checked = self.check()
                self.assertEqual((checked.returncode, checked.stderr), (0, ""))
                if settings.get("rest", {}).get("tls") == "no":
                    continue  # The tests' client requires TLS.
                self.bank.start()
                done = self.bank.bankctl("config", "check")
                self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
                self.assertEqual(self.bank.stop(), 0)
                self.bank.process = None

    def test_the_running_bank_checks_the_files_as_a_restart_would(self):
        self.bank.configure({})
        self.bank.start()
        try:
            for settings, words in (
                (section("admin", socket_mode="0999"), "must be an octal mode"),
                (section("rest", tls_key="/nowhere.pem"), "/nowhere.pem cannot be read"),
                (section("keys", directory="/nowhere"), "/nowhere is missing"),
            ):
                self.bank.configure(settings)
                done = self.bank.bankctl("config", "check")
                self.assertEqual(done.returncode, 1, done.stdout + done.stderr)
                self.assertIn(words, done.stdout)
        finally:
            self.bank.stop()
            self.bank.process = None

    def test_a_front_end_of_its_own_says_what_it_does_not_check(self):
        bank = ApartBank()
        self.addCleanup(bank.close)
        bank.start()
        done = bank.bankctl("config", "check")
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        self.assertIn("[rest] and the keys were not checked", done.stdout)
        bank.configure(section("admin", socket_mode="0999"))
        done = bank.bankctl("config", "check")
        self.assertEqual(done.returncode, 1, done.stdout + done.stderr)
        self.assertIn("must be an octal mode", done.stdout)

    def test_a_plugin_that_is_not_loaded_is_a_warning_for_both(self):
        self.bank.configure({"plugins": {"load": "rest"}, "admin": {"socket_mode": "0999"}})
        checked = self.check()
        self.assertEqual(checked.returncode, 0, checked.stderr)
        self.assertIn("[admin] belongs to a plugin that is not loaded", checked.stderr)

    @unittest.skipUnless(os.getuid() == 0, "becomes another user")
    def test_what_only_this_user_may_not_read_is_a_warning(self):
        self.bank.configure(section("keys", directory=os.path.join(self.bank.directory, "keys")))
        key = os.path.join(self.bank.directory, "keys", "tls-key.pem")
        self.assertEqual(os.stat(key).st_mode & 0o777, 0o600)
        for path, mode in ((self.bank.directory, 0o755), (os.path.dirname(key), 0o755)):
            before = os.stat(path).st_mode & 0o7777
            os.chmod(path, mode)
            self.addCleanup(os.chmod, path, before)
        os.chmod(self.bank.config_path, 0o644)
        nobody = ["setpriv", "--reuid", "nobody", "--clear-groups", "--"]
        done = subprocess.run(
            [*nobody, *self.bank.bankd("--check-config")],
            capture_output=True, text=True, timeout=60, check=False,
        )
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn("warning: [rest] tls_certificate", done.stderr)
        self.assertIn("warning: [keys] directory", done.stderr)
        started = subprocess.run(
            [*nobody, *self.bank.bankd()], capture_output=True, text=True, timeout=60, check=False
        )
        self.assertEqual(started.returncode, CONFIGURATION, started.stderr)
        self.assertEqual(started.stderr.count("[rest] tls_certificate"), 1, started.stderr)


if __name__ == "__main__":
    runner.main()
