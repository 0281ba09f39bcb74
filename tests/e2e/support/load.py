"""Transfers under load while a process dies, and the proof that each was posted exactly once."""

import http.client
import threading
import time

from rest_client import money, new_key
from support.people import expect


class Load:
    """Several clients send transfers of 1 from one account to others until stopped.

    Each keeps its last key until it is answered with an outcome, as a good client must.
    """

    def __init__(self, people, debit, credits):
        self._people = people
        self._debit = debit
        self._credits = credits
        self._stop = threading.Event()
        self._threads = []
        self._lock = threading.Lock()
        self.settled = {}  # Key: transfer id, as acknowledged.
        self.unsettled = {}  # Key: body; sent, but without an outcome when the load stopped.
        self.refusals = []  # (response time in seconds, status, code)
        self.problems = []  # Responses that no client should receive.

    def start(self, clients):
        for index in range(clients):
            client = self._people.log_in("clerk")
            arguments = (client, self._credits[index % len(self._credits)])
            self._threads.append(threading.Thread(target=self._run, args=arguments))
        for thread in self._threads:
            thread.start()
        return self

    def stop(self):
        self._stop.set()
        for thread in self._threads:
            thread.join()
        return self

    def _run(self, client, credit):
        body = {
            "debit_account_no": self._debit["account_no"],
            "credit_account_no": credit["account_no"],
            "amount": money(1),
        }
        while not self._stop.is_set():
            key = new_key()
            with self._lock:
                self.unsettled[key] = body
            while not self._stop.is_set() and not self._try(client, key, body):
                time.sleep(0.02)
        client.close()

    def _try(self, client, key, body):
        """True once there is an outcome."""
        started = time.monotonic()
        try:
            answer = client.post("/v1/transfers", body, key)
        except (OSError, http.client.HTTPException):
            client.close()
            return False
        took = time.monotonic() - started
        with self._lock:
            if answer.status == 201:
                self.settled[key] = answer["id"]
                del self.unsettled[key]
                return True
            self.refusals.append((took, answer.status, answer.code))
            if answer.status != 503:
                self.problems.append((answer.status, answer.body))
        return False

    def settle(self, client):
        """Repeats requests without an outcome; afterwards every key has exactly one."""
        for key, body in list(self.unsettled.items()):
            self.settled[key] = expect(client.post("/v1/transfers", body, key), 201)["id"]
            del self.unsettled[key]

    def check(self, test):
        """No acknowledged transfer is lost, none was posted twice."""
        teller = self._people.log_in("clerk")
        path = f"/v1/accounts/{self._debit['id']}/history"
        entries = [e for e in teller.pages(path) if e["kind"] == "transfer"]
        posted = [entry["transfer_id"] for entry in entries]
        test.assertEqual(len(posted), len(set(posted)))
        test.assertEqual(set(posted), set(self.settled.values()))
        test.assertEqual(len(self.settled), len(set(self.settled.values())))
        teller.close()
