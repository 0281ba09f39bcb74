#!/usr/bin/env python3
"""The core and its front ends in separate processes: the demo scenario, kills of each under load,
and requests that the core rejects on its sockets."""

import os
import socket
import struct
import sys
import time
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

from support import runner
from support.apart import ApartBank
from support.audit_log import AuditLog
from support.bank import BUILD
from support.load import Load
from support.people import People, assert_sound, expect

import credentials
import demonstration_bank
from main_job import MainJob
from test_main_job import Outcomes

HEADER = struct.Struct(">IBQ")
HELLO, WELCOME, REFUSED, CALL, RESULT = 1, 2, 3, 4, 5
EXPORT_AUDIT, SYSTEM_STATUS = 36, 39
RATE_SIZE = 1 + 5 * 4  # What each result begins with.


def text(value):
    return struct.pack(">I", len(value)) + value.encode()


def refusal(result):
    """The number of the code that a result refuses with; nothing if it does not."""
    is_ok, code = struct.unpack_from(">?H", result, RATE_SIZE)
    return None if is_ok else code


class Wire:
    """A peer on a core socket that sends arbitrary bytes."""

    def __init__(self, path):
        self.socket = socket.socket(socket.AF_UNIX)
        self.socket.settimeout(10)
        self.socket.connect(path)

    def send(self, kind, payload, number=0):
        self.socket.sendall(HEADER.pack(len(payload), kind, number) + payload)

    def receive(self):
        """(kind, payload); nothing once the core has closed the connection."""
        header = self._exactly(HEADER.size)
        if header is None:
            return None
        size, kind, _ = HEADER.unpack(header)
        return kind, self._exactly(size)

    def _exactly(self, size):
        data = b""
        while len(data) < size:
            try:
                more = self.socket.recv(size - len(data))
            except ConnectionResetError:
                more = b""
            if not more:
                return None
            data += more
        return data

    def greet(self, fingerprint, front_end):
        hello = text("bankd-wire/1") + fingerprint + text(front_end) + text("test")
        try:
            self.send(HELLO, hello)
        except BrokenPipeError:  # Closed before the first message.
            return None
        return self.receive()

    def close(self):
        self.socket.close()


