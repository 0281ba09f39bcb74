#!/usr/bin/env python3
"""Every kind of bad input gets a 4xx problem; none a 500, a hang or a secret in the log."""

import json
import os
import re
import socket
import sys
from concurrent.futures import ThreadPoolExecutor

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

from support import runner
from support.case import BankCase
from support.people import PASSWORD, PIN, expect

from rest_client import money, new_key, units

# Words that must never appear in the daemon's log.
SECRETS = ("s3cret-password-7f", "918273", "s3cret-token-4c", "s3cret-refresh-9a")
HUGE = 2**63


def transfer(**changes):
    body = {
        "debit_account_no": "{debit}",
        "credit_account_no": "{credit}",
        "amount": money(100),
        "pin": "918273",
    }
    body.update(changes)
    return {name: value for name, value in body.items() if value is not ...}


# (what, body, status, code, pointer or None). Sent by a teller, so that no PIN is checked first.
TRANSFERS = [
    ("no amount", transfer(amount=...), 400, "invalid_field", "/amount"),
    ("no debit account", transfer(debit_account_no=...), 400, "invalid_field", "/debit_account_no"),
    ("no credit account", transfer(credit_account_no=...), 400, "invalid_field", None),
    ("amount zero", transfer(amount=money(0)), 400, "invalid_field", "/amount/amount"),
    ("amount negative", transfer(amount=money(-1)), 400, "invalid_field", "/amount/amount"),
    ("amount beyond 2^53", transfer(amount=money(2**53)), 400, "invalid_field", "/amount/amount"),
    ("amount beyond int64", transfer(amount=money(HUGE)), 400, "invalid_field", None),
    ("amount beyond uint64", transfer(amount=money(2**70)), 400, None, None),
    *((f"amount {what!r}", transfer(amount={"amount": what, "currency": "EUR"}), 400, None, None)
      for what in (100, 1.5, 1e2, True, None, "", "+1", "01", "-0", "1.5", "1e2", " 1", "0x1")),
    ("amount without currency", transfer(amount={"amount": "1"}), 400, "invalid_field", None),
    ("amount a number", transfer(amount=100), 400, "invalid_field", "/amount"),
    ("amount a list", transfer(amount=[]), 400, "invalid_field", "/amount"),
    ("currency in small letters", transfer(amount=money(1, "eur")), 400, "invalid_field", None),
    ("currency too long", transfer(amount=money(1, "EURO")), 400, "invalid_field", None),
    ("currency a number", transfer(amount=money(1, 978)), 400, "invalid_field", None),
    ("account number empty", transfer(debit_account_no=""), 400, "invalid_field", None),
    ("account number a number", transfer(debit_account_no=7), 400, "invalid_field", None),
    ("account number huge", transfer(debit_account_no="D" * 9000), 400, "invalid_field", None),
    ("account number with NUL", transfer(debit_account_no="DE\0"), 400, "invalid_field", None),
    ("account number as SQL", transfer(debit_account_no="' or 1=1 --"), 400, "invalid_field", None),
    ("reference too long", transfer(reference="x" * 141), 400, "invalid_field", "/reference"),
    ("reference with a line break", transfer(reference="a\nb"), 400, "invalid_field", "/reference"),
    ("reference with escape", transfer(reference="\x1b[31m"), 400, "invalid_field", "/reference"),
    ("reference turned around", transfer(reference="a\u202eb"), 400, "invalid_field", "/reference"),
    ("reference a list", transfer(reference=["x"]), 400, "invalid_field", "/reference"),
    ("unknown field", transfer(amuont=1), 400, "invalid_field", "/amuont"),
    ("same account", transfer(credit_account_no="{debit}"), 422, "accounts_are_the_same", None),
    ("other currency", transfer(amount=money(1, "USD")), 422, "currency_mismatch", None),
]

