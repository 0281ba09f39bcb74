"""Test classes that share one bank and its users."""

import unittest

from support.bank import Bank
from support.people import People


class BankCase(unittest.TestCase):
    """The bank keeps running from test to test."""

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


class FurnishedCase(BankCase):
    """Each test gets a freshly started bank in the state that `furnish` left."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.furnish()
        cls.names = cls.people.names()
        cls.bank.keep("furnished")

    @classmethod
    def furnish(cls):
        raise NotImplementedError

    def setUp(self):
        self.bank.put_back("furnished")
        self.bank.start()
        self.people.log_in_again(self.names)
