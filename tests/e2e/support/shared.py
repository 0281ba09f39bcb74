"""One bank for the classes of a script that need the same settings."""

import json
import unittest

from support.case import BankCase


class SharedBankCase(BankCase):
    """As BankCase. A case must revert its changes to the whole bank."""

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
