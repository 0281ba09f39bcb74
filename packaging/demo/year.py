"""Simulates a year of the demonstration bank: salaries, rents and purchases, day by day.

Usage: python3 packaging/demo/year.py --address URL --certificate FILE --bankctl PROGRAM
                                      --socket PATH --credentials FILE --clock FILE

The bank and its database use the clock in CLOCK: an offset to the true time in seconds, as
libfaketime reads it. Nothing bypasses the bank: it posts, audits and seals each simulated day as it
would any other.
"""

import argparse
import datetime
import json
import os
import random
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

# pylint: disable=wrong-import-position
import credentials  # noqa: E402
import demonstration_bank  # noqa: E402
import rest_client  # noqa: E402
from rest_client import RestClient, money, new_key  # noqa: E402

DAYS = 365
BUSINESSES = ("acme-works", "city-homes", "corner-market", "river-power", "green-cafe")
# Enough for a month without a salary, whichever day the year starts on.
BROUGHT_ALONG = {
    ("acme-works", "Business account"): 9_000_000,
    ("alice", "Current account"): 260_000,
    ("alice", "Savings"): 500_000,
    ("bob", "Current account"): 220_000,
}
SHOPS = (
    ("corner-market", "Groceries", (1800, 9500)),
    ("green-cafe", "Lunch", (850, 2400)),
    ("corner-market", "Household", (1200, 6400)),
    ("green-cafe", "Coffee", (320, 790)),
)


class Clock:
    """The bank's clock."""

    def __init__(self, path):
        self._path = path

    def stand_at(self, moment):
        offset = int((moment - datetime.datetime.now()).total_seconds())
        with open(self._path + ".new", "w", encoding="ascii") as file:
            file.write(f"{offset:+d}\n")
        os.replace(self._path + ".new", self._path)


class Year:
    """The account numbers by (owner, name), and the transactions of each day."""

    def __init__(self):
        self.numbers = {}
        self._random = random.Random(1)  # The same year each time.

    def between(self, source, target, amount, reference):
        return {
            "key": new_key(),
            "kind": "transfer",
            "debit_account_no": self.numbers[source],
            "credit_account_no": self.numbers[target],
            "amount": money(amount),
            "reference": reference,
        }

    def days(self, begin):
        """Each day with transactions: the time, and the items."""
        for number in range(1, DAYS):
            day = begin + datetime.timedelta(days=number)
            items = list(self.movements(day))
            if items:
                yield day.replace(hour=self.draw(8, 19), minute=self.draw(0, 59)), items

    def movements(self, day):
        alice, bob = ("alice", "Current account"), ("bob", "Current account")
        month = day.strftime("%B")
        if day.day == 28:
            yield self.between(business("acme-works"), alice, 318_000, f"Salary {month}")
            yield self.between(business("acme-works"), bob, 264_500, f"Salary {month}")
        if day.day == 1:
            yield self.between(alice, business("city-homes"), 98_000, f"Rent {month}")
            yield self.between(bob, business("city-homes"), 74_500, f"Rent {month}")
        if day.day == 3:
            yield self.between(alice, business("river-power"), self.draw(7_200, 9_900), "Power")
            yield self.between(bob, business("river-power"), self.draw(5_100, 7_400), "Power")
        if day.day == 5:
            yield self.between(alice, ("alice", "Savings"), 30_000, "Put by")
        if day.day == 17:
            yield self.between(bob, alice, self.draw(1_500, 4_800), "Dinner and cinema")
        for customer in (alice, bob):
            if self._random.random() < 0.55:
                shop, what, bounds = self._random.choice(SHOPS)
                yield self.between(customer, business(shop), self.draw(*bounds), what)

    def draw(self, low, high):
        return self._random.randint(low, high)


def business(name):
    return name, "Business account"


def must(answer, status):
    if answer.status != status:
        raise demonstration_bank.NotOurBank(f"The bank answered {answer.status} {answer.code}.")
    return answer


def open_accounts(options, people, year):
    """Adds the businesses (by the admin), and their accounts and first deposits (by the teller)."""
    tls = rest_client.trusting(options.certificate)
    demonstration_bank.fill(options.bankctl, options.socket, options.address, tls, people)
    names = {person["role"]: name for name, person in people.items()}
    admin, teller = RestClient(options.address, tls), RestClient(options.address, tls)
    try:
        must(admin.log_in(names["admin"], people[names["admin"]]["password"]), 200)
        must(teller.log_in(names["teller"], people[names["teller"]]["password"]), 200)
        for name in BUSINESSES:
            # Businesses never sign in.
            demonstration_bank.add_user(admin, name, "customer")
        wanted = [business(name) for name in BUSINESSES]
        wanted += [("alice", "Current account"), ("alice", "Savings"), ("bob", "Current account")]
        for owner, name in wanted:
            body = {"owner": owner, "name": name, "currency": "EUR"}
            if owner in people:
                body["pin"] = people[owner]["pin"]
            account = must(teller.post("/v1/accounts", body), 201)
            year.numbers[owner, name] = account["account_no"]
        for key, amount in BROUGHT_ALONG.items():
            paid = {"account_no": year.numbers[key], "amount": money(amount),
                    "reference": "Brought along"}
            must(teller.post("/v1/deposits", paid, new_key()), 201)
    finally:
        admin.close()
        teller.close()


def post(options, items):
    done = demonstration_bank.bankctl(
        options.bankctl, options.socket, "transfer", "import", "-", "--format", "jsonl",
        text="".join(json.dumps(item) + "\n" for item in items),
    )
    if done.returncode != 0:
        raise demonstration_bank.NotOurBank(
            f"bankctl ended with {done.returncode}: "
            + demonstration_bank.last_line(done.stderr or done.stdout)
        )


def live(options):
    clock, year = Clock(options.clock), Year()
    now = datetime.datetime.now()
    begin = (now - datetime.timedelta(days=DAYS)).replace(hour=7)
    clock.stand_at(begin)
    open_accounts(options, credentials.load_or_make(options.credentials), year)
    count = 0
    for moment, items in year.days(begin):
        clock.stand_at(moment)
        post(options, items)
        count += len(items)
    # The bank's clock reaches the true time before the bank is stopped.
    clock.stand_at(now)
    return count


def main():
    parser = argparse.ArgumentParser(prog="packaging/demo/year.py", description=__doc__)
    for name in ("address", "certificate", "bankctl", "socket", "credentials", "clock"):
        parser.add_argument("--" + name, required=True)
    try:
        print(live(parser.parse_args()))
    except (demonstration_bank.NotOurBank, OSError) as error:
        print(error, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main())
