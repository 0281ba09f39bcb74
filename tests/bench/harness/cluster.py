"""The PostgreSQL cluster that all contestants share, and its statistics."""

import contextlib
import os
import re
import shutil
import subprocess

from harness import BENCH, ROOT

CLUSTER = os.path.join(ROOT, "packaging", "cluster")
ROLES = os.path.join(ROOT, "core", "sql", "roles.sql")


class Broken(Exception):
    """Ends the run; its text is one sentence."""


def run(*command, text=None, timeout_s=900, **options):
    done = subprocess.run(
        command, input=text, capture_output=True, text=True, timeout=timeout_s, check=False,
        **options,
    )
    if done.returncode != 0:
        said = (done.stderr or done.stdout).strip()[-2000:]
        raise Broken(f"{' '.join(command[:4])} ended with {done.returncode}: {said}")
    return done.stdout


class Cluster:
    """Created stopped; `start` starts it, `destroy` removes it in any state."""

    def __init__(self, directory):
        self.directory = os.path.join(directory, "cluster")
        self.host = os.path.join(self.directory, "run")
        self.superuser = "postgres" if os.geteuid() == 0 else subprocess.getoutput("id -un")
        self.process_id = 0
        self._sessions = {}

    def start(self):
        run(CLUSTER, "create", self.directory, "--test")
        data = os.path.join(self.directory, "data")
        with open(os.path.join(BENCH, "postgresql.conf"), encoding="utf-8") as file:
            settings = file.read()
        with open(os.path.join(data, "postgresql.conf"), "a", encoding="utf-8") as file:
            file.write("\n" + settings)
        run(CLUSTER, "start", self.directory)
        with open(os.path.join(data, "postmaster.pid"), encoding="utf-8") as file:
            self.process_id = int(file.readline())

    def destroy(self):
        self.forget_sessions()
        if os.path.isdir(os.path.join(self.directory, "data")):
            run(CLUSTER, "destroy", self.directory)

    def connection(self, database, role):
        return f"host={self.host} dbname={database} user={role}"

    def create_database(self, name, owner):
        self.query("postgres", f"create database {name} owner {owner}")
        if owner == "bank_owner":
            self.script(name, ROLES, role=self.superuser)

    def script(self, database, path, role, **variables):
        """Runs an SQL file and returns its output."""
        options = [word for name, value in variables.items() for word in ("-v", f"{name}={value}")]
        return run(
            "psql", "-Xq", "-v", "ON_ERROR_STOP=1", *options,
            "-d", self.connection(database, role), "-f", path,
        )

    def query(self, database, sql):
        """As the superuser, over a persistent connection; rows as lists of strings."""
        if database not in self._sessions:
            self._sessions[database] = Session(self.connection(database, self.superuser))
        return self._sessions[database].query(sql)

    def value(self, database, sql):
        return self.query(database, sql)[0][0]

    def forget_sessions(self):
        """Closes the open connections; each is reopened when needed."""
        for session in self._sessions.values():
            session.close()
        self._sessions = {}

    def settings(self):
        """The version, and every setting that differs from PostgreSQL's built-in default."""
        version = self.value("postgres", "show server_version")
        names = self.query(
            "postgres",
            "select name, current_setting(name) from pg_settings where source ="
            " 'configuration file'"
            " and name !~ '^(log_|lc_|TimeZone|Date|unix_|listen|default_text)'"
            " order by name",
        )
        return version, dict(names)


class Session:
    """psql over pipes: one connection for many queries, without a process for each."""

    END = "---end-of-answer---"

    def __init__(self, connection):
        self._process = subprocess.Popen(
            ["psql", "-XqAt", "-F", "\t", "-v", "ON_ERROR_STOP=1", "-d", connection],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
            start_new_session=True,  # This program handles Ctrl-C.
        )

    def query(self, sql):
        self._process.stdin.write(f"{sql};\n\\echo {self.END}\n")
        self._process.stdin.flush()
        rows = []
        for line in self._process.stdout:
            line = line.rstrip("\n")
            if line == self.END:
                return rows
            rows.append(line.split("\t"))
        raise Broken(f"psql: {self._process.stderr.read().strip()}")

    def close(self):
        with contextlib.suppress(OSError):  # It may have ended already.
            self._process.stdin.close()
        self._process.wait(10)
        self._process.stdout.close()
        self._process.stderr.close()


def program(name):
    """The path of a PostgreSQL program: on the PATH, or beside the server."""
    found = shutil.which(name)
    if found:
        return found
    places = []
    for version in os.listdir("/usr/lib/postgresql"):
        path = os.path.join("/usr/lib/postgresql", version, "bin", name)
        if re.fullmatch(r"\d+", version) and os.access(path, os.X_OK):
            places.append((int(version), path))
    if not places:
        raise Broken(f"{name} is not installed (package postgresql-15).")
    return max(places)[1]
