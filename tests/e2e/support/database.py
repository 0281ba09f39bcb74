"""Databases of the tests: on the cluster that tests/run started, or on a separate cluster."""

import os
import re
import shutil
import signal
import subprocess
import tempfile
import time
import unittest
import uuid

from support import BUILD, ROOT, kept

CLUSTER = os.path.join(ROOT, "packaging", "cluster")


def run(*command, text=None):
    done = subprocess.run(
        command, input=text, capture_output=True, text=True, timeout=330, check=False
    )
    if done.returncode != 0:
        raise AssertionError(f"{' '.join(command)}: {done.stdout}{done.stderr}")
    return done.stdout


def without_guards(sql, *tables):
    """`sql`, which an owner of the database runs who leaves the tables' triggers as they were."""
    named = ", ".join(f"'bank.{table}'::regclass" for table in tables)
    kept = (
        "create temporary table guards as select tgrelid::regclass as of, tgname, tgenabled"
        f" from pg_trigger where tgrelid in ({named}) and not tgisinternal;"
    )
    off = "".join(f"alter table bank.{table} disable trigger user;" for table in tables)
    on = (
        "do $$ declare one record; begin"
        " for one in select * from guards where tgenabled <> 'D' loop"
        " execute format('alter table %s enable %s trigger %I', one.of,"
        " case one.tgenabled when 'A' then 'always' when 'R' then 'replica' end, one.tgname);"
        " end loop; end $$; drop table guards"
    )
    return f"{kept}{off}{sql};{on}"


class Database:
    """A separate database on a running cluster; `drop` removes it.

    It is a copy of one that this bankd has migrated, so that a bank's own migration is quick.
    """

    def __init__(self):
        self._superuser = os.environ.get("BANK_TEST_PG", "")
        if not self._superuser:
            raise unittest.SkipTest("BANK_TEST_PG names no PostgreSQL; tests/run starts one")
        self.host = re.search(r"host=(\S+)", self._superuser).group(1)
        self.name = "e2e_" + uuid.uuid4().hex[:12]
        self._copies = []
        template = self._migrated()
        self.query(f"create database {self.name} template {template} owner bank_owner")
        self._prepare_roles()  # A copy lacks the grants on the database itself.

    def _migrated(self):
        """The name of the template, which the first test that needs it creates."""
        bankd = os.stat(os.path.join(BUILD, "bin", "bankd"))
        name = f"e2e_migrated_{bankd.st_ino}_{bankd.st_mtime_ns}"
        is_there = f"select 1 from pg_database where datname = '{name}'"
        if not self.query(is_there):
            self.query(f"create database {self.name} owner bank_owner")
            self._prepare_roles()
            self._migrate()
            try:
                self.query(f"alter database {self.name} rename to {name}")
            except AssertionError:
                self.query(f"drop database {self.name}")
                if not self.query(is_there):  # Otherwise another test was faster.
                    raise
        return name

    def _migrate(self):
        with tempfile.NamedTemporaryFile("w", suffix=".conf", encoding="utf-8") as config:
            config.write(
                f"[database]\nconnection = {self.connection('bankd')}\n"
                f"owner_connection = {self.connection('bank_owner')}\n[plugins]\nload =\n"
            )
            config.flush()
            run(os.path.join(BUILD, "bin", "bankd"), "--config", config.name, "--migrate")

    def _prepare_roles(self):
        """The script may be repeated, but not concurrently with another test."""
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

    def keep(self, name):
        """Makes a copy for `put_back` to restore. Requires that there are no connections."""
        self.query(f"create database {self.name}_{name} template {self.name}")
        self._copies.append(f"{self.name}_{name}")

    def put_back(self, name):
        self.query(f"drop database if exists {self.name} with (force)")
        self.query(f"create database {self.name} template {self.name}_{name} owner bank_owner")
        self._prepare_roles()

    def drop(self):
        for name in (self.name, *self._copies):
            self.query(f"drop database if exists {name} with (force)")


class OwnCluster:
    """A cluster that a test may kill. Its database is `bankd`."""

    name = "bankd"
    parent = None  # The directory's parent; otherwise tempfile chooses it.

    def __init__(self):
        if not os.environ.get("BANK_TEST_PG"):
            raise unittest.SkipTest("BANK_TEST_PG names no PostgreSQL; tests/run starts one")
        self._directory = tempfile.mkdtemp(prefix="pg.", dir=self.parent)
        os.chmod(self._directory, 0o711)
        self._cluster = os.path.join(self._directory, "c")
        self.data = os.path.join(self._cluster, "data")
        self.host = os.path.join(self._cluster, "run")
        self.create()
        self.start()

    def create(self):
        run(CLUSTER, "create", self._cluster, "--test")

    def connection(self, role):
        return f"host={self.host} dbname=bankd user={role}"

    def query(self, sql, role="postgres"):
        """Rows as tab-separated lines."""
        connection = self.connection(role)
        return run("psql", "-XqAt", "-F\t", "-v", "ON_ERROR_STOP=1", "-d", connection, "-c", sql)

    def start(self):
        run(CLUSTER, "start", self._cluster)

    def stop(self):
        run(CLUSTER, "stop", self._cluster)

    def halt(self):
        """Stops it immediately and without a checkpoint, if it runs."""
        try:
            server = self.process_id()
            if self._works_here(server):
                os.kill(server, signal.SIGQUIT)
        except (FileNotFoundError, ProcessLookupError):
            pass
        self.await_end()

    def await_end(self):
        """Waits for the end of its current work, such as archiving."""
        deadline = time.monotonic() + 30
        while any(self._works_here(entry) for entry in os.listdir("/proc") if entry.isdigit()):
            if time.monotonic() > deadline:
                raise AssertionError(f"processes remain in {self.data}")
            time.sleep(0.02)

    def _works_here(self, process):
        try:
            return os.readlink(f"/proc/{process}/cwd") == self.data
        except OSError:
            return False

    def process_id(self):
        with open(os.path.join(self.data, "postmaster.pid"), encoding="utf-8") as file:
            return int(file.readline())

    def processes(self):
        """The process ids of the server and its sessions."""
        server = self.process_id()
        with open(f"/proc/{server}/task/{server}/children", encoding="utf-8") as file:
            return [server] + [int(word) for word in file.read().split()]

    def directories(self):
        """All of its directories."""
        return [self._directory]

    def keep(self, name):
        self.stop()
        kept.keep(name, self.directories())

    def put_back(self, name):
        """Restores the kept state, stopped."""
        self.halt()
        kept.put_back(name, self.directories())

    def drop(self):
        self.halt()
        kept.drop(self.directories())


class OpenTransaction:
    """A transaction of the superuser that has run one statement and stays open until `end`."""

    def __init__(self, database, statement):
        self._psql = subprocess.Popen(
            ["psql", "-XqAt", "-d", database.connection("postgres")],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        )
        self._send(f"begin; {statement}; select 'open';\n")
        for line in self._psql.stdout:
            if line == "open\n":
                return
        raise AssertionError(f"{statement} failed")

    def _send(self, text):
        self._psql.stdin.write(text)
        self._psql.stdin.flush()

    def end(self):
        if self._psql.returncode is None:
            self._psql.communicate("rollback;\n", 30)
