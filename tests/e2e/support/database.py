"""Databases of the tests: on the cluster that tests/run started, or on a cluster of their own."""

import os
import re
import shutil
import subprocess
import tempfile
import time
import unittest
import uuid

from support import ROOT

CLUSTER = os.path.join(ROOT, "packaging", "cluster")


def run(*command, text=None):
    done = subprocess.run(
        command, input=text, capture_output=True, text=True, timeout=330, check=False
    )
    if done.returncode != 0:
        raise AssertionError(f"{' '.join(command)}: {done.stdout}{done.stderr}")
    return done.stdout


class Database:
    """A database of its own on a running cluster; `drop` removes it."""

    def __init__(self):
        self._superuser = os.environ.get("BANK_TEST_PG", "")
        if not self._superuser:
            raise unittest.SkipTest("BANK_TEST_PG names no PostgreSQL; tests/run starts one")
        self.host = re.search(r"host=(\S+)", self._superuser).group(1)
        self.name = "e2e_" + uuid.uuid4().hex[:12]
        self.query(f"create database {self.name} owner bank_owner")
        self._prepare_roles()

    def _prepare_roles(self):
        """The script may be repeated, but not at the same time as another test does it."""
        conninfo = re.sub(r"dbname=\S+", f"dbname={self.name}", self._superuser)
        script = os.path.join(ROOT, "core", "sql", "roles.sql")
        for is_last in (False,) * 20 + (True,):
            try:
                run("psql", "-Xq", "-v", "ON_ERROR_STOP=1", "-d", conninfo, "-f", script)
                return
            except AssertionError as error:
                if is_last or "concurrently" not in str(error):
                    raise
                time.sleep(0.1)

    def connection(self, role):
        return f"host={self.host} dbname={self.name} user={role}"

    def query(self, sql, database=None):
        """As the superuser of the cluster; rows as tab-separated lines."""
        conninfo = self._superuser
        if database:
            conninfo = re.sub(r"dbname=\S+", f"dbname={database}", conninfo)
        return run("psql", "-XqAt", "-F\t", "-v", "ON_ERROR_STOP=1", "-d", conninfo, "-c", sql)

    def drop(self):
        self.query(f"drop database if exists {self.name} with (force)")


class OwnCluster:
    """A cluster that a test may kill. Its database is `bankd`."""

    name = "bankd"

    def __init__(self):
        if not os.environ.get("BANK_TEST_PG"):
            raise unittest.SkipTest("BANK_TEST_PG names no PostgreSQL; tests/run starts one")
        self._directory = tempfile.mkdtemp(prefix="pg.")
        os.chmod(self._directory, 0o711)
        self._cluster = os.path.join(self._directory, "c")
        self.host = os.path.join(self._cluster, "run")
        run(CLUSTER, "create", self._cluster, "--test")
        self.start()

    def connection(self, role):
        return f"host={self.host} dbname=bankd user={role}"

    def start(self):
        run(CLUSTER, "start", self._cluster)

    def process_id(self):
        with open(os.path.join(self._cluster, "data", "postmaster.pid"), encoding="utf-8") as file:
            return int(file.readline())

    def processes(self):
        """The server's and its sessions' process numbers."""
        server = self.process_id()
        with open(f"/proc/{server}/task/{server}/children", encoding="utf-8") as file:
            return [server] + [int(word) for word in file.read().split()]

    def drop(self):
        run(CLUSTER, "destroy", self._cluster)
        shutil.rmtree(self._directory, ignore_errors=True)
