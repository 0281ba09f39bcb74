"""The packages of bankd, installed in a booted container: the interface of Bank, for the tests."""

import glob
import http.client
import os
import socket
import threading
import time

import rest_client
from support import ROOT
from support.container import Container, run
from support.swift_client import SwiftClient

DEBS = os.environ.get("BANK_TEST_DEBS", os.path.join(ROOT, "build", "deb"))
PORT = 8443
# The services that a front end's client depends on, from the outside in.
SERVICES = ("bankd-rest", "bankd-admin", "bankd")
SOCKETS = ("bankd-rest.socket", "bankd-admin.socket", "bankd-core.socket")
READY_WITHIN_S = 60
# Returns when another process runs. Inside the container, because querying a unit from outside is
# slower.
KILL = """
main_pid() { systemctl show --value -p MainPID "$0"; }
before=$(main_pid)
systemctl kill --signal=KILL "$0"
while now=$(main_pid) && [ "$now" = 0 -o "$now" = "$before" ]; do sleep 0.02; done
"""


def packages():
    found = [path for path in glob.glob(os.path.join(DEBS, "*.deb")) if "-dbgsym_" not in path]
    if not found:
        raise AssertionError(f"there are no packages in {DEBS}: run packaging/build-deb")
    return sorted(found)


class Appliance:
    def __init__(self):
        self.packages = packages()
        self.container = Container(self.packages)
        self.address = f"https://127.0.0.1:{PORT}"
        self.tls = None
        # For programs that expect the path of a bankctl.
        self.bankctl_path = os.path.join(self.container.directory, "bankctl")

    def install(self):
        """With the database on a small file system of its own, which can be filled."""
        books = self.container.path("/var/lib/bankd-postgres")
        os.makedirs(books)
        run("mount", "-t", "tmpfs", "-o", "size=1g,mode=0700", "bankd-books", books)
        self.boot()
        return self.container.install(*self.packages)

    def boot(self):
        self.container.boot()
        self.container.share_network()
        with open(self.bankctl_path, "w", encoding="utf-8") as file:
            enter = " ".join(self.container.enter("/usr/bin/bankctl"))
            file.write(f'#!/bin/sh\nPATH=/usr/sbin:/usr/bin:/sbin:/bin exec {enter} "$@"\n')
        os.chmod(self.bankctl_path, 0o755)

    def trust(self):
        certificate = self.container.do(
            "systemd-creds",
            "decrypt",
            "--name=tls-certificate.pem",
            "/etc/credstore.encrypted/bankd.tls-certificate.pem",
            "-",
        ).stdout
        path = os.path.join(self.container.directory, "certificate.pem")
        with open(path, "w", encoding="utf-8") as file:
            file.write(certificate)
        self.tls = rest_client.trusting(path)

    def await_ready(self):
        deadline = time.monotonic() + READY_WITHIN_S
        while not self.is_ready():
            if time.monotonic() > deadline:
                raise AssertionError(f"bankd was not ready in time:\n{self.log()}")
            time.sleep(0.02)

    def is_ready(self):
        client = self.client(timeout_s=5)
        try:
            return client.get("/readyz").status == 200
        except (OSError, http.client.HTTPException):
            return False
        finally:
            client.close()

    def kill(self, service):
        """SIGKILL, as the kernel would when out of memory; returns when another process runs."""
        killed = self.container.do(
            "timeout", str(READY_WITHIN_S), "sh", "-c", KILL, service, check=False
        )
        if killed.returncode != 0:
            raise AssertionError(f"{service} was not started again: {killed.stderr}\n{self.log()}")

    def client(self, **options):
        return SwiftClient(self.address, self.tls, **options)

    def bankctl(self, *arguments, text=""):
        return self.container.do("bankctl", *arguments, text=text, check=False)

    def log(self):
        return self.container.journal("-u", "bankd*", "-n", "200")

    def close(self):
        self.container.end()
        run("umount", "--lazy", self.container.path("/var/lib/bankd-postgres"), check=False)
        self.container.close()


class Callers:
    """New connections to the REST port, one after the other, as from many small clients."""

    def __init__(self):
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run)
        self.reached = 0
        self.refused = []

    def __enter__(self):
        self._thread.start()
        return self

    def __exit__(self, *_):
        self._stop.set()
        self._thread.join()

    def _run(self):
        while not self._stop.is_set():
            try:
                socket.create_connection(("127.0.0.1", PORT), timeout=20).close()
                self.reached += 1
            except OSError as error:
                self.refused.append(repr(error))
            time.sleep(0.01)
