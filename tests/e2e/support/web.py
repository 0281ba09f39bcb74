"""Common to the web client's scripts: a bank that serves it, users, accounts, a browser."""

import functools
import json
import os
import shutil
import subprocess
import unittest

from rest_client import money, new_key
from support import ROOT
from support.bank import BUILD
from support.case import BankCase
from support.people import PASSWORD, PIN, ROLES, expect

WEB = os.path.join(BUILD, "web")
CLIENT = os.path.join(ROOT, "plugins", "web")
MODULES = os.path.join(BUILD, "plugins", "web", "work", "web", "node_modules")
SCRIPTS = os.path.join(ROOT, "tests", "e2e", "web")
PICTURES = os.path.join(BUILD, "web-pictures")
# Chromium without its window, menus and profile: a page takes a quarter of the time.
SHELL = "chromium-headless-shell"


def need(*paths):
    for path in paths:
        if not os.path.exists(path):
            raise AssertionError(f"{path} is not there: is npm installed? Build the target web")


def node(script, setting):
    """The command and environment of a script in web/."""
    command = ["node", os.path.join(SCRIPTS, script + ".mjs")]
    return {"args": command, "env": {**os.environ, "BANK_WEB": json.dumps(setting)}, "text": True}


@functools.cache
def browser(program):
    """The address of a Chromium for all scripts of a test; each has contexts of its own."""
    path = shutil.which(program)
    if not path:
        raise AssertionError(f"{program} is not installed")
    process = subprocess.Popen(  # pylint: disable=consider-using-with
        **node("chromium", {"modules": MODULES, "chromium": path}),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    unittest.addModuleCleanup(process.communicate)
    return process.stdout.readline().strip()


class ScriptCase(unittest.TestCase):
    """Runs node scripts, which may use the client's sources and its build modules."""

    def script(self, name, **setting):
        """The arguments of subprocess.run that start it."""
        need(MODULES)
        return node(name, {"modules": MODULES, "sources": os.path.join(CLIENT, "src"), **setting})

    def run_script(self, name, **setting):
        done = subprocess.run(
            **self.script(name, **setting),
            capture_output=True,
            timeout=300,
            check=False,
        )
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)


class WebCase(ScriptCase, BankCase):
    """Its bank serves the built client; alice and bob have an account each, with money."""

    settings = {
        "rest": {"web_directory": WEB},
        "audit": {"checkpoint_interval_s": "1"},
    }
    browser = SHELL

    @classmethod
    def setUpClass(cls):
        need(os.path.join(WEB, "index.html"))
        super().setUpClass()
        cls.accounts = {
            name: cls.people.open_account(name, deposit=1_000_000) for name in ("alice", "bob")
        }

    def transfer(self, amount, reference):
        """From alice to bob."""
        body = {
            "debit_account_no": self.accounts["alice"]["account_no"],
            "credit_account_no": self.accounts["bob"]["account_no"],
            "amount": money(amount),
            "reference": reference,
            "pin": PIN,
        }
        return expect(self.people["alice"].post("/v1/transfers", body, new_key()), 201).body

    def script(self, name, **setting):
        common = {
            "address": self.bank.address,
            "browser": browser(self.browser),
            "pictures": PICTURES,
            "people": {person: PASSWORD for person in ROLES},
            "pin": PIN,
            "accounts": self.accounts,
        }
        return super().script(name, **{**common, **setting})