# Bodies as bytes.
DOCUMENTS = [
    ("nothing", b""),
    ("not JSON", b"hello"),
    ("half an object", b'{"amount":'),
    ("an array", b"[]"),
    ("a text", b'"x"'),
    ("null", b"null"),
    ("two documents", b"{}{}"),
    ("rubbish behind", b"{} x"),
    ("a comment", b"{/*x*/}"),
    ("a comma too many", b'{"a":1,}'),
    ("NaN", b'{"amount":NaN}'),
    ("single quotes", b"{'amount':1}"),
    ("bad UTF-8", b'{"reference":"\xff\xfe"}'),
    ("a lone surrogate", b'{"reference":"\\ud800"}'),
    ("a byte order mark", b"\xef\xbb\xbf{}"),
    ("a deep nest", b"[" * 30000 + b"]" * 30000),
    ("a deep object", b'{"a":' * 10000 + b"1" + b"}" * 10000),
    ("the same field twice", b'{"amount":{"amount":1,"currency":"EUR"},"amount":1}'),
]

# Requests as bytes: (what, text, allowed statuses).
RAW = [
    ("no HTTP", b"hello\r\n\r\n", {400}),
    ("another version", b"GET /healthz HTTP/3.0\r\nHost: x\r\n\r\n", {400, 505}),
    ("no Host", b"GET /healthz HTTP/1.1\r\n\r\n", {400}),
    ("two Hosts", b"GET /healthz HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", {400}),
    ("a blank before the colon", b"GET /healthz HTTP/1.1\r\nHost : x\r\n\r\n", {400}),
    ("a folded header", b"GET /healthz HTTP/1.1\r\nHost: x\r\nA: b\r\n c\r\n\r\n", {400}),
    ("a bare line feed", b"GET /healthz HTTP/1.1\nHost: x\n\n", {400}),
    ("a NUL in a header", b"GET /healthz HTTP/1.1\r\nHost: x\r\nA: \0\r\n\r\n", {400}),
    (
        "length and chunks",
        b"POST /v1/login HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n"
        b"Transfer-Encoding: chunked\r\nContent-Type: application/json\r\n\r\n0\r\n\r\n",
        {400, 411},
    ),
    (
        "two lengths",
        b"POST /v1/login HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\n{}",
        {400},
    ),
    (
        "a negative length",
        b"POST /v1/login HTTP/1.1\r\nHost: x\r\nContent-Length: -2\r\n\r\n{}",
        {400},
    ),
    (
        "a signed length",
        b"POST /v1/login HTTP/1.1\r\nHost: x\r\nContent-Length: +2\r\n\r\n{}",
        {400},
    ),
    (
        "a length beyond all bounds",
        b"POST /v1/login HTTP/1.1\r\nHost: x\r\nContent-Length: 99999999999999999999\r\n\r\n",
        {400, 413},
    ),
    ("no length", b"POST /v1/login HTTP/1.1\r\nHost: x\r\n\r\n", {411, 415}),
    (
        "a huge target",
        b"GET /" + b"a" * 20000 + b" HTTP/1.1\r\nHost: x\r\n\r\n",
        {400, 413, 414, 431},
    ),
    (
        "a huge header",
        b"GET /healthz HTTP/1.1\r\nHost: x\r\nA: " + b"a" * 40000 + b"\r\n\r\n",
        {400, 413, 431},
    ),
    (
        "many headers",
        b"GET /healthz HTTP/1.1\r\nHost: x\r\n" + b"A: b\r\n" * 2000 + b"\r\n",
        {400, 413, 431},
    ),
    ("a dotted target", b"GET /docs/../../etc/passwd HTTP/1.1\r\nHost: x\r\n\r\n", {400, 404}),
    ("an escaped target", b"GET /docs/%2e%2e/%2e%2e/x HTTP/1.1\r\nHost: x\r\n\r\n", {400, 404}),
    ("a NUL in the target", b"GET /healthz%00 HTTP/1.1\r\nHost: x\r\n\r\n", {400, 404}),
    ("CONNECT", b"CONNECT a:1 HTTP/1.1\r\nHost: a:1\r\n\r\n", {400, 405, 501}),
    ("TRACE", b"TRACE / HTTP/1.1\r\nHost: x\r\n\r\n", {400, 405, 501}),
]

