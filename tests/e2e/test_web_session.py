#!/usr/bin/env python3
"""The web client's files and its cookie session, and attacks on it, without a browser."""

import gzip
import json
import os
import re
import shutil
import socket
import sys
import tempfile

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

from support import runner
from support.case import BankCase
from support.people import PASSWORD, expect

from rest_client import new_key

CSP = (
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; "
    "img-src 'self' data:; base-uri 'none'; form-action 'self'; frame-ancestors 'none'; "
    "require-trusted-types-for 'script'"
)
PAGE = "<!doctype html><title>bank</title>"
SCRIPT = "console.log('bank');\n" * 20
OWN = {"Bankd-Client": "web", "Sec-Fetch-Site": "same-origin"}


def make_files():
    """A client as the build makes it, and files that must not be served."""
    directory = tempfile.mkdtemp(prefix="web.")
    assets = os.path.join(directory, "assets")
    os.mkdir(assets)
    for name, text in (
        ("index.html", PAGE),
        ("assets/index-a1b2.js", SCRIPT),
        ("assets/.hidden.js", SCRIPT),
        ("assets/notes.md", "private"),
        ("secret.js", "private"),
    ):
        with open(os.path.join(directory, name), "w", encoding="utf-8") as file:
            file.write(text)
    with open(os.path.join(assets, "index-a1b2.js.gz"), "wb") as file:
        file.write(gzip.compress(SCRIPT.encode()))
    with open(os.path.join(assets, "index-a1b2.js.br"), "wb") as file:
        file.write(b"stands for brotli")
    os.symlink("/etc/passwd", os.path.join(assets, "linked.txt"))
    return directory


class WebFilesTest(BankCase):
    @classmethod
    def setUpClass(cls):
        directory = make_files()
        cls.addClassCleanup(shutil.rmtree, directory, ignore_errors=True)
        cls.settings = {"rest": {"web_directory": directory}}
        super().setUpClass()

    def setUp(self):
        self.client = self.bank.client()
        self.addCleanup(self.client.close)

    def raw(self, path, **headers):
        """Status, headers and bytes: the tests' client reads only JSON."""
        connection = self.client._connection  # pylint: disable=protected-access
        connection.request("GET", path, headers=headers)
        response = connection.getresponse()
        content = response.read()
        return response.status, {n.lower(): v for n, v in response.getheaders()}, content

    def test_the_bank_opens_on_the_client(self):
        for path, target in (("/", "/app/"), ("/app", "/app/")):
            status, headers, _ = self.raw(path)
            self.assertEqual((status, headers["location"]), (302, target))

    def test_each_of_its_addresses_is_the_page_under_the_strict_policy(self):
        for path in ("/app/", "/app/accounts/7", "/app/sign-in", "/app/a/b/c"):
            status, headers, content = self.raw(path)
            self.assertEqual((status, content.decode()), (200, PAGE), path)
            self.assertEqual(headers["content-security-policy"], CSP)
            self.assertEqual(headers["strict-transport-security"], "max-age=31536000")
            self.assertEqual(headers["cross-origin-opener-policy"], "same-origin")
            self.assertEqual(headers["x-content-type-options"], "nosniff")
            self.assertEqual(headers["referrer-policy"], "no-referrer")
            self.assertEqual(headers["cache-control"], "no-cache")
            self.assertEqual(headers["content-type"], "text/html; charset=utf-8")
            tag = headers["etag"]
            # A compressing proxy weakens tags, and a cache may know several.
            for known in (tag, f"W/{tag}", f'"other", {tag}', f'W/"other",W/{tag}', "*"):
                again = self.raw(path, **{"If-None-Match": known})
                self.assertEqual((again[0], again[2]), (304, b""), known)
            for other in ('"other"', tag.strip('"'), f"w/{tag}", ""):
                self.assertEqual(self.raw(path, **{"If-None-Match": other})[0], 200, other)

    def test_assets_are_kept_for_ever_and_come_packed(self):
        path = "/app/assets/index-a1b2.js"
        for accepted, encoding in (("gzip, br", "br"), ("gzip", "gzip"), ("br;q=0", None)):
            status, headers, content = self.raw(path, **{"Accept-Encoding": accepted})
            self.assertEqual(status, 200)
            self.assertEqual(headers.get("content-encoding"), encoding)
            self.assertEqual(headers["cache-control"], "public, max-age=31536000, immutable")
            self.assertEqual(headers["vary"], "Accept-Encoding")
            self.assertEqual(headers["content-type"], "text/javascript; charset=utf-8")
            self.assertEqual(headers["x-content-type-options"], "nosniff")
        self.assertEqual(content.decode(), SCRIPT)

    def test_nothing_else_is_served(self):
        for name in ("linked.txt", ".hidden.js", "notes.md", "absent.js", "index-a1b2.js.gz"):
            self.assertEqual(self.raw(f"/app/assets/{name}")[0], 404, name)
        for path in ("/app/assets/../secret.js", "/app/../../etc/passwd", "/app/secret.js"):
            status, _, content = self.raw(path)
            self.assertNotIn(b"private", content)
            self.assertNotIn(b"root:", content)
            self.assertIn(status, (200, 400, 404))
        self.assertEqual(self.client.post("/app/", {}).status, 405)


