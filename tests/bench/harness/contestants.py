"""The contestants. Each runs one cell once and returns its measurements as a dict.

README.md, "The JSON", lists the keys of a sample; the rest of the harness uses no others.
"""

import glob
import json
import os
import re
import resource
import subprocess

from harness import BENCH, processes
from harness.cluster import Broken, program


class Meter:
    """The machine's resource use between two readings."""

    def __init__(self, cluster, daemon=0, load=0):
        self._cluster = cluster
        self._daemon = daemon
        self._load = load
        self._before = None
        self._after = None

    def begin(self):
        self._before = self._look()

    def end(self):
        self._after = self._look()

    def _look(self):
        # Only transactions that write have a number: the difference of two counts them.
        wal, number = self._cluster.query(
            "postgres",
            "select pg_current_wal_insert_lsn() - '0/0'::pg_lsn,"
            " pg_snapshot_xmax(pg_current_snapshot())",
        )[0]
        return {
            "wal": int(wal),
            "transactions": int(number),
            "postgres": processes.cpu_with_children_s(self._cluster.process_id),
            "daemon": processes.cpu_s(self._daemon) if self._daemon else 0.0,
            "load": processes.cpu_s(self._load) if self._load else 0.0,
        }

    def per(self, count):
        """CPU in microseconds and WAL in bytes for each of `count`; the number per commit."""
        count = max(count, 1)
        spent = {key: self._after[key] - self._before[key] for key in self._before}
        return {
            "cpu_us_postgres": spent["postgres"] / count * 1e6,
            "cpu_us_daemon": spent["daemon"] / count * 1e6,
            "cpu_us_load": spent["load"] / count * 1e6,
            "wal_bytes": spent["wal"] / count,
            "batch": count / max(spent["transactions"], 1),
        }


class RowCounter:
    """Rows written in a database, as reported by its sessions when they end."""

    SQL = (
        "select tup_inserted + tup_updated from pg_stat_database"
        " where datname = current_database()"
    )

    def __init__(self, cluster, database):
        self._cluster = cluster
        self._database = database
        self._before = self._look()

    def _look(self):
        return int(self._cluster.value(self._database, self.SQL))

    def per(self, count):
        # A session reports its counts when it ends, a moment after its client has gone.
        self._cluster.query(
            self._database,
            "do $$ begin for i in 1..200 loop exit when not exists (select from pg_stat_activity"
            " where datname = current_database() and pid <> pg_backend_pid()"
            " and backend_type = 'client backend');"
            " perform pg_sleep(0.01); perform pg_stat_clear_snapshot(); end loop; end $$",
        )
        return (self._look() - self._before) / max(count, 1)


class Pgbench:
    """TPC-B, or the baseline's function: as many transactions in flight as clients."""

    def __init__(self, surroundings, database, script=None, variables=None):
        self._cluster = surroundings.cluster
        self._children = surroundings.children
        self._directory = surroundings.directory
        self._database = database
        self._script = script
        self._variables = variables or {}

    def run(self, cell, seconds):
        mark = self._mark()
        rows = RowCounter(self._cluster, self._database)
        meter = Meter(self._cluster)
        used = resource.getrusage(resource.RUSAGE_CHILDREN)
        meter.begin()
        said = self._pgbench(cell.in_flight, seconds)
        meter.end()
        now = resource.getrusage(resource.RUSAGE_CHILDREN)
        posted = int(re.search(r"actually processed: (\d+)", said).group(1))
        sample = {
            "posted": posted,
            "seconds": seconds,
            "throughput": float(re.search(r"tps = ([\d.]+)", said).group(1)),
            "refused": 0,
            "failed": 0,
            **self._latencies(),
            **meter.per(posted),
            "rows": rows.per(posted),
            "daemon_peak_bytes": 0,
        }
        spent = now.ru_utime + now.ru_stime - used.ru_utime - used.ru_stime
        sample["cpu_us_load"] = spent / max(posted, 1) * 1e6
        sample["wrong"] = self._check(mark, posted)
        return sample

    def _pgbench(self, clients, seconds):
        command = [
            program("pgbench"), "-n", "-M", "prepared", "-c", str(clients), "-j", "2",
            "-T", str(max(round(seconds), 1)), "-l", "--log-prefix=pgbench",
        ]
        if self._script:
            command += ["-f", os.path.join(BENCH, self._script)]
        command += [f"-D{name}={value}" for name, value in self._variables.items()]
        command += ["-h", self._cluster.host, "-U", self._cluster.superuser, self._database]
        process = self._children.start(
            command, cwd=self._directory, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )
        out, err = process.communicate()
        self._children.stop(process)
        if process.returncode != 0:
            raise Broken(f"pgbench: {err.strip()[-500:]}")
        return out

    def _latencies(self):
        found = []
        for path in glob.glob(os.path.join(self._directory, "pgbench.*")):
            with open(path, encoding="ascii") as file:
                found.extend(int(line.split()[2]) for line in file)
            os.unlink(path)
        found.sort()

        def at(share):
            return found[min(int(share * len(found)), len(found) - 1)] if found else 0

        return {"p50_us": at(0.50), "p99_us": at(0.99), "p999_us": at(0.999)}

    def _mark(self):
        table = "baseline.transfers" if self._script else "pgbench_history"
        return int(self._cluster.value(self._database, f"select count(*) from {table}"))

    def _check(self, mark, posted):
        if self._script:
            lost = self._cluster.value(self._database, "select sum(balance) from baseline.accounts")
        else:
            lost = self._cluster.value(
                self._database,
                "select (select sum(bbalance) from pgbench_branches)"
                " - (select coalesce(sum(delta), 0) from pgbench_history)",
            )
        count = self._mark() - mark
        wrong = []
        if int(lost) != 0:
            wrong.append(f"all balances sum to {lost}")
        if count != posted:
            wrong.append(f"{count} transfers are in the ledger, {posted} were answered")
        return "; ".join(wrong)


