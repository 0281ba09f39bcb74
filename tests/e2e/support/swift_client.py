"""A client for tests that send thousands of requests: with http.client, Python would need more of
the processors than the bank does."""

import http.client
import json
import socket
from urllib.parse import urlsplit

from rest_client import Answer, RestClient


class SwiftClient(RestClient):
    """As RestClient, over TLS only; one write per request, and as few reads as possible."""

    def __init__(self, address, tls, timeout_s=30, user_agent="bankd-tests"):
        super().__init__(address, tls, timeout_s, user_agent)
        parts = urlsplit(address)
        self._place = parts.hostname, parts.port
        self._tls = tls
        self._timeout_s = timeout_s
        self._socket = None

    def _exchange_once(self, method, path, body, headers):
        if self._socket is None:
            self._socket = self._connect()
        lines = [f"{method} {path} HTTP/1.1", "Host: {}:{}".format(*self._place)]
        lines += [f"{name}: {value}" for name, value in headers.items()]
        if body is not None:
            lines.append(f"Content-Length: {len(body)}")
        head = "\r\n".join(lines) + "\r\n\r\n"
        self._socket.sendall(head.encode("latin-1") + (body or b""))
        return self._receive()

    def _connect(self):
        plain = socket.create_connection(self._place, self._timeout_s)
        try:
            plain.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            return self._tls.wrap_socket(plain, server_hostname=self._place[0])
        except OSError:
            plain.close()
            raise

    def _receive(self):
        received = self._more(b"")
        while (end := received.find(b"\r\n\r\n")) < 0:
            received = self._more(received)
        first, *lines = received[:end].decode("latin-1").split("\r\n")
        headers = {}
        for line in lines:
            name, _, value = line.partition(": ")
            headers[name.lower()] = value
        size = end + 4 + int(headers.get("content-length", 0))
        while len(received) < size:
            received = self._more(received)
        self._is_fresh = False
        if headers.get("connection") == "close":
            self.close()
        content = received[end + 4 :]
        is_json = content and "json" in headers.get("content-type", "")
        return Answer(int(first.split()[1]), headers, json.loads(content) if is_json else None)

    def _more(self, received):
        more = self._socket.recv(65536)
        if more:
            return received + more
        if received:
            raise http.client.IncompleteRead(received)
        raise http.client.RemoteDisconnected("the bank ended the connection")

    def close(self):
        super().close()
        if self._socket is not None:
            self._socket.close()
            self._socket = None


def log_in(people, name):
    """A new session of this user on a new connection."""
    client = people.log_in(name)
    client.close()
    swift = SwiftClient(people.bank.address, people.bank.tls)
    swift.access_token = client.access_token
    return swift
