"""One bank for those classes of a script that want the same settings of it."""

import json
import unittest

from support.case import BankCase


class SharedBankCase(BankCase):
    """As BankCase. What a case changes for the whole bank, it brings back."""

    _owners = {}

    @classmethod
    def setUpClass(cls):
        key = json.dumps(cls.settings, sort_keys=True)
        if key not in SharedBankCase._owners:
            owner = type("Owner", (BankCase,), {"settings": cls.settings})
            unittest.addModuleCleanup(owner.doClassCleanups)
            owner.setUpClass()
            SharedBankCase._owners[key] = owner
        owner = SharedBankCase._owners[key]
        cls.bank, cls.people = owner.bank, owner.people