class ApartTest(unittest.TestCase):
    def make(self, settings=None):
        bank = ApartBank(settings)
        self.addCleanup(bank.close)
        return bank.start()

    def test_the_main_job_has_every_expected_outcome(self):
        bank = self.make()
        people = credentials.load_or_make(os.path.join(bank.directory, "logins.json"))
        program = os.path.join(BUILD, "bin", "bankctl")
        arguments = (program, bank.socket, bank.address, bank.tls, people)
        self.assertEqual(demonstration_bank.fill(*arguments), list(people))
        outcomes = Outcomes()
        failed = MainJob(bank.address, bank.tls, people, outcomes).run()
        self.assertEqual((failed, outcomes.wrong), (0, []))
        self.assertGreater(outcomes.count, 20)
        exported = os.path.join(bank.directory, "trail.export")
        done = bank.bankctl("audit", "export", exported)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertGreater(os.path.getsize(exported), 10_000)
        self.assertEqual(bank.stop(), 0)

    def test_each_process_killed_under_load_costs_no_transfer_and_needs_no_other_restart(self):
        bank = self.make(
            {
                "identity": {"access_token_lifetime_s": "3600"},
                "audit": {"checkpoint_interval_s": "1"},
            }
        )
        people = People(bank)
        debit = people.open_account("alice", deposit=10_000_000)
        credits = [people.open_account("bob") for _ in range(4)]
        load = Load(people, debit, credits).start(8)

        def go_on():
            settled = len(load.settled)
            deadline = time.monotonic() + 30
            while len(load.settled) < settled + 50:
                self.assertLess(time.monotonic(), deadline, "no load:\n" + bank.log()[-3000:])
                time.sleep(0.01)

        rest = bank.hosts["rest"].pid
        for _ in range(3):
            go_on()
            bank.kill()
            bank.start_core()
            bank.await_ready()
        self.assertIsNone(bank.hosts["rest"].poll())
        self.assertEqual(bank.hosts["rest"].pid, rest)
        for name in ("rest", "admin"):
            go_on()
            bank.hosts[name].kill()
            bank.hosts[name].wait(30)
            bank.start_host(name)
            bank.await_ready()
        go_on()
        load.stop()

        load.settle(people.log_in("clerk"))
        load.check(self)
        self.assertEqual(load.problems, [])
        assert_sound(self, people)
        self.assertEqual(bank.bankctl("status").returncode, 0)
        self.assertEqual(bank.stop(), 0)
        AuditLog(bank.database).check(self, [int(one) for one in load.settled.values()])
        print(f"{len(load.settled)} transfers over 5 kills", flush=True)

    def test_without_a_core_requests_are_refused_early_and_served_again_once_it_is_back(self):
        bank = self.make({"core": {"patience_ms": "300"}})
        people = People(bank)
        bank.kill()
        # The first request waits for the full patience; later ones fail at once.
        expect(people.teller.get("/v1/accounts"), 503, "storage_unavailable")
        started = time.monotonic()
        answer = people.teller.get("/v1/accounts")
        self.assertEqual((answer.status, answer.code), (503, "storage_unavailable"))
        self.assertIn("retry-after", answer.headers)
        self.assertEqual(people.teller.get("/readyz").status, 503)
        self.assertLess(time.monotonic() - started, 1)
        bank.start_core()
        bank.await_ready()
        self.assertEqual(people.teller.get("/v1/accounts").status, 200)

    def test_a_request_that_meets_a_restarting_core_waits_for_it(self):
        bank = self.make({"core": {"patience_ms": "30000"}})
        people = People(bank)
        bank.kill()
        bank.start_core()
        self.assertEqual(people.teller.get("/v1/accounts").status, 200)

    def fingerprint(self, bank):
        """The protocol's fingerprint, read from a connection of the program's own front end."""
        path = bank.core_socket("rest")
        os.rename(path, path + ".moved")
        listener = socket.socket(socket.AF_UNIX)
        listener.bind(path)
        listener.listen(1)
        listener.settimeout(20)
        bank.hosts["rest"].kill()
        bank.hosts["rest"].wait(30)
        bank.start_host("rest")
        peer, _ = listener.accept()
        peer.settimeout(10)
        size, _, _ = HEADER.unpack(peer.recv(HEADER.size, socket.MSG_WAITALL))
        hello = peer.recv(size, socket.MSG_WAITALL)
        peer.close()
        listener.close()
        os.rename(path + ".moved", path)
        start = len(text("bankd-wire/1"))
        return hello[start : start + 8]

    def test_the_core_refuses_what_is_not_a_front_ends_own(self):
        bank = self.make()
        right = self.fingerprint(bank)
        bank.await_ready()

        with self.subTest("another version of the protocol"):
            peer = Wire(bank.core_socket("rest"))
            kind, sentence = peer.greet(b"\0" * 8, "rest")
            self.assertEqual(kind, REFUSED)
            self.assertIn(b"another version of the protocol", sentence)
            self.assertIsNone(peer.receive())
            peer.close()

        with self.subTest("the door of another front end"):
            peer = Wire(bank.core_socket("rest"))
            self.assertEqual(peer.greet(right, "admin")[0], REFUSED)
            peer.close()

        with self.subTest("a call before the greeting"):
            peer = Wire(bank.core_socket("rest"))
            peer.send(CALL, struct.pack(">H", SYSTEM_STATUS), 1)
            self.assertIsNone(peer.receive())
            peer.close()

        with self.subTest("an operation outside the table"):
            peer = Wire(bank.core_socket("rest"))
            self.assertEqual(peer.greet(right, "rest")[0], WELCOME)
            caller = text("") + b"\0" + text("") + text("") + bytes(16) + b"\0"
            peer.send(CALL, struct.pack(">H", EXPORT_AUDIT) + caller + bytes(8) + b"\0", 7)
            kind, result = peer.receive()
            self.assertEqual((kind, refusal(result)), (RESULT, 124))
            peer.close()
            bank.await_log("requested export_audit")
            rows = bank.database.query(
                "select outcome from bank.audit_logs where action = 'refuse_operation'",
                bank.database.name,
            )
            self.assertIn("permission_denied", str(rows))

        with self.subTest("a local administrator who comes by the door of rest"):
            peer = Wire(bank.core_socket("rest"))
            self.assertEqual(peer.greet(right, "rest")[0], WELCOME)
            caller = text("") + b"\1" + bytes(12) + text("") + text("") + bytes(16) + b"\0"
            peer.send(CALL, struct.pack(">H", SYSTEM_STATUS) + caller, 8)
            kind, result = peer.receive()
            self.assertEqual((kind, refusal(result)), (RESULT, 120))
            peer.close()

        with self.subTest("bytes that are no frame"):
            peer = Wire(bank.core_socket("rest"))
            self.assertEqual(peer.greet(right, "rest")[0], WELCOME)
            peer.socket.sendall(b"GET / HTTP/1.1\r\n\r\n")
            self.assertIsNone(peer.receive())
            peer.close()
        self.assertTrue(bank.is_ready())

    @unittest.skipUnless(os.getuid() == 0, "only root can give a socket to another user")
    def test_a_peer_that_is_not_the_front_ends_user_is_refused(self):
        bank = self.make()
        bank.stop()
        os.truncate(bank.log_path, 0)
        bank.configure({"core": {"rest_user": "12345"}})
        bank.start_core()
        bank.await_log("serves")
        self.assertEqual(os.stat(bank.core_socket("rest")).st_uid, 12345)
        self.assertEqual(os.stat(bank.core_socket("rest")).st_mode & 0o777, 0o700)
        peer = Wire(bank.core_socket("rest"))
        self.assertIsNone(peer.greet(b"\0" * 8, "rest"))
        peer.close()
        bank.await_log("Rejected user 0 at the socket of the front end rest")


if __name__ == "__main__":
    runner.main()
