"""The demo scenario, through the public REST interface, each step with its expected outcome.

Works on an empty bank and on one with years of history: it opens accounts of its own, and reuses
those of an earlier run.
"""

from dataclasses import dataclass
from typing import Callable

from rest_client import Answer, RestClient, money, new_key, units


class Unexpected(Exception):
    """An answer with the expected status but unexpected content."""


@dataclass(frozen=True)
class Step:
    label: str
    call: Callable[[], Answer]
    status: int
    code: str = ""  # The error code, if an error is expected.
    # Summarises the outcome in a few words, or raises Unexpected.
    tell: Callable[[Answer], str] = lambda answer: ""
    # Lines to print below the step.
    show: Callable[[Answer], list] = lambda answer: []


def euros(amount):
    sign = "-" if amount < 0 else ""
    return f"{sign}{abs(amount) // 100:,}.{abs(amount) % 100:02} EUR"


def must(is_so, what):
    if not is_so:
        raise Unexpected(what)


def other_pin(pin):
    return pin[:-1] + str((int(pin[-1]) + 5) % 10)


class MainJob:
    """`people` as returned by credentials.load_or_make; `report` has step() and detail()."""

    def __init__(self, address, tls, people, report):
        self._people = people
        self._report = report
        self._clients = {name: RestClient(address, tls) for name in people}
        names = {person["role"]: name for name, person in people.items()}
        self._admin, self._teller = self._clients[names["admin"]], self._clients[names["teller"]]
        self._names = names
        customers = [name for name, person in people.items() if person["role"] == "customer"]
        self._alice, self._bob = customers[0], customers[1]
        self._accounts = {}
        self._before = {}  # The balance of each when the scenario started.
        self._key = new_key()

    def run(self):
        """Returns 1 at the first step with an unexpected outcome, else 0."""
        try:
            for step in self.steps():
                if not self._run_step(step):
                    return 1
            return 0
        finally:
            for client in self._clients.values():
                client.close()

    def _run_step(self, step):
        answer = None
        try:
            answer = step.call()
            must(answer.status == step.status and answer.code == step.code, "")
            outcome = " ".join(filter(None, (str(answer.status), answer.code, step.tell(answer))))
        except Unexpected as error:
            wanted = f"{step.status} {step.code}".strip()
            got = f"{answer.status} {answer.code}".strip()
            self._report.step(step.label, False, f"expected {wanted}, got {got} {error}".strip())
            return False
        except (OSError, ValueError) as error:
            self._report.step(step.label, False, f"no answer: {error}")
            return False
        self._report.step(step.label, True, outcome)
        for line in step.show(answer):
            self._report.detail(line)
        return True

    def steps(self):
        yield from self._log_in()
        yield from self._open_accounts()
        yield from self._move_money()
        yield from self._lock_by_wrong_pins()
        yield from self._look_back()

    # Users.

    def _log_in(self):
        for name in (self._names["teller"], self._names["admin"], self._alice, self._bob):
            password = self._people[name]["password"]
            role = self._people[name]["role"]
            article = "an" if role == "admin" else "a"
            yield Step(
                f"{name} logs in as {article} {role}",
                lambda name=name, password=password: self._clients[name].log_in(name, password),
                200,
                tell=lambda answer: f"session {answer['session_id']}",
            )

    # Accounts.

    def _open_accounts(self):
        for name in (self._alice, self._bob):
            known = self._find(name)
            yield Step(
                f"The teller finds the account of {name}"
                if known
                else f"The teller opens an account for {name}",
                lambda name=name, known=known: self._use(name, self._look(known))
                if known
                else self._use(name, self._open(name)),
                200 if known else 201,
                tell=lambda answer: answer["account_no"],
            )

    def _find(self, name):
        """The account that an earlier run opened for this customer, or None."""
        answer = self._teller.get("/v1/accounts", owner=name, limit=100)
        found = answer["items"] if answer.status == 200 else []
        own = [a for a in found if a["name"] == account_name(name) and not a["is_closed"]]
        return own[0] if own else None

    def _look(self, account):
        return self._teller.get(f"/v1/accounts/{account['id']}")

    def _open(self, name):
        return self._teller.post(
            "/v1/accounts",
            {
                "owner": name,
                "name": account_name(name),
                "currency": "EUR",
                "pin": self._people[name]["pin"],
            },
        )

    def _use(self, name, answer):
        if answer.status in (200, 201):
            self._accounts[name] = answer.body
            self._before[name] = units(answer["balance"])
        return answer

    def _balance_is(self, name, moved):
        return balance_is(self._before[name] + moved)

    def _number(self, name):
        return self._accounts[name]["account_no"]

    def _path(self, name, what=""):
        return f"/v1/accounts/{self._accounts[name]['id']}{what}"

    # Money.

    def _transfer(self, amount, pin=None, key=None):
        """From Alice to Bob, by Alice."""
        body = {
            "debit_account_no": self._number(self._alice),
            "credit_account_no": self._number(self._bob),
            "amount": money(amount),
            "reference": "Rent",
            "pin": pin or self._people[self._alice]["pin"],
        }
        return self._clients[self._alice].post("/v1/transfers", body, key or new_key())

    def _move_money(self):
        yield Step(
            "The teller takes a deposit of 1,000.00 EUR for alice",
            lambda: self._teller.post(
                "/v1/deposits",
                {"account_no": self._number(self._alice), "amount": money(100000)},
                new_key(),
            ),
            201,
            tell=self._balance_is(self._alice, 100000),
        )
        yield Step(
            "alice sends bob 250.00 EUR with her PIN",
            lambda: self._transfer(25000, key=self._key),
            201,
            tell=self._balance_is(self._alice, 75000),
        )
        yield Step(
            "alice repeats that request with the same Idempotency-Key",
            lambda: self._transfer(25000, key=self._key),
            201,
            tell=self._tell_replay,
        )
        yield Step(
            "The same Idempotency-Key with another amount is rejected",
            lambda: self._transfer(26000, key=self._key),
            422,
            "idempotency_key_reused",
        )
        yield Step(
            "alice sends 10,000.00 EUR more than she has",
            lambda: self._transfer(self._before[self._alice] + 75000 + 1000000),
            422,
            "insufficient_funds",
        )

    def _tell_replay(self, answer):
        must(answer.headers.get("idempotency-replayed") == "true", "without Idempotency-Replayed")
        return self._balance_is(self._alice, 75000)(answer) + ", not posted twice"

    # The PIN.

    def _lock_by_wrong_pins(self):
        wrong = other_pin(self._people[self._alice]["pin"])
        for count in (1, 2, 3):
            yield Step(
                f"alice sends 50.00 EUR with a wrong PIN ({count} of 3)",
                lambda: self._transfer(5000, pin=wrong),
                403,
                "pin_wrong",
            )
        yield Step(
            "The right PIN no longer helps: the account is locked",
            lambda: self._transfer(5000),
            403,
            "account_locked",
        )
        yield Step(
            "The teller unlocks the account",
            lambda: self._teller.post(
                self._path(self._alice, "/unlock"), {"reason": "alice came to the branch"}
            ),
            200,
            tell=lambda answer: must(not answer["is_locked"], "still locked") or "unlocked",
        )
        yield Step(
            "alice sends bob 50.00 EUR with her PIN",
            lambda: self._transfer(5000),
            201,
            tell=self._balance_is(self._alice, 70000),
        )

    # Balances, history, audit log.

    def _look_back(self):
        for name, amount in ((self._alice, 70000), (self._bob, 30000)):
            yield Step(
                f"{name} looks at the balance",
                lambda name=name: self._clients[name].get(self._path(name)),
                200,
                tell=self._balance_is(name, amount),
            )
        yield Step(
            "bob may not see the account of alice",
            lambda: self._clients[self._bob].get(self._path(self._alice)),
            404,
            "account_not_found",
        )
        yield Step(
            "alice reads her history",
            lambda: self._clients[self._alice].get(self._path(self._alice, "/history"), limit=3),
            200,
            tell=tell_history([-5000, -25000, 100000], self._before[self._alice]),
            show=show_history,
        )
        yield Step(
            "The admin reads the audit log of that account",
            lambda: self._admin.get(
                "/v1/audit-logs", account_id=self._accounts[self._alice]["id"], limit=100
            ),
            200,
            tell=tell_audit,
            show=show_audit,
        )
        yield Step(
            "The admin checks the ledger: all entries sum to zero",
            lambda: self._admin.get("/v1/ledger/check"),
            200,
            tell=tell_proof,
        )


