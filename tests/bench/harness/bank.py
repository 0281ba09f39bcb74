"""Banks to be measured: each a database with users and accounts, and bankd's configuration for it.

Two kinds of ledger: `empty`, and `history`, which starts with millions of transfers.
"""

import hmac
import http.client
import os
import shutil
import socket
import ssl
import time

from harness import BENCH, processes
from harness.cluster import Broken, run

BANK_CODE = "99999999"
READY_WITHIN_S = 60

# No budgets: the bank is measured, not its rate limits. Everything else is as shipped, except the
# number of connections, which the measurement sets, and the journal, which measuring machines often
# lack.
SETTINGS = {
    "bank": {"country": "DE", "bank_code": BANK_CODE, "currencies": "EUR,USD"},
    "rates": {
        "login_per_minute": "0",
        "read_per_minute": "0",
        "write_per_minute": "0",
        "money_per_minute": "0",
    },
    "identity": {"access_token_lifetime_s": "86400", "session_lifetime_s": "86400"},
    "audit": {"journald": "no"},
    "log": {"target": "stderr", "level": "warning"},
    "plugins": {"load": "rest"},
    "rest": {
        "threads_max": "4096",
        "connections_per_source_max": "4096",
        # The first connection waits until the last has completed its handshake.
        "idle_timeout_ms": "60000",
    },
}


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Bank:
    """The name of its database is `bank_<name>`."""

    def __init__(self, name, surroundings, options):
        self.name = name
        self.database = f"bank_{name}"
        self.port = free_port()
        self.process = None
        self._cluster = surroundings.cluster
        self._children = surroundings.children
        self._build = options.build
        self._options = options
        self._directory = os.path.join(surroundings.directory, self.database)
        self.config = os.path.join(self._directory, "bankd.conf")
        self.population = os.path.join(self._directory, "population")
        self.log = os.path.join(self._directory, "bankd.log")

    # Set-up.

    def make(self):
        os.mkdir(self._directory)
        self._configure()
        self._cluster.create_database(self.database, "bank_owner")
        for what in ("--make-keys", "--migrate"):
            run(self._program("bankd"), "--config", self.config, what)
        made = self._cluster.script(
            self.database, os.path.join(BENCH, "population.sql"), "bank_owner",
            accounts=self._options.accounts, customers=self._options.customers,
            tellers=self._options.tellers, bank_code=BANK_CODE,
            **self._mac_keys("role", "bankd roles 1"),
            **self._mac_keys("pin", "bankd PIN authorizations 1"),
        )
        with open(self.population, "w", encoding="ascii") as file:
            file.write(made)

    def _mac_keys(self, name, purpose):
        """The padded keys of an HMAC (RFC 2104), for SQL, which has SHA-256 alone."""
        with open(os.path.join(self._directory, "keys", "pepper.key"), "rb") as file:
            pepper = file.read().strip()
        key = hmac.digest(pepper, purpose.encode(), "sha256").ljust(64, b"\0")
        return {
            f"{name}_key_inner": bytes(byte ^ 0x36 for byte in key).hex(),
            f"{name}_key_outer": bytes(byte ^ 0x5C for byte in key).hex(),
        }

    def prefill(self, transfers):
        self._cluster.script(
            self.database, os.path.join(BENCH, "prefill.sql"), "bank_owner", transfers=transfers,
        )

    def settle(self):
        self._cluster.query(self.database, "vacuum analyze")

    def _configure(self):
        sections = {name: dict(values) for name, values in SETTINGS.items()}
        own = {
            "database": {
                "connection": self._cluster.connection(self.database, "bankd"),
                "owner_connection": self._cluster.connection(self.database, "bank_owner"),
            },
            "keys": {"directory": os.path.join(self._directory, "keys")},
            "plugins": {"directory": os.path.join(self._build, "plugins")},
            "rest": {"address": "127.0.0.1", "port": str(self.port)},
        }
        if not self._options.has_rest:
            # The front end need not even be built.
            own["plugins"]["load"] = ""
            own["rest"] = {}
        for source in (own, self._options.settings):
            for section, values in source.items():
                sections.setdefault(section, {}).update(values)
        if not self._options.has_rest:
            del sections["rest"]
        with open(self.config, "w", encoding="utf-8") as file:
            for section, values in sections.items():
                file.write(f"[{section}]\n")
                file.writelines(f"{key} = {value}\n" for key, value in values.items())

    def _program(self, name):
        return os.path.join(self._build, "bin", name)

    # The load generators.

    def command(self, program, **options):
        words = [self._program(program), "--config", self.config, "--population", self.population]
        for name, value in options.items():
            if value is True:
                words.append("--" + name.replace("_", "-"))
            elif value is not None and value is not False:
                words += ["--" + name.replace("_", "-"), str(value)]
        return words

    # The daemon.

    def start(self):
        """Returns False if it was already running."""
        if self.process and self.process.poll() is None:
            return False
        with open(self.log, "ab") as log:
            self.process = self._children.start(
                [self._program("bankd"), "--config", self.config], stdout=log, stderr=log
            )
        deadline = time.monotonic() + READY_WITHIN_S
        while not self._is_ready():
            if self.process.poll() is not None or time.monotonic() > deadline:
                raise Broken(f"bankd did not get ready: {self.last_words()}")
            time.sleep(0.05)
        return True

    def stop(self):
        if self.process:
            self._children.stop(self.process)
            self.process = None

    def last_words(self):
        with open(self.log, encoding="utf-8", errors="replace") as file:
            return file.read()[-1000:].strip()

    def _is_ready(self):
        return self.get("/readyz") is not None

    def get(self, path):
        """The body of a 200 response, else None."""
        context = ssl.create_default_context(
            cafile=os.path.join(self._directory, "keys", "tls-certificate.pem")
        )
        connection = http.client.HTTPSConnection(
            "127.0.0.1", self.port, timeout=5, context=context
        )
        try:
            connection.request("GET", path)
            response = connection.getresponse()
            body = response.read()
            return body if response.status == 200 else None
        except (OSError, http.client.HTTPException):
            return None
        finally:
            connection.close()

    def peak_memory_bytes(self):
        return processes.peak_memory_bytes(self.process.pid) if self.process else 0

    # Verification.

    def mark(self):
        """The state of the ledger, with which `check` compares."""
        return int(
            self._cluster.value(self.database, "select coalesce(max(id), 0) from bank.transfers")
        )

    def seal_lag_us(self, mark):
        """From write to seal, the median since the mark; 0: not sealed."""
        lag = self._cluster.value(
            self.database,
            "select percentile_cont(0.5) within group (order by extract(epoch from"
            " (select s.sealed_at from bank.audit_seals s"
            " where (s.last_xid, s.last_id) >= (l.xid, l.id)"
            " order by s.last_xid, s.last_id limit 1) - l.\"timestamp\"))"
            f" from bank.audit_logs l where l.transfer_id > {mark}",
        )
        return float(lag) * 1e6 if lag else 0.0

    def check(self, mark, posted):
        """The faults of the ledger, in words; empty if there are none."""
        found = []
        balances, count = self._cluster.query(
            self.database,
            "select (select coalesce(sum(balance), 0) from bank.accounts),"
            f" (select count(*) from bank.transfers where id > {mark} and status = 'posted')",
        )[0]
        if int(balances) != 0:
            found.append(f"all balances sum to {balances}")
        if int(count) != posted:
            found.append(f"{count} transfers are in the ledger, {posted} were answered")
        return "; ".join(found)


def needs(chosen):
    """The parts of the build tree that a run needs: (build targets, their files)."""
    if chosen.has_rest:
        return ["bankd", "plugin_rest", "bench"], [
            "bin/bankd", "bin/core_bench", "bin/rest_bench", "plugins/bankd-rest.so"
        ]
    return ["bankd", "core_bench"], ["bin/bankd", "bin/core_bench"]


def make_programs(chosen, root):
    """Configures the tree if necessary, and builds the required targets."""
    build = chosen.build
    if not os.path.exists(os.path.join(build, "build.ninja")):
        run("cmake", "-S", root, "-B", build, "-G", "Ninja", "-DCMAKE_BUILD_TYPE=RelWithDebInfo")
    ninja = shutil.which("ninja") or shutil.which("ninja-build")
    if not ninja:
        raise Broken("ninja is not installed (package ninja-build).")
    run(ninja, "-C", build, *needs(chosen)[0], timeout_s=7200)
