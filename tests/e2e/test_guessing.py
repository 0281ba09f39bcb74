#!/usr/bin/env python3
"""Guessers who keep a user's delay running from ever new addresses, and the user."""

import os
import sys
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

from support import runner
from support.case import BankCase
from support.people import PASSWORD, expect

from rest_client import new_key

OWN = {"Bankd-Client": "web", "Sec-Fetch-Site": "same-origin"}
DEVICE = "__Secure-bankd-device"


class GuessingTest(BankCase):
    def setUp(self):
        self.name = "user-" + new_key()[:8]
        # The last test may have restarted the bank, or let the connection go idle.
        self.people.log_in_again(["root-admin"])
        self.people.add(self.name)
        self.addresses = 0

    def client(self, ip):
        client = self.bank.client()
        self.addCleanup(client.close)
        client._connection.source_address = (ip, 0)  # pylint: disable=protected-access
        return client

    def new_address(self):
        """Each in a /24 of its own."""
        self.addresses += 1
        return f"127.{10 + self.addresses // 256}.{self.addresses % 256}.1"

    def guess(self, user=None):
        client = self.client(self.new_address())
        answer = client.log_in(user or self.name, "not the password")
        client.close()
        self.assertIn(
            (answer.status, answer.code), ((401, "login_refused"), (429, "login_throttled"))
        )
        return answer

    def guess_until_delayed(self, user=None):
        """Until the delay is long enough to test what passes meanwhile."""
        deadline = time.monotonic() + 120
        guesses = 0
        while True:
            answer = self.guess(user)
            guesses += answer.status == 401
            if answer.status == 429 and guesses >= 14:
                return answer
            self.assertLess(time.monotonic(), deadline)

    def web_log_in(self, ip, cookie=""):
        """The response, and the device's cookie with its attributes, if one is set."""
        client = self.client(ip)
        connection = client._connection  # pylint: disable=protected-access
        set_cookies = []
        real = connection.getresponse

        def getresponse():
            response = real()
            set_cookies.extend(response.headers.get_all("Set-Cookie") or [])
            return response

        connection.getresponse = getresponse
        body = {"user_name": self.name, "password": PASSWORD}
        headers = {**OWN, **({"Cookie": cookie} if cookie else {})}
        answer = client.request("POST", "/v1/web-session", body, headers)
        client.close()
        return answer, next((c for c in set_cookies if c.startswith(DEVICE)), "")

    def test_a_known_device_and_a_known_address_pass_and_do_so_after_a_restart(self):
        answer, cookie = self.web_log_in("127.1.1.1")
        expect(answer, 200)
        self.assertRegex(
            cookie,
            f"^{DEVICE}=[A-Za-z0-9_-]{{43}}; Path=/v1/web-session; Secure; HttpOnly; "
            "SameSite=Strict; Max-Age=[0-9]+$",
        )
        cookie = cookie.split(";")[0]
        self.assertNotIn(cookie.split("=")[1], str(answer.body) + self.bank.log())
        for _ in range(2):
            refused = self.guess_until_delayed()
            self.assertGreater(int(refused.headers["retry-after"]), 0)
            # The right password, at an address that is new.
            expect(self.web_log_in(self.new_address())[0], 429, "login_throttled")
            forged = f"{DEVICE}={'A' * 43}"
            expect(self.web_log_in(self.new_address(), forged)[0], 429, "login_throttled")
            answer, again = self.web_log_in(self.new_address(), cookie)
            expect(answer, 200)
            self.assertEqual(again.split(";")[0], cookie)
            expect(self.web_log_in("127.1.1.1")[0], 200)
            expect(self.client("127.1.1.1").log_in(self.name, PASSWORD), 200)
            self.assertEqual(self.bank.stop(), 0)
            self.bank.start()

    def test_a_stranger_is_in_at_its_turn(self):
        wait = int(self.guess_until_delayed().headers["retry-after"])
        stranger = self.new_address()
        for tries in range(12):
            answer = self.client(stranger).log_in(self.name, PASSWORD)
            if answer.status == 200:
                break
            expect(answer, 429, "login_throttled")
            wait = int(answer.headers["retry-after"])
            self.assertLessEqual(wait, 61)
            turn = time.monotonic() + wait
            while time.monotonic() < turn:
                self.guess()
        self.assertEqual(answer.status, 200, f"{tries} tries")

    def test_an_unknown_user_is_treated_alike(self):
        refused = self.guess_until_delayed("nobody-" + new_key()[:8])
        self.assertEqual(refused.code, "login_throttled")

    def test_a_device_cookie_alone_is_no_session(self):
        _, cookie = self.web_log_in("127.1.1.1")
        client = self.client("127.1.1.1")
        headers = {**OWN, "Cookie": cookie.split(";")[0]}
        # Nobody is signed in.
        expect(client.request("POST", "/v1/web-session/refresh", None, headers), 204)


if __name__ == "__main__":
    runner.main()
