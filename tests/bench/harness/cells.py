"""The table of measurements. A cell is one contestant under one load."""

from dataclasses import dataclass, field

PGBENCH_CLIENTS = (8, 16, 32)
IN_FLIGHT = (1, 16, 64, 256, 1024, 4096)


@dataclass(frozen=True)
class Cell:
    """`contestant` and `best_of` group cells: for pgbench the best number of clients counts."""

    name: str
    contestant: str
    distribution: str
    in_flight: int
    ledger: str = "empty"
    keys: str = "v7"
    best_of: str = ""
    options: dict = field(default_factory=dict)


def pgbench_cells():
    for clients in PGBENCH_CLIENTS:
        yield Cell(f"tpcb-{clients}", "tpcb", "uniform", clients, best_of="tpcb")
    for distribution in ("uniform", "hot"):
        for clients in PGBENCH_CLIENTS:
            group = f"baseline-{distribution}"
            yield Cell(f"{group}-{clients}", group, distribution, clients, best_of=group)


def core_cells():
    for distribution in ("uniform", "zipf", "hot"):
        for count in IN_FLIGHT:
            yield Cell(f"core-{distribution}-{count}", "core", distribution, count)
    # The same without a sealer: shows the cost of the audit log's tree.
    yield Cell("core-unsealed-1024", "core", "uniform", 1024, options={"unsealed": True})
    yield Cell("core-random-keys-1024", "core", "uniform", 1024, keys="v4")
    for distribution in ("uniform", "hot"):
        yield Cell(
            f"core-history-{distribution}-1024", "core", distribution, 1024, ledger="history"
        )


def rest_cells():
    for count in IN_FLIGHT:
        yield Cell(f"rest-single-{count}", "rest", "uniform", count)
    yield Cell("rest-history-256", "rest", "uniform", 256, ledger="history")
    yield Cell("rest-bulk", "rest-bulk", "uniform", 4, options={"bulk": True})
    yield Cell("rest-rate-100", "rest-rate", "uniform", 16, options={"rate": 100})


def all_cells():
    return [*pgbench_cells(), *core_cells(), *rest_cells()]


QUICK = (
    [f"tpcb-{clients}" for clients in PGBENCH_CLIENTS]
    + [f"baseline-hot-{clients}" for clients in PGBENCH_CLIENTS]
    + ["core-uniform-1024", "core-zipf-1024", "core-hot-1024"]
    + ["rest-single-256", "rest-bulk", "rest-rate-100"]
)

SMOKE = ["tpcb-8", "baseline-hot-8", "core-uniform-64", "core-hot-64", "rest-single-16",
         "rest-bulk", "rest-rate-100"]


def choose(words, names):
    """The cells selected by the words: full names, or prefixes of names. Raises KeyError."""
    chosen = []
    for word in words:
        found = [name for name in names if name == word or name.startswith(word + "-")]
        if not found:
            raise KeyError(word)
        chosen += [name for name in found if name not in chosen]
    return chosen
