"""One run: prepares everything, measures in rounds, prints the results, cleans up."""

import json
import os
import shutil
import signal
import sys
import tempfile
import time

from harness import BENCH, ROOT, cells, machine, options, plot, report
from harness.bank import Bank, make_programs, needs
from harness.cluster import Broken, Cluster, program, run
from harness.contestants import Core, Pgbench, Rest
from harness.processes import Children


class Progress:
    """A line that is rewritten on a terminal; a line per minute elsewhere."""

    def __init__(self):
        self._is_terminal = sys.stderr.isatty() and os.environ.get("TERM", "dumb") != "dumb"
        self._told = 0.0

    def say(self, text):
        if self._is_terminal:
            sys.stderr.write(f"\r\x1b[K{text}")
        elif time.monotonic() - self._told >= 20:
            self._told = time.monotonic()
            sys.stderr.write(text + "\n")
        sys.stderr.flush()

    def clear(self):
        if self._is_terminal:
            sys.stderr.write("\r\x1b[K")
            sys.stderr.flush()


class Bench:
    """Owns everything that a run starts; `close` removes all of it."""

    def __init__(self, chosen):
        self.options = chosen
        self.progress = Progress()
        self.children = Children()
        self.directory = tempfile.mkdtemp(prefix="bankd-bench.", dir=chosen.directory)
        # The database's own user must be able to traverse it.
        os.chmod(self.directory, 0o711)
        self.cluster = Cluster(self.directory)
        self.machine = machine.describe(self.directory)
        self._banks = {}
        self._contestants = {}

    def close(self):
        for action in (self.children.end, self.cluster.destroy):
            try:
                action()
            except (Broken, OSError) as error:
                sys.stderr.write(f"{error}\n")
        shutil.rmtree(self.directory, ignore_errors=True)

    def prepare(self):
        chosen = self.options.cells
        self.progress.say("Making the cluster")
        self.cluster.start()
        if any(cell.contestant == "tpcb" for cell in chosen):
            self.progress.say("Making the tables of TPC-B")
            self._prepare_tpcb()
        if any(cell.contestant.startswith("baseline") for cell in chosen):
            self.progress.say("Making the baseline")
            self._prepare_baseline()
        for ledger in dict.fromkeys(
            cell.ledger for cell in chosen if cell.contestant.startswith(("core", "rest"))
        ):
            self._prepare_bank(ledger)
        self.progress.say("Writing a checkpoint")
        self.cluster.query("postgres", "checkpoint")
        self._touch_pages()
        # Otherwise the warm-up sessions would report their counts while others are measured.
        self.cluster.forget_sessions()

    def _prepare_tpcb(self):
        self.cluster.create_database("tpcb", self.cluster.superuser)
        run(
            program("pgbench"), "-i", "-I", "dtGvp", "-q", "-s", str(self.options.scale),
            "-h", self.cluster.host, "-U", self.cluster.superuser, "tpcb",
        )
        self._contestants["tpcb"] = Pgbench(self, "tpcb")

    def _prepare_baseline(self):
        self.cluster.create_database("baseline", self.cluster.superuser)
        self.cluster.script(
            "baseline", os.path.join(BENCH, "baseline.sql"), self.cluster.superuser,
            accounts=self.options.accounts,
        )
        self.cluster.query("baseline", "vacuum analyze")
        for distribution in ("uniform", "hot"):
            self._contestants[f"baseline-{distribution}"] = Pgbench(
                self, "baseline", f"baseline_{distribution}.sql",
                {"accounts": self.options.accounts},
            )

    def _prepare_bank(self, ledger):
        self.progress.say(f"Making a bank with {self.options.accounts:,} accounts")
        bank = Bank(ledger, self, self.options)
        bank.make()
        if ledger == "history":
            self.progress.say(f"Writing a history of {self.options.history:,} transfers")
            bank.prefill(self.options.history)
        bank.settle()
        self._contestants[f"core {ledger}"] = Core(self, bank)
        self._contestants[f"rest {ledger}"] = Rest(self, bank)
        self._banks[ledger] = bank

    def _touch_pages(self):
        """Changes each page of the updated tables once: the first change of a page after a
        checkpoint logs the whole page, which is rare in a long run."""
        self.progress.say("Touching the pages that will be updated")
        if "tpcb" in self._contestants:
            self.cluster.query(
                "tpcb", "update pgbench_accounts set abalance = abalance where aid % 61 = 0"
            )
        if "baseline-hot" in self._contestants:
            self.cluster.query(
                "baseline", "update baseline.accounts set balance = balance where id % 20 = 0"
            )
        for bank in self._banks.values():
            self.cluster.query(
                bank.database, "update bank.accounts set balance = balance where id % 20 = 0"
            )

    def contestant(self, cell):
        if cell.contestant.startswith("core"):
            return self._contestants[f"core {cell.ledger}"]
        if cell.contestant.startswith("rest"):
            return self._contestants[f"rest {cell.ledger}"]
        return self._contestants[cell.contestant]

    def measure(self):
        """{name of a cell: its samples, one per round}."""
        samples = {cell.name: [] for cell in self.options.cells}
        turns = self.options.rounds * len(self.options.cells)
        done = 0
        for number in range(self.options.rounds):
            for cell in self.options.cells:
                done += 1
                self.progress.say(
                    f"[{done}/{turns}] round {number + 1} of {self.options.rounds}: {cell.name}"
                )
                samples[cell.name].append(self.contestant(cell).run(cell, self.options.seconds))
        return samples

    def result(self, samples, took_s):
        version, settings = self.cluster.settings()
        chosen = self.options
        names = ("profile", "rounds", "seconds", "scale", "accounts", "customers", "tellers",
                 "history")
        return {
            "format": 1,
            "machine": self.machine,
            "postgresql": version,
            "settings": settings,
            "bank_settings": {
                f"{section}.{key}": value
                for section, values in chosen.settings.items()
                for key, value in values.items()
            },
            "sizes": {name: getattr(chosen, name) for name in names},
            "took_s": round(took_s, 1),
            "cells": report.summarise(chosen.cells, samples),
            "samples": samples,
        }


