"""What the scripts of the web client need: a bank that serves it, people, accounts, a browser."""

import json
import os
import shutil
import subprocess

from rest_client import money, new_key
from support import ROOT
from support.bank import BUILD
from support.case import BankCase
from support.people import PASSWORD, PIN, ROLES, expect

WEB = os.path.join(BUILD, "web")
MODULES = os.path.join(BUILD, "plugins", "web", "work", "web", "node_modules")
SCRIPTS = os.path.join(ROOT, "tests", "e2e", "web")
PICTURES = os.path.join(BUILD, "web-pictures")
CHROMIUM = shutil.which("chromium") or ""


class WebCase(BankCase):
    """Its bank serves the built client; alice and bob have an account each, with money."""

    settings = {
        "rest": {"web_directory": WEB},
        "audit": {"checkpoint_interval_s": "1"},
    }

    @classmethod
    def setUpClass(cls):
        for path in (os.path.join(WEB, "index.html"), MODULES):
            if not os.path.exists(path):
                raise AssertionError(f"{path} is not there: is npm installed? Build the target web")
        if not CHROMIUM:
            raise AssertionError("chromium is not installed")
        super().setUpClass()
        cls.accounts = {
            name: cls.people.open_account(name, deposit=1_000_000) for name in ("alice", "bob")
        }

    def transfer(self, amount, reference):
        """By alice, to bob."""
        body = {
            "debit_account_no": self.accounts["alice"]["account_no"],
            "credit_account_no": self.accounts["bob"]["account_no"],
            "amount": money(amount),
            "reference": reference,
            "pin": PIN,
        }
        return expect(self.people["alice"].post("/v1/transfers", body, new_key()), 201).body

    def run_script(self, name, **more):
        setting = {
            "address": self.bank.address,
            "chromium": CHROMIUM,
            "modules": MODULES,
            "sources": os.path.join(ROOT, "plugins", "web", "src"),
            "pictures": PICTURES,
            "people": {person: PASSWORD for person in ROLES},
            "pin": PIN,
            "accounts": self.accounts,
            **more,
        }
        done = subprocess.run(
            ["node", os.path.join(SCRIPTS, name + ".mjs")],
            env={**os.environ, "BANK_WEB": json.dumps(setting)},
            capture_output=True,
            text=True,
            timeout=1000,
            check=False,
        )
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