# A request whose head never ends.
ENDLESS = b"GET /healthz HTTP/1.1\r\nHost: x\r\nA"

# Query strings: (path, query).
QUERIES = [
    ("/v1/accounts", "limit=0"),
    ("/v1/accounts", "limit=-1"),
    ("/v1/accounts", "limit=101"),
    ("/v1/accounts", "limit=ten"),
    ("/v1/accounts", "limit=99999999999999999999"),
    ("/v1/accounts", "cursor=!!!"),
    ("/v1/accounts", "cursor=" + "A" * 500),
    ("/v1/accounts", "cursor=AAAA"),
    ("/v1/accounts", "cursor=7"),
    ("/v1/users", "cursor=AQMAAAAAAAAGpA"),  # Of accounts.
    ("/v1/accounts", "kind=nonsense"),
    ("/v1/accounts", "nonsense=1"),
    ("/v1/accounts", "limit=1&limit=2"),
    ("/v1/audit-logs", "from=yesterday"),
    ("/v1/audit-logs", "from=2026-13-01"),
    ("/v1/audit-logs", "until=2026-02-30T00:00:00Z"),
    ("/v1/audit-logs", "after=-1"),
    ("/v1/audit-logs", "account_id=x"),
    ("/v1/audit-logs", "request_id=not-a-uuid"),
    ("/v1/users", "role=emperor"),
]

NOTHING_TO_READ = (" ", "\u00a0", "\u200b", "\u202e", "\ufeff", "a\u202eb")
BAD_USER_NAMES = ["ab", "x" * 65, "with blank", "line\n", "alice", "", None]

TOKENS = [
    "s3cret-token-4c",
    "a.b.c",
    "eyJhbGciOiJub25lIn0.eyJzdWIiOiIxIn0.",
    "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl",
    "A" * 4000,
]