class WebSessionTest(BankCase):
    def setUp(self):
        self.name = "user-" + new_key()[:8]
        self.people.add(self.name)
        self.client = self.bank.client()
        self.addCleanup(self.client.close)

    def ask(self, method, path, body=None, headers=None, token=""):
        return self.client.request(method, path, body, headers, token)

    def log_in(self, headers=None):
        body = {"user_name": self.name, "password": PASSWORD}
        return self.ask("POST", "/v1/web-session", body, OWN if headers is None else headers)

    def signed_in(self):
        """The response, and the cookie as a browser would send it."""
        answer = expect(self.log_in(), 200)
        return answer, answer.headers["set-cookie"].split(";")[0]

    def refresh(self, cookie, headers=None):
        sent = {**(OWN if headers is None else headers), "Cookie": cookie}
        return self.ask("POST", "/v1/web-session/refresh", headers=sent)

    def test_the_refresh_token_is_in_the_cookie_and_nowhere_else(self):
        answer, cookie = self.signed_in()
        self.assertRegex(
            answer.headers["set-cookie"],
            r"^__Secure-bankd-refresh=[^;]{20,}; Path=/v1/web-session; Secure; HttpOnly; "
            r"SameSite=Strict$",
        )
        self.assertNotIn("refresh_token", answer.body)
        self.assertNotIn(cookie.split("=", 1)[1], json.dumps(answer.body))
        self.assertEqual(answer.headers["cache-control"], "no-store")
        self.assertNotIn(cookie.split("=", 1)[1], self.bank.log())
        self.client.access_token = answer["access_token"]
        self.assertEqual(expect(self.client.get("/v1/users/me"), 200)["user_name"], self.name)

    def test_a_cookie_alone_is_no_authority(self):
        _, cookie = self.signed_in()
        answer = self.ask("GET", "/v1/users/me", headers={"Cookie": cookie})
        expect(answer, 401, "not_authenticated")

    def test_a_renewal_turns_the_cookie_and_the_old_one_ends_the_session(self):
        answer, cookie = self.signed_in()
        renewed = expect(self.refresh(cookie), 200)
        fresh = renewed.headers["set-cookie"].split(";")[0]
        self.assertNotEqual(fresh, cookie)
        self.assertEqual(renewed["session_id"], answer["session_id"])
        # A lost response is repeated until its token is used.
        again = expect(self.refresh(cookie), 200)
        self.assertEqual(again.headers["set-cookie"].split(";")[0], fresh)
        fresh = expect(self.refresh(fresh), 200).headers["set-cookie"].split(";")[0]
        stolen = self.refresh(cookie)
        expect(stolen, 401, "refresh_token_reused")
        self.assertRegex(stolen.headers["set-cookie"], "refresh=; .*Max-Age=0$")
        self.assertEqual(self.refresh(fresh).status, 401)

    def assert_refused(self, headers, answer, cookie, code):
        """Renewing, signing in and signing out are rejected, each with these headers."""
        for refused in (
            self.refresh(cookie, headers),
            self.log_in(headers),
            self.ask(
                "DELETE", "/v1/web-session", headers={**headers, "Cookie": cookie},
                token=answer["access_token"],
            ),
        ):
            expect(refused, 400, code)
            self.assertNotIn("set-cookie", refused.headers)
            self.assertNotIn("access_token", refused.body)

    def test_pages_of_other_sites_can_neither_sign_in_nor_renew_nor_sign_out(self):
        answer, cookie = self.signed_in()
        attacks = (
            {},
            {"Bankd-Client": "other"},
            {"Sec-Fetch-Site": "same-origin"},
            {"Bankd-Client": "web", "Sec-Fetch-Site": "cross-site"},
            {"Bankd-Client": "web", "Sec-Fetch-Site": "same-site"},
            {"Bankd-Client": "web", "Origin": "https://evil.example"},
            {"Bankd-Client": "web", "Origin": "null"},
            {"Bankd-Client": "web", "Origin": f"https://127.0.0.1:{self.bank.port}.evil.example"},
        )
        for headers in attacks:
            with self.subTest(headers=headers):
                self.assert_refused(headers, answer, cookie, "invalid_field")
        # None of them rotated or ended anything.
        own = {**OWN, "Origin": f"https://127.0.0.1:{self.bank.port}"}
        expect(self.refresh(cookie, own), 200)

    def test_a_name_that_was_made_to_lead_here_is_not_the_banks(self):
        """DNS rebinding: the browser believes that the page and the bank are one site."""
        answer, cookie = self.signed_in()
        port = self.bank.port
        for host in (
            "evil.example", f"evil.example:{port}", f"127.0.0.1.evil.example:{port}",
            f"192.0.2.1:{port}", f"localhost.:{port}", "",
        ):
            for more in ({"Origin": f"https://{host}"}, {"Sec-Fetch-Site": "same-origin"}, {}):
                headers = {"Bankd-Client": "web", "Host": host, **more}
                with self.subTest(headers=headers):
                    self.assert_refused(headers, answer, cookie, "foreign_host")
        # None of them rotated or ended anything; and these names are the bank's.
        for host in (f"127.0.0.1:{port}", f"localhost:{port}", f"{socket.gethostname()}:{port}"):
            own = {**OWN, "Host": host, "Origin": f"https://{host}"}
            cookie = expect(self.refresh(cookie, own), 200).headers["set-cookie"].split(";")[0]

    def test_only_the_client_of_browsers_asks_for_a_name(self):
        answer = self.ask("GET", "/v1/currencies", headers={"Host": "any.example"})
        self.assertEqual(answer.status, 200)

    def test_a_form_of_another_site_is_no_login(self):
        # Requests that a form can send without a preflight.
        body = json.dumps({"user_name": self.name, "password": PASSWORD}).encode()
        for kind in ("text/plain", "application/x-www-form-urlencoded", "multipart/form-data"):
            answer = self.ask("POST", "/v1/web-session", body, {**OWN, "Content-Type": kind})
            expect(answer, 415, "unsupported_media_type")
            self.assertNotIn("set-cookie", answer.headers)

    def test_no_origin_is_granted_anything_by_a_preflight(self):
        connection = self.client._connection  # pylint: disable=protected-access
        connection.request("OPTIONS", "/v1/web-session", headers={
            "Origin": "https://evil.example", "Access-Control-Request-Method": "POST",
            "Access-Control-Request-Headers": "bankd-client, content-type"})
        response = connection.getresponse()
        response.read()
        self.assertEqual(response.status, 405)
        names = [name.lower() for name, _ in response.getheaders()]
        self.assertEqual([name for name in names if name.startswith("access-control")], [])

    def test_after_signing_out_the_cookie_is_worthless(self):
        answer, cookie = self.signed_in()
        done = self.ask(
            "DELETE", "/v1/web-session", headers={**OWN, "Cookie": cookie},
            token=answer["access_token"],
        )
        expect(done, 204)
        self.assertRegex(done.headers["set-cookie"], "refresh=; .*Max-Age=0$")
        self.assertEqual(self.refresh(cookie).status, 401)
        self.client.access_token = answer["access_token"]
        expect(self.client.get("/v1/users/me"), 401, "session_ended")

    def test_a_planted_second_cookie_is_refused_and_harms_nothing(self):
        _, cookie = self.signed_in()
        planted = self.refresh(f"{cookie}; __Secure-bankd-refresh=planted")
        expect(planted, 401, "not_authenticated")
        expect(self.refresh(cookie), 200)

    def test_a_browser_without_a_cookie_is_told_so(self):
        answer = self.ask("POST", "/v1/web-session/refresh", headers=OWN)
        expect(answer, 204)
        self.assertNotIn("set-cookie", answer.headers)

    def test_hostile_cookies_are_a_plain_refusal(self):
        for value in ("", "x", "x" * 5000, "\"", "a=b=c", "%00"):
            answer = self.refresh("__Secure-bankd-refresh=" + value)
            self.assertEqual(answer.status, 401, value[:20])

    def test_without_files_the_bank_opens_on_its_documentation(self):
        answer = self.ask("GET", "/")
        self.assertEqual((answer.status, answer.headers["location"]), (302, "/docs/"))
        self.assertEqual(self.ask("GET", "/app/").status, 404)

    def test_a_failed_login_sets_no_cookie(self):
        body = {"user_name": self.name, "password": "not the password"}
        answer = self.ask("POST", "/v1/web-session", body, OWN)
        expect(answer, 401, "login_refused")
        self.assertFalse(re.search("refresh=[^;]", answer.headers.get("set-cookie", "")))


class OwnNamesTest(BankCase):
    """As behind a proxy that has a name of its own."""

    settings = {"rest": {"own_names": "bank.example, desk.example:8443"}}

    def log_in(self, host, origin):
        client = self.bank.client()
        self.addCleanup(client.close)
        body = {"user_name": "alice", "password": PASSWORD}
        headers = {**OWN, "Host": host, "Origin": origin}
        return client.request("POST", "/v1/web-session", body, headers)

    def test_those_that_are_listed_and_no_others(self):
        for host in ("bank.example", "BANK.example", "desk.example:8443"):
            expect(self.log_in(host, f"https://{host}"), 200)
        for host in (
            "evil.example", "bank.example:8443", "desk.example", f"127.0.0.1:{self.bank.port}",
            "localhost", "www.bank.example",
        ):
            expect(self.log_in(host, f"https://{host}"), 400, "foreign_host")
        for origin in ("http://bank.example", "https://desk.example:8443", "https://evil.example"):
            expect(self.log_in("bank.example", origin), 400, "invalid_field")


if __name__ == "__main__":
    runner.main()
