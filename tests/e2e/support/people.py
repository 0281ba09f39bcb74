"""The users of a test's bank, logged in, and their accounts."""

import threading

from rest_client import money, new_key, units

PASSWORD = "correct horse battery 7"
# The password that an admin sets for each; changed to PASSWORD at the first login.
ONE_TIME_PASSWORD = "staple of one time 3"
PIN = "271828"

ROLES = {
    "root-admin": "admin",
    "inspector": "auditor",
    "clerk": "teller",
    "alice": "customer",
    "bob": "customer",
}


class People:
    """One logged-in client for each name of ROLES, and for those that `add` adds."""

    def __init__(self, bank):
        self.bank = bank
        self._one_login = threading.Lock()
        self._clients = {}
        done = bank.bankctl(
            *("user", "add", "--role", "admin", "root-admin", "--password-stdin"),
            text=ONE_TIME_PASSWORD + "\n",
        )
        if done.returncode != 0:
            raise AssertionError(f"bankctl user add: {done.stdout}{done.stderr}")
        self._clients["root-admin"] = self.log_in_first("root-admin")
        for name, role in ROLES.items():
            if role != "admin":
                self.add(name, role)

    def __getitem__(self, name):
        return self._clients[name]

    @property
    def admin(self):
        return self["root-admin"]

    @property
    def auditor(self):
        return self["inspector"]

    @property
    def teller(self):
        return self["clerk"]

    def add(self, name, role="customer"):
        answer = self.admin.post(
            "/v1/users", {"user_name": name, "role": role, "password": ONE_TIME_PASSWORD}
        )
        expect(answer, 201)
        self._clients[name] = self.log_in_first(name)
        return answer.body

    def log_in_first(self, name, password=ONE_TIME_PASSWORD, chosen=PASSWORD):
        """Logs in with the one-time password that an admin set, and changes it."""
        client = self.log_in(name, password)
        expect(client.change_password(password, chosen), 204)
        return client

    def log_in(self, name, password=PASSWORD):
        """A new session on a new connection."""
        client = self.bank.client()
        with self._one_login:  # Many logins of one user at once would be throttled.
            expect(client.log_in(name, password), 200)
        return client

    def names(self):
        return list(self._clients)

    def log_in_again(self, names=None):
        """After all sessions were ended. Those who are not among `names` are forgotten."""
        self.close()
        self._clients = {name: self.log_in(name) for name in names or self.names()}

    def user_id(self, name):
        return expect(self[name].get("/v1/users/me"), 200)["id"]

    def open_account(self, owner, currency="EUR", pin=PIN, overdraft_limit=0, deposit=0):
        """The account as the API shows it, after the deposit."""
        body = {"owner": owner, "name": f"Account of {owner}", "currency": currency}
        if pin:
            body["pin"] = pin
        if overdraft_limit:
            body["overdraft_limit"] = money(overdraft_limit, currency)
        client = self.admin if overdraft_limit else self.teller
        account = expect(client.post("/v1/accounts", body), 201).body
        if deposit:
            paid = {"account_no": account["account_no"], "amount": money(deposit, currency)}
            expect(self.teller.post("/v1/deposits", paid, new_key()), 201)
        return account

    def account(self, account_id):
        return expect(self.teller.get(f"/v1/accounts/{account_id}"), 200).body

    def balance(self, account_id):
        return units(self.account(account_id)["balance"])

    def close(self):
        for client in self._clients.values():
            client.close()


def expect(answer, status, code=""):
    """Returns the answer if it is as expected; otherwise fails the test with the actual one."""
    if answer.status != status or answer.code != code:
        raise AssertionError(
            f"expected {status} {code}, got {answer.status} {answer.code}: {answer.body}"
        )
    return answer


def assert_sound(test, people):
    report = expect(people.admin.get("/v1/ledger/check"), 200).body
    test.assertTrue(report["is_sound"], report["findings"])
    for total in report["sums"]:
        none = money(0, total["currency"])
        test.assertEqual((total["entries"], total["balances"]), (none, none), total)
    return report
