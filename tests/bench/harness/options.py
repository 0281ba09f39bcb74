"""The command line."""

import argparse
import os

from harness import ROOT, cells

DESCRIPTION = """\
Measures how fast money moves, on this machine, in one run: pgbench's TPC-B, one stored function per
transfer, bankd's core, and bankd over HTTPS, all on one throw-away PostgreSQL cluster with stock
durability. The contestants take turns in rounds, so that a machine that drifts drifts for all.
"""

EXAMPLES = """\
examples:
  tests/bench/run --quick                 the main figures, within five minutes
  tests/bench/run --json new.json --plot new.svg
                                          everything: about an hour
  tests/bench/run --only core-uniform core-hot-1024 --rounds 1 --seconds 10
                                          some cells: a name, or the beginning of some
  tests/bench/run --quick --only core --set posting.lanes=3 --set posting.batch_max=1024
                                          with other settings of bankd
  tests/bench/run --list                  the names of the cells

It asserts nothing: exit code 0 says that it ran to its end and that no ledger was wrong.
"""

# rounds, seconds of each cell per round, rows of TPC-B's scale, accounts, history
PROFILES = {
    "full": {"rounds": 3, "seconds": 15.0, "scale": 100, "accounts": 100_000,
             "history": 10_000_000, "cells": None},
    "quick": {"rounds": 3, "seconds": 3.0, "scale": 100, "accounts": 100_000,
              "history": 10_000_000, "cells": cells.QUICK},
    "smoke": {"rounds": 1, "seconds": 1.0, "scale": 1, "accounts": 1000,
              "history": 20_000, "cells": cells.SMOKE},
}


def parser():
    made = argparse.ArgumentParser(
        prog="tests/bench/run", description=DESCRIPTION, epilog=EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    profile = made.add_mutually_exclusive_group()
    profile.add_argument("--quick", action="store_true", help="fewer cells, shorter rounds")
    profile.add_argument(
        "--smoke", action="store_true",
        help="tiny sizes, to see that it works; the figures mean nothing",
    )
    made.add_argument("--only", nargs="+", metavar="CELL", help="measure these alone")
    made.add_argument("--list", action="store_true", help="print the names of the cells and end")
    made.add_argument("--rounds", type=int, metavar="N", help="turns of each cell")
    made.add_argument("--seconds", type=float, metavar="S", help="length of a turn")
    made.add_argument("--accounts", type=int, metavar="N", help="accounts of customers")
    made.add_argument("--scale", type=int, metavar="N", help="scale of TPC-B")
    made.add_argument("--history", type=int, metavar="N",
                      help="transfers that the ledger with a history begins with")
    made.add_argument(
        "--set", action="append", default=[], metavar="SECTION.KEY=VALUE",
        help="a setting of bankd; may be given more than once",
    )
    made.add_argument("--build", metavar="DIR",
                      help="use this built tree (default: build/release, built if need be)")
    made.add_argument("--directory", metavar="DIR", default="/tmp",
                      help="where the scratch directory is made: it decides which disk is measured")
    made.add_argument("--json", metavar="FILE", help="write all figures there")
    made.add_argument("--plot", metavar="FILE", help="draw them there, as SVG")
    return made


def parse(arguments):
    """The options, with the profile's values as defaults. Exits on an error."""
    made = parser()
    options = made.parse_args(arguments)
    options.profile = "quick" if options.quick else "smoke" if options.smoke else "full"
    profile = PROFILES[options.profile]
    for name in ("rounds", "seconds", "scale", "accounts", "history"):
        if getattr(options, name) is None:
            setattr(options, name, profile[name])
        if getattr(options, name) <= 0:
            made.error(f"--{name} must be more than 0")
    if options.accounts < 1000:
        made.error("--accounts must be 1000 at least: each customer has one")
    options.customers = 1000
    options.tellers = 8
    options.settings = {}
    for text in options.set:
        name, equals, value = text.partition("=")
        section, dot, key = name.partition(".")
        if not (equals and dot and section and key):
            made.error(f"--set takes SECTION.KEY=VALUE, not {text}")
        options.settings.setdefault(section, {})[key] = value
    options.is_built = options.build is not None
    options.build = os.path.abspath(options.build or os.path.join(ROOT, "build", "release"))
    options.cells = _cells(options, profile, made)
    options.has_rest = any(cell.contestant.startswith("rest") for cell in options.cells)
    return options


def _cells(options, profile, made):
    known = {cell.name: cell for cell in cells.all_cells()}
    names = list(known)
    try:
        chosen = list(profile["cells"] or names)
        if options.only:
            wanted = cells.choose(options.only, names)
            # A prefix selects those of the profile's names that start with it; a full name selects
            # itself.
            chosen = [n for n in wanted if n in chosen or n in options.only] or wanted
    except KeyError as error:
        made.error(f"there is no cell {error.args[0]}; see --list")
    return [known[name] for name in chosen]