class Generator:
    """A load generator of bankd; tests/bench/outcome.hpp describes its output."""

    def __init__(self, surroundings, bank):
        self.bank = bank
        self._cluster = surroundings.cluster
        self._children = surroundings.children

    def _run(self, command, daemon=None):
        """The outcome, and the resources used between its begin and end."""
        process = self._children.start(
            command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )
        # In process, the generator's time is also the core's.
        if daemon is None:
            meter = Meter(self._cluster, daemon=process.pid)
        else:
            meter = Meter(self._cluster, daemon=daemon, load=process.pid)
        outcome, peak = None, 0
        for line in process.stdout:
            if line == "begin\n":
                meter.begin()
            elif line == "end\n":
                meter.end()
                peak = processes.peak_memory_bytes(daemon or process.pid)
            else:
                outcome = json.loads(line)
        said = process.stderr.read().strip()[-500:]
        self._children.stop(process)
        if process.returncode != 0 or outcome is None:
            raise Broken(f"{os.path.basename(command[0])} ended early: {said}")
        return outcome, meter, peak

    @staticmethod
    def _sample(outcome, meter, peak):
        posted = outcome["posted"]
        return {
            "posted": posted,
            "seconds": outcome["seconds"],
            "throughput": posted / outcome["seconds"],
            "refused": outcome["refused"],
            "failed": outcome["failed"],
            "failure": outcome["failure"],
            "p50_us": outcome["p50_us"],
            "p99_us": outcome["p99_us"],
            "p999_us": outcome["p999_us"],
            **meter.per(posted),
            "daemon_peak_bytes": peak,
        }


class Core(Generator):
    """bankd's core through BankApi, in the process of the load generator."""

    def run(self, cell, seconds):
        mark = self.bank.mark()
        rows = RowCounter(self._cluster, self.bank.database)
        outcome, meter, peak = self._run(
            self.bank.command(
                "core_bench", in_flight=cell.in_flight, distribution=cell.distribution,
                keys=cell.keys, seconds=seconds, warm_up=min(1.0, seconds / 4),
                touch=cell.distribution != "hot", **cell.options,
            )
        )
        sample = self._sample(outcome, meter, peak)
        sample["rows"] = rows.per(outcome["posted_in_all"])
        sample["seal_lag_us"] = self.bank.seal_lag_us(mark)
        sample["wrong"] = self.bank.check(mark, outcome["posted_in_all"])
        return sample


class Rest(Generator):
    """bankd over TLS on the loopback: the daemon is a separate process and keeps running between
    cells, as in operation, so that its caches of accounts and sessions stay filled."""

    def run(self, cell, seconds):
        if self.bank.start():
            self._touch()
        processes.forget_peak_memory(self.bank.process.pid)
        mark = self.bank.mark()
        outcome, meter, peak = self._run(
            self.bank.command(
                "rest_bench", port=self.bank.port, connections=cell.in_flight,
                distribution=cell.distribution, keys=cell.keys, seconds=seconds,
                warm_up=min(1.0, seconds / 4), **cell.options,
            ),
            daemon=self.bank.process.pid,
        )
        sample = self._sample(outcome, meter, peak)
        # Its database sessions continue, and report their counts too seldom.
        sample["rows"] = 0.0
        sample["wrong"] = self.bank.check(mark, outcome["posted_in_all"])
        return sample

    def _touch(self):
        for load in ({"bulk": True, "connections": 4}, {"connections": 64}):
            outcome, _, _ = self._run(
                self.bank.command("rest_bench", port=self.bank.port, touch=True, **load),
                daemon=self.bank.process.pid,
            )
            if outcome["posted_in_all"] > 0:
                return
        raise Broken(f"bankd posts nothing over REST: {outcome['failure']}")