def show(result):
    for line in report.heading(result):
        print(line)
    print()
    print(report.table(result["cells"]))
    if any(row["best_of"] for row in result["cells"]):
        print("* the best number of clients")
    for remark in report.remarks(result["cells"]):
        print(remark)
    print(f"Took {result['took_s']:.0f} s.")


def keep(result, chosen):
    if chosen.json:
        with open(chosen.json, "w", encoding="utf-8") as file:
            json.dump(result, file, indent=1)
            file.write("\n")
    if chosen.plot:
        with open(chosen.plot, "w", encoding="utf-8") as file:
            file.write(plot.draw(result))


def interrupted(number, _frame):
    raise KeyboardInterrupt(number)


def build(chosen):
    if not chosen.is_built:
        sys.stderr.write("Building\n")
        make_programs(chosen, ROOT)
    targets, files = needs(chosen)
    missing = [name for name in files if not os.path.exists(os.path.join(chosen.build, name))]
    if missing:
        raise Broken(
            f"{chosen.build} has no {', '.join(missing)}: build the targets {', '.join(targets)}."
        )


def main(arguments):
    chosen = options.parse(arguments)
    if chosen.list:
        print("\n".join(cell.name for cell in cells.all_cells()))
        return 0
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, interrupted)
    bench = None
    began = time.monotonic()
    try:
        build(chosen)
        began = time.monotonic()
        bench = Bench(chosen)
        bench.prepare()
        samples = bench.measure()
        bench.progress.clear()
        result = bench.result(samples, time.monotonic() - began)
        show(result)
        keep(result, chosen)
        return 0 if all(row["is_sound"] for row in result["cells"]) else 1
    except KeyboardInterrupt:
        sys.stderr.write("\nStopped; what was started is ended and removed.\n")
        return 130
    except (Broken, OSError) as error:
        sys.stderr.write(f"\n{error}\n")
        return 1
    finally:
        if bench:
            for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
                signal.signal(number, signal.SIG_IGN)
            bench.close()
