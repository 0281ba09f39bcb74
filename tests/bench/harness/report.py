"""From samples to figures: medians over the rounds, ratios over TPC-B, and the table."""

import statistics

FIGURES = (
    "throughput", "p50_us", "p99_us", "p999_us", "cpu_us_postgres", "cpu_us_daemon", "cpu_us_load",
    "wal_bytes", "rows", "batch", "seal_lag_us",
    "daemon_peak_bytes",
)


def summarise(cells, samples):
    """One row for each measured cell, in the order of the cells."""
    rows = []
    for cell in cells:
        taken = samples.get(cell.name, [])
        if not taken:
            continue
        row = {
            "cell": cell.name,
            "contestant": cell.contestant,
            "distribution": cell.distribution,
            "in_flight": cell.in_flight,
            "ledger": cell.ledger,
            "keys": cell.keys,
            "rounds": len(taken),
        }
        for name in FIGURES:
            row[name] = statistics.median(sample.get(name, 0) for sample in taken)
        row["throughput_min"] = min(sample["throughput"] for sample in taken)
        row["throughput_max"] = max(sample["throughput"] for sample in taken)
        for name in ("posted", "refused", "failed"):
            row[name] = sum(sample[name] for sample in taken)
        wrong = [sample["wrong"] for sample in taken if sample["wrong"]]
        row["is_sound"] = not wrong
        row["wrong"] = "; ".join(wrong)
        row["failure"] = next((s["failure"] for s in taken if s.get("failure")), "")
        rows.append(row)
    return _with_ratios(_best_only(cells, rows))


def _best_only(cells, rows):
    """Marks the fastest of the cells that differ only in the number of clients."""
    groups = {cell.name: cell.best_of for cell in cells}
    best = {}
    for row in rows:
        group = groups[row["cell"]]
        if group and row["throughput"] > best.get(group, {"throughput": 0})["throughput"]:
            best[group] = row
    for row in rows:
        group = groups[row["cell"]]
        row["best_of"] = group
        row["is_best"] = not group or best.get(group) is row
    return rows


def _with_ratios(rows):
    tpcb = next(
        (r["throughput"] for r in rows if r["contestant"] == "tpcb" and r["is_best"]), None
    )
    for row in rows:
        row["ratio"] = round(row["throughput"] / tpcb, 3) if tpcb else None
    return rows


# The table.

COLUMNS = (
    ("cell", "cell", "{}"),
    ("per s", "throughput", "{:,.0f}"),
    ("spread", "spread", "{}"),
    ("x TPC-B", "ratio", "{:.2f}"),
    ("p50 ms", "p50_us", "ms"),
    ("p99 ms", "p99_us", "ms"),
    ("p99.9 ms", "p999_us", "ms"),
    ("pg us", "cpu_us_postgres", "{:,.1f}"),
    ("bankd us", "cpu_us_daemon", "{:,.1f}"),
    ("load us", "cpu_us_load", "{:,.1f}"),
    ("WAL B", "wal_bytes", "{:,.0f}"),
    ("rows", "rows", "{:,.1f}"),
    ("batch", "batch", "{:,.1f}"),
    ("seal ms", "seal_lag_us", "ms"),
    ("RSS MB", "daemon_peak_bytes", "mb"),
)


def _text(row, key, form):
    if key == "cell":
        return row["cell"] + (" *" if row["best_of"] and row["is_best"] else "")
    if key == "spread":
        if not row["throughput"]:
            return "-"
        wide = (row["throughput_max"] - row["throughput_min"]) / row["throughput"] / 2
        return f"{wide * 100:.0f} %"
    value = row[key]
    if value is None or (not value and key != "throughput"):
        return "-"
    if form == "ms":
        return f"{value / 1000:,.2f}"
    if form == "mb":
        return f"{value / 1e6:,.0f}"
    return form.format(value)


def table(rows):
    lines = [[title for title, _, _ in COLUMNS]]
    lines += [[_text(row, key, form) for _, key, form in COLUMNS] for row in rows]
    widths = [max(len(line[i]) for line in lines) for i in range(len(COLUMNS))]
    text = []
    for line in lines:
        first = line[0].ljust(widths[0])
        rest = [cell.rjust(width) for cell, width in zip(line[1:], widths[1:], strict=True)]
        text.append("  ".join([first, *rest]).rstrip())
    text.insert(1, "-" * max(len(line) for line in text))
    return "\n".join(text)


def remarks(rows):
    """Remarks that a reader of the figures must not miss."""
    for row in rows:
        if row["wrong"]:
            yield f"BROKEN {row['cell']}: {row['wrong']}. Its figures are worth nothing."
        if row["refused"] or row["failed"]:
            yield (
                f"{row['cell']}: {row['refused']} refused and {row['failed']} failed of"
                f" {row['posted'] + row['refused'] + row['failed']}, as {row['failure'] or '-'}"
            )


def heading(result):
    machine, settings = result["machine"], result["settings"]
    sizes = result["sizes"]
    yield (
        f"{machine['cpu']}, {machine['cores']} cores, {machine['memory_bytes'] / 1e9:.0f} GB,"
        f" Linux {machine['kernel']}"
    )
    yield (
        f"{machine['filesystem']}: 8 kB and fdatasync in {machine['fdatasync_us']:.0f} us;"
        f" load average before {machine['load_average']:.1f}"
    )
    wanted = ("fsync", "synchronous_commit", "full_page_writes", "shared_buffers", "max_wal_size",
              "checkpoint_timeout", "wal_compression")
    yield f"PostgreSQL {result['postgresql']}: " + ", ".join(
        f"{name} = {settings[name]}" for name in wanted if name in settings
    )
    yield (
        f"{sizes['rounds']} rounds of {sizes['seconds']:g} s, medians;"
        f" {sizes['accounts']:,} accounts, TPC-B at scale {sizes['scale']:,}"
    )
    if result["bank_settings"]:
        changed = ", ".join(f"{k} = {v}" for k, v in result["bank_settings"].items())
        yield f"bankd with {changed}"