def balance_is(amount):
    def tell(answer):
        found = units(answer["balance"])
        must(found == amount, f"with balance {euros(found)} instead of {euros(amount)}")
        return f"balance {euros(amount)}"

    return tell


def account_name(owner):
    return f"Current account of {owner}"


def tell_history(amounts, before):
    def tell(answer):
        found = [units(entry["amount"]) for entry in answer["items"]]
        must(found == amounts, f"with entries {found} instead of {amounts}")
        running = [units(entry["balance"]) for entry in answer["items"]]
        sums = [before + sum(amounts[index:]) for index in range(len(amounts))]
        must(running == sums, f"with running balances {running} instead of {sums}")
        return f"the newest {len(found)} entries"

    return tell


def show_history(answer):
    return [
        f"{entry['created_at'][:19]}Z  {entry['kind']:<10} {euros(units(entry['amount'])):>14}"
        f"  balance {euros(units(entry['balance'])):>14}"
        for entry in answer["items"]
    ]


def tell_audit(answer):
    actions = {(record["action"], record["outcome"]) for record in answer["items"]}
    for action in ("open_account", "deposit", "transfer", "pin_lockout", "unlock_account"):
        must(any(found == action for found, _ in actions), f"without {action}")
    must(("transfer", "insufficient_funds") in actions, "without the declined transfer")
    return f"{len(answer['items'])} records"


def show_audit(answer):
    return [
        f"{record['created_at'][:19]}Z  {record['actor']:<14} {record['action']:<16}"
        f" {record['outcome']}"
        for record in answer["items"][:6]
    ]


def tell_proof(answer):
    must(answer["is_sound"], f"with findings {answer['findings']}")
    for total in answer["sums"]:
        is_zero = units(total["entries"]) == 0 and units(total["balances"]) == 0
        must(is_zero, f"with a sum that is not 0: {total}")
    transfers, entries = int(answer["transfers"]), int(answer["entries"])
    return f"consistent: {transfers:,} transfers, {entries:,} entries, sum 0"
