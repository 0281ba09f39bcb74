#!/usr/bin/env python3
"""A core that requires its sandbox and reaches its database by TCP: the only case in which its unit
may use network sockets."""

import os
import shutil
import socket
import subprocess
import sys
import threading
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

from support import runner, sandbox
from support.apart import ApartBank
from support.bank import free_port

CONFIGURATION_ERROR = 78


class Relay:
    """Forwards connections to a port of 127.0.0.1 to a server's Unix socket, and back."""

    def __init__(self, path):
        self._path = path
        self.port = free_port()
        self._listener = socket.create_server(("127.0.0.1", self.port))
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self):
        while True:
            try:
                client, _ = self._listener.accept()
            except OSError:
                return
            threading.Thread(target=self._serve, args=(client,), daemon=True).start()

    def _serve(self, client):
        with client, socket.socket(socket.AF_UNIX) as server:
            server.connect(self._path)
            forth = threading.Thread(target=self._pass, args=(client, server), daemon=True)
            forth.start()
            self._pass(server, client)
            forth.join()

    @staticmethod
    def _pass(source, target):
        try:
            while data := source.recv(65536):
                target.sendall(data)
            target.shutdown(socket.SHUT_WR)
        except OSError:
            pass

    def close(self):
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()


class SandboxedBank(ApartBank):
    """Its core runs in the sandbox, which the configuration requires of the core only.

    All of them run as one user: only root could give a socket to another.
    """

    has_network = True

    def configure(self, settings):
        users = {"rest_user": str(sandbox.USER), "admin_user": str(sandbox.USER)}
        super().configure({"core": users, **settings})

    def start_host(self, name):
        with open(self.log_path, "ab") as log:
            self.hosts[name] = subprocess.Popen(
                sandbox.as_user(self.bankd("--host", name)), stdout=log, stderr=log
            )

    def start_core(self):
        config = os.path.join(self.directory, "core.conf")
        shutil.copy(self.config_path, config)
        with open(config, "a", encoding="utf-8") as file:
            file.write("[daemon]\nsandbox = required\n")
        keys = os.path.join(self.directory, "keys")
        for path in (self.directory, keys, *(entry.path for entry in os.scandir(keys))):
            os.chown(path, sandbox.USER, sandbox.USER)
        program = [self.bankd()[0], "--config", config, "--core"]
        with open(self.log_path, "ab") as log:
            self.process = subprocess.Popen(
                sandbox.command(program, self.has_network), stdout=log, stderr=log
            )


@unittest.skipUnless(os.getuid() == 0, "only root can make a sandbox")
class NetworkDatabaseTest(unittest.TestCase):
    def make(self):
        bank = SandboxedBank()
        self.addCleanup(bank.close)
        self.relay = Relay(os.path.join(bank.database.host, ".s.PGSQL.5432"))
        self.addCleanup(self.relay.close)
        self.connect(bank, "hostaddr=127.0.0.1 port={port}")
        return bank.prepare()

    def connect(self, bank, hosts):
        """`hosts` is a format of the relay's port."""
        where = hosts.format(port=self.relay.port)
        connections = {
            key: f"{where} dbname={bank.database.name} user={role}"
            for key, role in (("connection", "bankd"), ("owner_connection", "bank_owner"))
        }
        bank.configure({"database": connections})

    def test_the_bank_starts_however_the_address_is_written(self):
        for hosts in (
            "hostaddr=127.0.0.1 port={port}",
            "host=/nowhere,127.0.0.1 port={port}",
            "host=/nowhere hostaddr=127.0.0.1 port={port}",
        ):
            with self.subTest(hosts):
                bank = self.make()
                self.connect(bank, hosts)
                bank.start()
                self.assertIn("The sandbox is complete.", bank.log())
                self.assertEqual(bank.stop(), 0)

    def test_network_sockets_without_a_reason_are_no_sandbox(self):
        bank = self.make()
        self.connect(bank, "host=/run/a,/run/b")
        bank.start_core()
        self.assertEqual(bank.process.wait(60), CONFIGURATION_ERROR)
        self.assertIn("it can open network sockets", bank.log())

    def test_a_core_without_them_is_whole_but_for_the_database_that_it_cannot_reach(self):
        bank = self.make()
        self.connect(bank, "host=/run/a,/run/b")
        bank.has_network = False
        bank.start_core()
        bank.await_log("The sandbox is complete.")
        bank.await_log("cannot connect")


if __name__ == "__main__":
    runner.main()
