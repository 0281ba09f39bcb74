"""A small client of the bank's REST interface: one persistent connection, JSON in and out."""

import http.client
import json
import ssl
import uuid
from dataclasses import dataclass, field
from urllib.parse import urlencode, urlsplit

# The errors of an idle connection that the server has closed.
CLOSED = (
    http.client.RemoteDisconnected,
    BrokenPipeError,
    ConnectionResetError,
    ssl.SSLEOFError,
    ssl.SSLZeroReturnError,
)


@dataclass
class Answer:
    """An answer. `body` is the JSON value, or None if there was none."""

    status: int
    headers: dict = field(default_factory=dict)
    body: object = None

    @property
    def code(self):
        """The stable code of an error answer; empty for a success."""
        is_problem = self.headers.get("content-type", "").startswith("application/problem+json")
        return self.body.get("code", "") if is_problem and isinstance(self.body, dict) else ""

    def __getitem__(self, key):
        return self.body[key]


def trusting(certificate):
    """A TLS context that trusts only this certificate; names are checked."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.load_verify_locations(cafile=certificate)
    return context


class RestClient:
    """Not thread-safe: each thread needs its own.

    Raises OSError or http.client.HTTPException if there is no answer; an error answer is an Answer.
    """

    def __init__(self, address, tls=None, timeout_s=30, user_agent="bankd-demonstration"):
        parts = urlsplit(address)
        if parts.scheme == "https":
            self._connection = http.client.HTTPSConnection(
                parts.hostname, parts.port, timeout=timeout_s, context=tls
            )
        else:
            self._connection = http.client.HTTPConnection(
                parts.hostname, parts.port, timeout=timeout_s
            )
        self._user_agent = user_agent
        self._is_fresh = True  # No answer yet on the current connection.
        self.access_token = ""

    def request(self, method, path, body=None, headers=None, token=None):
        """`body` is a JSON value, or bytes to be sent verbatim."""
        sent = {"User-Agent": self._user_agent, "Accept": "application/json"}
        token = self.access_token if token is None else token
        if token:
            sent["Authorization"] = "Bearer " + token
        if body is not None:
            sent["Content-Type"] = "application/json"
            if not isinstance(body, bytes):
                body = json.dumps(body, separators=(",", ":")).encode()
        sent.update(headers or {})
        return self._exchange(method, path, body, sent)

    def _exchange(self, method, path, body, headers):
        try:
            return self._exchange_once(method, path, body, headers)
        except CLOSED:
            # The server may close an idle connection between two requests. A request that could
            # have posted a transaction is repeated only under its Idempotency-Key.
            was_idle = not self._is_fresh
            self.close()
            if not was_idle or not (method == "GET" or "Idempotency-Key" in headers):
                raise
            return self._exchange_once(method, path, body, headers)
        except (OSError, http.client.HTTPException):
            self.close()
            raise

    def _exchange_once(self, method, path, body, headers):
        self._connection.request(method, path, body=body, headers=headers)
        response = self._connection.getresponse()
        content = response.read()
        self._is_fresh = False
        found = {name.lower(): value for name, value in response.getheaders()}
        is_json = "json" in found.get("content-type", "")
        return Answer(response.status, found, json.loads(content) if is_json and content else None)

    def close(self):
        self._connection.close()
        self._is_fresh = True

    def get(self, path, **query):
        query = {name.rstrip("_"): value for name, value in query.items() if value is not None}
        return self.request("GET", path + ("?" + urlencode(query) if query else ""))

    def put(self, path, body):
        return self.request("PUT", path, body)

    def post(self, path, body=None, key=None):
        return self.request("POST", path, body, {"Idempotency-Key": key} if key else None)

    def delete(self, path):
        return self.request("DELETE", path)

    def log_in(self, user_name, password):
        """Stores the access token for later requests if the login succeeds."""
        answer = self.request(
            "POST", "/v1/login", {"user_name": user_name, "password": password}, token=""
        )
        if answer.status == 200:
            self.access_token = answer["access_token"]
        return answer

    def change_password(self, current, new):
        """Changes the user's own password; required once after a login with a one-time password."""
        return self.put(
            "/v1/users/me/password", {"current_password": current, "new_password": new}
        )

    def pages(self, path, **query):
        """All items of a list, page by page."""
        cursor = None
        while True:
            answer = self.get(path, cursor=cursor, limit=100, **query)
            if answer.status != 200:
                raise ValueError(f"GET {path}: {answer.status} {answer.code}")
            yield from answer["items"]
            cursor = answer["next_cursor"]
            if not answer["has_more"]:
                return


def money(amount, currency="EUR"):
    """Minor units as the bank writes them: a string of digits, exact in every language."""
    return {"amount": str(amount), "currency": currency}


def units(amount):
    """The minor units of a money object of the bank."""
    return int(amount["amount"])


def new_key():
    return str(uuid.uuid4())
