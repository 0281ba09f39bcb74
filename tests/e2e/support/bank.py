"""A real bankd: own database, keys, sockets and port; REST over TLS."""

import http.client
import os
import random
import re
import signal
import socket
import subprocess
import tempfile
import threading
import time

import rest_client
from rest_client import RestClient
from support import BUILD, kept
from support.database import Database

READY_WITHIN_S = 60

# No budgets and cheap hashes, so that a test meets them only where it asks for them.
SETTINGS = {
    "bank": {"country": "DE", "bank_code": "99999999", "currencies": "EUR,USD,CZK"},
    "database": {"pool_size": "8"},
    "identity": {"bcrypt_cost": "4"},
    "rates": {
        "login_per_minute": "0",
        "read_per_minute": "0",
        "write_per_minute": "0",
        "money_per_minute": "0",
    },
    "log": {"target": "stderr", "level": "info"},
}


def free_port():
    """A port that no other test takes before it is bound, nor later while the bank is down.

    It is below the kernel's ephemeral ports.
    """
    with open("/proc/sys/net/ipv4/ip_local_port_range", encoding="utf-8") as file:
        end = int(file.read().split()[0])
    while True:
        port = random.randrange(max(1024, end // 2), max(2048, end))
        claim = socket.socket(socket.AF_UNIX)
        try:
            claim.bind(f"\0bankd-test-port-{port}")
            with socket.socket() as probe:
                probe.bind(("127.0.0.1", port))
        except OSError:
            claim.close()
            continue
        claim.detach()  # It ends with this process.
        return port


class Bank:
    """Started and stopped by its test; `close` also removes its database and files.

    The thread that starts the daemon must live as long as it: the daemon dies with that thread.
    """

    def __init__(self, settings=None, database=None):
        self.database = database or Database()
        self.directory = tempfile.mkdtemp(prefix="bank.")
        self.port = free_port()
        self.address = f"https://127.0.0.1:{self.port}"
        self.socket = os.path.join(self.directory, "admin.sock")
        self.log_path = os.path.join(self.directory, "log")
        self.config_path = os.path.join(self.directory, "bankd.conf")
        self.configure(settings or {})
        self.process = None
        self.tls = None

    # Start and stop.

    def configure(self, settings):
        sections = {name: dict(values) for name, values in SETTINGS.items()}
        own = {
            "database": {
                "connection": self.database.connection("bankd"),
                "owner_connection": self.database.connection("bank_owner"),
            },
            "keys": {"directory": os.path.join(self.directory, "keys")},
            "admin-access": {"uids": str(os.getuid())},
            "plugins": {"directory": os.path.join(BUILD, "plugins")},
            "rest": {"address": "127.0.0.1", "port": str(self.port)},
            "admin": {"socket": self.socket, "socket_mode": "0600"},
        }
        for source in (own, settings):
            for name, values in source.items():
                sections.setdefault(name, {}).update(values)
        with open(self.config_path, "w", encoding="utf-8") as file:
            for name, values in sections.items():
                file.write(f"[{name}]\n")
                file.writelines(f"{key} = {value}\n" for key, value in values.items())

    def bankd(self, *arguments):
        program = os.path.join(BUILD, "bin", "bankd")
        return [program, "--config", self.config_path, *arguments]

    def prepare(self):
        for what in ("--make-keys", "--migrate"):
            done = subprocess.run(
                self.bankd(what), capture_output=True, text=True, timeout=120, check=False
            )
            if done.returncode != 0:
                raise AssertionError(f"bankd {what}: {done.stdout}{done.stderr}")
        self.tls = rest_client.trusting(os.path.join(self.directory, "keys", "tls-certificate.pem"))
        return self

    def launch(self):
        """Starts it and does not wait."""
        if self.tls is None:
            self.prepare()
        with open(self.log_path, "ab") as log:
            # Even SIGKILL of the test leaves no daemon behind.
            self.process = subprocess.Popen(
                ["setpriv", "--pdeathsig", "KILL", "--", *self.bankd()], stdout=log, stderr=log
            )
        return self

    def start(self):
        self.launch()
        self.await_ready()
        return self

    def await_ready(self):
        """Waits until both of its front ends answer."""
        deadline = time.monotonic() + READY_WITHIN_S
        while not (self.is_ready() and self.is_administrable()):
            if self.process.poll() is not None:
                raise AssertionError(f"bankd ended with {self.process.returncode}:\n{self.log()}")
            if time.monotonic() > deadline:
                raise AssertionError(f"bankd was not ready in time:\n{self.log()}")
            time.sleep(0.05)

    def is_ready(self):
        client = self.client(timeout_s=5)
        try:
            return client.get("/readyz").status == 200
        except (OSError, http.client.HTTPException):
            return False
        finally:
            client.close()

    def is_administrable(self):
        with socket.socket(socket.AF_UNIX) as probe:
            return probe.connect_ex(self.socket) == 0

    def stop(self, within_s=30):
        """Stops it; returns its exit code."""
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(within_s)

    def kill(self):
        self.process.kill()
        self.process.wait(30)

    def reload(self):
        self.process.send_signal(signal.SIGHUP)

    def keep(self, name):
        """Stops it; `put_back` restores this state."""
        if self.stop() != 0:
            raise AssertionError(f"bankd ended with {self.process.returncode}:\n{self.log()}")
        os.truncate(self.log_path, 0)  # A case reads its own messages.
        self.database.keep(name)
        kept.keep(name, [self.directory])

    def put_back(self, name):
        self.end()
        self.database.put_back(name)
        kept.put_back(name, [self.directory])

    def end(self):
        if self.process and self.process.poll() is None:
            self.kill()

    def close(self):
        self.end()
        self.database.drop()
        kept.drop([self.directory])

    # Requests.

    def client(self, **options):
        return RestClient(self.address, self.tls, user_agent="bankd-tests", **options)

    def log(self):
        with open(self.log_path, encoding="utf-8", errors="replace") as file:
            return file.read()

    def await_log(self, pattern, since=0):
        """The match of a pattern in the log after a position; waits for the logging thread."""
        deadline = time.monotonic() + 30
        while not (found := re.search(pattern, self.log()[since:])):
            if time.monotonic() > deadline:
                raise AssertionError(f"{pattern} was not logged:\n{self.log()[-4000:]}")
            time.sleep(0.02)
        return found

    def bankctl(self, *arguments, text=""):
        return subprocess.run(
            [os.path.join(BUILD, "bin", "bankctl"), "--socket", self.socket, *arguments],
            input=text,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )


def in_threads(count, work):
    """Runs work(0) .. work(count - 1) concurrently; their results in order, or the first error."""
    results, errors = [None] * count, []

    def run(index):
        try:
            results[index] = work(index)
        except BaseException as error:  # pylint: disable=broad-except
            errors.append(error)

    threads = [threading.Thread(target=run, args=(index,)) for index in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if errors:
        raise errors[0]
    return results
