"""A class of tests that share one running bank and its people."""

import unittest

from support.bank import Bank
from support.people import People


class BankCase(unittest.TestCase):
    settings = {}

    @classmethod
    def setUpClass(cls):
        cls.bank = Bank(cls.settings)
        cls.addClassCleanup(cls.bank.close)
        cls.bank.start()
        cls.people = People(cls.bank)
        cls.addClassCleanup(cls.people.close)

    def run(self, result=None):
        before = len(result.failures) + len(result.errors) if result else 0
        super().run(result)
        if result and len(result.failures) + len(result.errors) > before:
            print(f"--- the end of bankd's log after {self.id()}")
            print(self.bank.log()[-4000:], flush=True)
        return result