class BadInputTest(BankCase):
    settings = {"rest": {"header_deadline_ms": "5000"}}

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # The bank closes many of them only at a deadline, which passes while the other cases run.
        pool = ThreadPoolExecutor(len(RAW) + 1)
        cls.addClassCleanup(pool.shutdown)
        cls.endless = pool.submit(cls.exchange, ENDLESS)
        cls.exchanges = {what: pool.submit(cls.exchange, content) for what, content, _ in RAW}
        cls.debit = cls.people.open_account("alice", deposit=100_000)
        cls.credit = cls.people.open_account("bob")

    def setUp(self):
        # The bank may have closed connections that were idle since the last test.
        for name in ("root-admin", "clerk", "alice", "bob"):
            self.people[name].close()

    def tearDown(self):
        log = self.bank.log()
        for secret in SECRETS + (PASSWORD, PIN):
            self.assertNotIn(secret, log)
        self.assertIsNone(self.bank.process.poll(), "bankd has ended")

    def balances(self):
        return [self.people.balance(account["id"]) for account in (self.debit, self.credit)]

    def assert_problem(self, answer, status=None, code=None):
        self.assertGreaterEqual(answer.status, 400, answer.body)
        self.assertLess(answer.status, 500, answer.body)
        self.assertTrue(
            answer.headers.get("content-type", "").startswith("application/problem+json"), answer
        )
        for field in ("type", "title", "status", "code", "request_id"):
            self.assertIn(field, answer.body)
        self.assertEqual(answer["status"], answer.status)
        self.assertEqual(answer["type"], "/problems/" + answer.code)
        if status:
            self.assertEqual(answer.status, status, answer.body)
        if code:
            self.assertEqual(answer.code, code, answer.body)

    # Fields.

    def test_fields_of_a_transfer(self):
        numbers = {"{debit}": self.debit["account_no"], "{credit}": self.credit["account_no"]}
        before = self.balances()
        for what, body, status, code, pointer in TRANSFERS:
            with self.subTest(what):
                sent = {name: numbers.get(value, value) if isinstance(value, str) else value
                        for name, value in body.items()}
                answer = self.people.teller.post("/v1/transfers", sent, new_key())
                self.assert_problem(answer, status, code)
                if pointer:
                    pointers = [error["pointer"] for error in answer["errors"]]
                    self.assertIn(pointer, pointers)
        self.assertEqual(self.balances(), before)

    def test_unknown_accounts(self):
        for name in ("debit", "credit"):
            body = {
                "debit_account_no": self.debit["account_no"],
                "credit_account_no": self.credit["account_no"],
                "amount": money(1),
            }
            body[name + "_account_no"] = "DE89370400440532013000"
            with self.subTest(name):
                answer = self.people.teller.post("/v1/transfers", body, new_key())
                self.assert_problem(answer, 422, name + "_account_not_found")

    def test_idempotency_keys(self):
        body = {"account_no": self.debit["account_no"], "amount": money(1)}
        before = self.balances()
        for key, code in (
            (None, "idempotency_key_missing"),
            ("x" * 256, None),
            ("a\tb", None),
            ("caf\xe9", None),
        ):
            with self.subTest(key=key):
                answer = self.people.teller.post("/v1/deposits", body, key)
                self.assert_problem(answer, 400, code)
        self.assertEqual(self.balances(), before)

    def test_fields_of_the_other_requests(self):
        account = f"/v1/accounts/{self.credit['id']}"
        user = {"user_name": "good-name", "role": "customer", "password": PASSWORD}
        opening = {"owner": "alice", "name": "x", "currency": "EUR"}
        frozen = {"is_debit_frozen": True, "is_credit_frozen": True}
        cases = [
            *(("POST", "/v1/users", {**user, "user_name": name}) for name in BAD_USER_NAMES),
            ("POST", "/v1/users", {**user, "role": "emperor"}),
            ("POST", "/v1/users", {**user, "password": "x"}),
            ("POST", "/v1/users", {**user, "password": "x" * 999}),
            ("POST", "/v1/accounts", {**opening, "owner": "nobody-here"}),
            ("POST", "/v1/accounts", {**opening, "name": ""}),
            *(("POST", "/v1/accounts", {**opening, "name": name}) for name in NOTHING_TO_READ),
            *(("POST", account + what, {"reason": reason})
              for what in ("/lock", "/unlock") for reason in NOTHING_TO_READ),
            *(("PUT", account + "/freeze", {**frozen, "reason": reason})
              for reason in NOTHING_TO_READ),
            ("POST", "/v1/accounts", {**opening, "name": "x" * 141}),
            ("POST", "/v1/accounts", {**opening, "currency": "XXX"}),
            ("POST", "/v1/accounts", {**opening, "currency": "JPY"}),
            *(("POST", "/v1/accounts", {**opening, "overdraft_limit": limit})
              for limit in (money(-1), money(1, "USD"), 1, "1", None)),
            *(("POST", "/v1/accounts", {**opening, "pin": pin}) for pin in ("12", "abcd", 1234)),
            ("POST", account + "/lock", {}),
            ("POST", account + "/lock", {"reason": "x" * 201}),
            *(("PUT", account + "/overdraft-limit", {"overdraft_limit": limit})
              for limit in (money(-1), money(1, "USD"), 1, "1", None)),
            ("PUT", account + "/overdraft-limit", {}),
            ("PUT", account + "/pin", {"new_pin": "1"}),
            ("PUT", account + "/pin", {"new_pin": "1" * 13}),
            ("POST", account + "/pin-authorization", {}),
            ("PUT", f"/v1/users/{self.credit['user_id']}/role", {"role": "emperor"}),
            ("PUT", f"/v1/users/{self.credit['user_id']}/disabled", {"is_disabled": "yes"}),
            ("PUT", "/v1/users/me/password", {"new_password": PASSWORD}),
        ]
        for method, path, body in cases:
            with self.subTest(path=path, body=str(body)[:100]):
                self.assert_problem(self.people.admin.request(method, path, body))
        shown = self.people.account(self.credit["id"])
        self.assertEqual((shown["is_locked"], units(shown["overdraft_limit"])), (False, 0))

    def test_lengths_are_in_characters_as_the_document_says(self):
        account = f"/v1/accounts/{self.credit['id']}"
        password = "/v1/users/me/password"
        for character in ("x", "ä", "界", "\U0001f600"):
            user = self.people.add("u" + new_key()[:8])["user_name"]
            client = self.people[user]
            deposit = {"account_no": self.credit["account_no"], "amount": money(1)}
            change = {"current_password": PASSWORD}
            for size, changed in ((0, (201, 201, 200, 204)), (1, (400, 400, 400, 400))):
                text = lambda longest: character * (longest + size)
                answers = (
                    self.people.teller.post(
                        "/v1/deposits", {**deposit, "reference": text(140)}, new_key()),
                    self.people.teller.post(
                        "/v1/accounts", {"owner": user, "name": text(140), "currency": "EUR"}),
                    self.people.teller.post(account + "/unlock", {"reason": text(200)}),
                    client.put(password, {**change, "new_password": "y" + text(255)}),
                )
                found = tuple(answer.status for answer in answers)
                self.assertEqual(found, changed, (character, [a.body for a in answers]))

    def test_login_and_refresh(self):
        for path, body in (
            ("/v1/login", {"user_name": "alice"}),
            ("/v1/login", {"user_name": "alice", "password": 7}),
            ("/v1/login", {"user_name": "", "password": "s3cret-password-7f"}),
            ("/v1/login", {"user_name": "alice\0", "password": "s3cret-password-7f"}),
            ("/v1/login", {"user_name": "x" * 5000, "password": "s3cret-password-7f"}),
            ("/v1/login", {"user_name": "alice", "password": "s3cret-password-7f" * 100}),
            ("/v1/login", {"user_name": "alice", "password": "s3cret-password-7f"}),
            ("/v1/login", {"user_name": "alice", "password": "x", "role": "admin"}),
            ("/v1/refresh", {"refresh_token": "s3cret-refresh-9a"}),
            ("/v1/refresh", {"refresh_token": ""}),
            ("/v1/refresh", {"refresh_token": "A" * 5000}),
            ("/v1/refresh", {}),
        ):
            with self.subTest(path=path, body=str(body)[:60]):
                answer = self.people["bob"].request("POST", path, body, token="")
                self.assert_problem(answer)

    # Documents.

    def test_documents(self):
        for what, content in DOCUMENTS:
            for path in ("/v1/transfers", "/v1/login", "/v1/accounts"):
                with self.subTest(what, path=path):
                    answer = self.people.teller.request(
                        "POST", path, content, {"Idempotency-Key": new_key()}
                    )
                    self.assert_problem(answer, 400)

    def test_a_body_that_is_too_large(self):
        client = self.people.log_in("clerk")
        self.addCleanup(client.close)
        answer = client.request("POST", "/v1/transfers", b"{" + b" " * 70_000 + b"}")
        self.assert_problem(answer, 413, "request_too_large")

    def test_media_types(self):
        body = json.dumps({"user_name": "alice", "password": PASSWORD}).encode()
        for media in (
            "text/plain",
            "application/x-www-form-urlencoded",
            "multipart/form-data; boundary=x",
            "application/json; charset=iso-8859-1",
            "application/jsonx",
            "",
        ):
            with self.subTest(media=media):
                client = self.bank.client()
                self.addCleanup(client.close)
                answer = client.request("POST", "/v1/login", body, {"Content-Type": media})
                self.assert_problem(answer, 415, "unsupported_media_type")

    # Targets, methods, queries, tokens.

    def test_paths_that_are_none(self):
        for path in (
            "/v1",
            "/v1/",
            "/v1/nonsense",
            "/v2/login",
            "/v1/accounts/",
            "/v1/accounts/abc",
            "/v1/accounts/-1",
            "/v1/accounts/0",
            "/v1/accounts/01",
            "/v1/accounts/99999999999999999999",
            "/v1/accounts/1%2F2",
            "/v1/accounts/999999999",
            "/v1/transfers/999999999",
            "/v1/users/999999999",
            "/v1//accounts",
            "/.env",
        ):
            with self.subTest(path=path):
                answer = self.people.admin.get(path)
                self.assert_problem(answer)
                self.assertIn(answer.status, (400, 404))

    def test_methods(self):
        for method, path in (
            ("DELETE", "/v1/accounts"),
            ("PATCH", f"/v1/accounts/{self.credit['id']}"),
            ("GET", "/v1/login"),
            ("GET", "/v1/transfers"),
            ("PUT", "/v1/transfers"),
            ("POST", "/v1/ledger/check"),
            ("DELETE", "/v1/audit-logs"),
            ("POST", "/healthz"),
        ):
            with self.subTest(method=method, path=path):
                body = {} if method in ("POST", "PUT", "PATCH") else None
                answer = self.people.admin.request(method, path, body)
                self.assert_problem(answer, 405, "method_not_allowed")
                self.assertIn("allow", answer.headers)

    def test_queries(self):
        for path, query in QUERIES:
            with self.subTest(path=path, query=query[:40]):
                answer = self.people.admin.get(path + "?" + query)
                self.assert_problem(answer, 400)

    def test_tokens(self):
        client = self.bank.client()
        self.addCleanup(client.close)
        real = self.people["alice"].access_token
        forged = real[:-4] + ("AAAA" if real[-4:] != "AAAA" else "BBBB")
        head, payload, signature = real.split(".")
        for token in TOKENS + [forged, f"{head}.{payload}.", f"{head}..{signature}", real + "x"]:
            with self.subTest(token=token[:20]):
                answer = client.request("GET", "/v1/users/me", token=token)
                self.assert_problem(answer)
                self.assertIn(answer.status, (400, 401))
        for value in ("", "Bearer", "Bearer ", "Basic YTpi", "bearer\t" + real, real):
            with self.subTest(value=value[:12]):
                answer = client.request("GET", "/v1/users/me", headers={"Authorization": value})
                self.assert_problem(answer)
                self.assertIn(answer.status, (400, 401))

    # Bytes that are almost HTTP.

    @classmethod
    def exchange(cls, content):
        """The status and the whole response; returns within the bank's own deadlines."""
        plain = socket.create_connection(("127.0.0.1", cls.bank.port), timeout=15)
        with cls.bank.tls.wrap_socket(plain, server_hostname="127.0.0.1") as tls:
            try:
                tls.sendall(content)
            except OSError:
                pass
            received = b""
            while True:
                try:
                    more = tls.recv(65536)
                except ConnectionResetError:
                    break
                received += more
                if not more:
                    break
        return received

    # Last, after their deadlines have passed.

    def test_what_is_not_quite_http(self):
        for what, _, statuses in RAW:
            with self.subTest(what):
                received = self.exchanges[what].result()
                self.assertTrue(received.startswith(b"HTTP/1.1 "), received[:80])
                self.assertIn(int(received[9:12]), statuses, received[:200])
                answers = re.findall(rb"HTTP/1\.1 \d", received)
                self.assertEqual(len(answers), 1, "more than one answer")

    def test_what_never_ends_is_given_up(self):
        received = self.endless.result()
        self.assertTrue(not received or int(received[9:12]) == 408, received[:80])

    def test_it_still_works_after_all_that(self):
        expect(self.people["alice"].get("/v1/users/me"), 200)


if __name__ == "__main__":
    runner.main()
