"""The figures as one SVG: throughput by requests in flight, and the ratios over TPC-B as bars."""

import math
from html import escape

WIDTH = 1200
MARGIN = 48
PLOT = {"left": 104, "top": 168, "width": 830, "height": 420}
BAR_HEIGHT, BAR_GAP = 22, 12
BARS_LEFT, BARS_WIDTH = 300, 700
INK, SOFT, PALE, GRID, PAPER = "#1c2733", "#5d6b78", "#93a0ac", "#e3e8ed", "#ffffff"
LABEL_WIDTH, LABEL_HEIGHT = 200, 18
FONT = "system-ui, -apple-system, 'Segoe UI', 'Liberation Sans', 'DejaVu Sans', Arial, sans-serif"

# (prefix of the cells' names, label, colour, dashes); colours that the colour-blind can
# distinguish.
SERIES = (
    ("core-hot", "core, ten hot accounts", "#c2410c", ""),
    ("core-uniform", "core, uniform", "#0b5cad", ""),
    ("core-zipf", "core, Zipf", "#00857a", ""),
    ("core-history-hot", "core, hot, with history", "#c2410c", "2 5"),
    ("core-history-uniform", "core, uniform, with history", "#0b5cad", "2 5"),
    ("core-random-keys", "core, random keys", "#6a7fd1", ""),
    ("rest-bulk", "REST, streamed", "#8e3d9c", ""),
    ("rest-single", "REST, one a request", "#b8609f", ""),
    ("rest-history", "REST, with history", "#b8609f", "2 5"),
    ("tpcb", "TPC-B by pgbench", "#3d4650", "7 4"),
    ("baseline-uniform", "one function each, uniform", "#8a6d00", "7 4"),
    ("baseline-hot", "one function each, hot", "#d49a00", "7 4"),
)


# Shown as bars only: they differ from another series in one point.
ONLY_BARS = ("core-history-hot", "core-history-uniform", "core-random-keys", "rest-history")


def text(x, y, words, size=13, colour=INK, anchor="start", weight="400"):
    """With a halo, so that it is readable where a line crosses it."""
    return (
        f'<text x="{x:.1f}" y="{y:.1f}" font-size="{size}" fill="{colour}"'
        f' text-anchor="{anchor}" font-weight="{weight}" paint-order="stroke" stroke="{PAPER}"'
        f' stroke-width="4" stroke-linejoin="round">{escape(words)}</text>'
    )


def line(x1, y1, x2, y2, colour=GRID, width=1.0, dashes=""):
    style = f' stroke-dasharray="{dashes}"' if dashes else ""
    return (
        f'<line x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}"'
        f' stroke="{colour}" stroke-width="{width}"{style}/>'
    )


def series_of(rows):
    """[(label, colour, dashes, [(in flight, throughput)])] of the measured series."""
    found = []
    for start, label, colour, dashes in SERIES:
        if start in ONLY_BARS:
            continue
        points = sorted(
            (row["in_flight"], row["throughput"])
            for row in rows
            if row["cell"].rsplit("-", 1)[0] == start or row["cell"] == start
            if row["throughput"] > 0
        )
        if points:
            found.append((label, colour, dashes, points))
    return found


class Axes:
    """Both logarithmic: in flight in powers of two, throughput in decades."""

    def __init__(self, series):
        speeds = [speed for _, _, _, points in series for _, speed in points]
        self.low = 10 ** math.floor(math.log10(min(speeds) * 0.98))
        self.high = 10 ** math.ceil(math.log10(max(speeds) * 1.02))
        self.most = max(4096, max(count for _, _, _, points in series for count, _ in points))

    def x(self, count):
        return PLOT["left"] + PLOT["width"] * math.log2(count) / math.log2(self.most)

    def y(self, speed):
        share = math.log10(speed / self.low) / math.log10(self.high / self.low)
        return PLOT["top"] + PLOT["height"] * (1 - share)

    def draw(self):
        right, bottom = PLOT["left"] + PLOT["width"], PLOT["top"] + PLOT["height"]
        decade = self.low
        while decade <= self.high:
            y = self.y(decade)
            yield line(PLOT["left"], y, right, y, "#c9d1d9")
            yield text(PLOT["left"] - 12, y + 4.5, f"{decade:,.0f}", 13, SOFT, "end")
            for step in (2, 5):
                if decade * step < self.high:
                    y = self.y(decade * step)
                    yield line(PLOT["left"], y, right, y)
                    yield text(PLOT["left"] - 12, y + 4, f"{decade * step:,.0f}", 11, PALE, "end")
            decade *= 10
        count = 1
        while count <= self.most:
            yield line(self.x(count), bottom, self.x(count), bottom + 5, PALE)
            yield text(self.x(count), bottom + 22, f"{count:,}", 13, SOFT, "middle")
            count *= 4
        yield text(PLOT["left"] + PLOT["width"] / 2, bottom + 46, "requests in flight", 13, SOFT,
                   "middle")


def draw_series(axes, series):
    for label, colour, dashes, points in series:
        path = " ".join(
            f"{'L' if index else 'M'}{axes.x(count):.1f},{axes.y(speed):.1f}"
            for index, (count, speed) in enumerate(points)
        )
        style = f' stroke-dasharray="{dashes}"' if dashes else ""
        yield (
            f'<path d="{path}" fill="none" stroke="{colour}" stroke-width="2.6"'
            f' stroke-linejoin="round" stroke-linecap="round"{style}/>'
        )
        for count, speed in points:
            yield (
                f'<circle cx="{axes.x(count):.1f}" cy="{axes.y(speed):.1f}" r="4.6"'
                f' fill="{colour}" stroke="{PAPER}" stroke-width="1.6">'
                f"<title>{escape(label)}: {speed:,.0f}/s with {count:,} in flight</title></circle>"
            )


def draw_labels(axes, series):
    """Each beside its last point, moved down where two would overlap."""
    ends = sorted(
        (axes.y(points[-1][1]), axes.x(points[-1][0]), label, colour)
        for label, colour, _, points in series
    )
    placed = []
    for y, x, label, colour in ends:
        place = y
        for other_x, other_y in sorted(placed, key=lambda at: at[1]):
            if abs(other_x - x) < LABEL_WIDTH and abs(other_y - place) < LABEL_HEIGHT:
                place = other_y + LABEL_HEIGHT
        placed.append((x, place))
        if place - y > LABEL_HEIGHT / 2:
            yield line(x + 6, y, x + 14, place, colour, 0.8)
        yield text(x + 16, place + 4.5, label, 13, colour, weight="600")


def bars_of(rows):
    """[(label, colour, opacity, ratio, throughput)] of the best cell of each, best first."""
    found = []
    for start, label, colour, _ in SERIES:
        taken = [
            row for row in rows
            if (row["cell"].rsplit("-", 1)[0] == start or row["cell"] == start) and row["ratio"]
        ]
        if taken:
            best = max(taken, key=lambda row: row["throughput"])
            found.append((f"{label} ({best['in_flight']:,})", colour,
                          0.6 if start in ONLY_BARS else 1.0, best["ratio"], best["throughput"]))
    return sorted(found, key=lambda bar: -bar[3])


def draw_bars(bars, top):
    yield text(MARGIN, top, "Times TPC-B", 19, INK, weight="700")
    yield text(MARGIN, top + 22, "the best of each, with the requests in flight that gave it", 13,
               SOFT)
    top += 44
    most = max(ratio for _, _, _, ratio, _ in bars)
    height = len(bars) * (BAR_HEIGHT + BAR_GAP)
    one = BARS_LEFT + BARS_WIDTH / most
    yield line(one, top - 6, one, top + height - 4, INK, 1.0, "3 3")
    for index, (label, colour, opacity, ratio, speed) in enumerate(bars):
        y = top + index * (BAR_HEIGHT + BAR_GAP)
        width = max(BARS_WIDTH * ratio / most, 2)
        yield text(BARS_LEFT - 14, y + 15.5, label, 13, INK, "end")
        yield (
            f'<rect x="{BARS_LEFT}" y="{y}" width="{width:.1f}" height="{BAR_HEIGHT}" rx="3"'
            f' fill="{colour}" fill-opacity="{opacity}"/>'
        )
        yield (
            f'<text x="{BARS_LEFT + width + 10:.1f}" y="{y + 15.5}" font-size="13" fill="{INK}"'
            f' font-weight="700" paint-order="stroke" stroke="{PAPER}" stroke-width="4"'
            f' stroke-linejoin="round">{ratio:,.2f}<tspan fill="{SOFT}" font-weight="400"'
            f' dx="8">{speed:,.0f}/s</tspan></text>'
        )


def subtitle(result):
    made = result["machine"]
    sizes = result["sizes"]
    yield (
        f"{made['cpu']}, {made['cores']} cores; PostgreSQL {result['postgresql'].split()[0]} with"
        f" fsync and synchronous_commit on; fdatasync {made['fdatasync_us']:,.0f} µs"
    )
    yield (
        f"medians of {sizes['rounds']} rounds of {sizes['seconds']:g} s;"
        f" {sizes['accounts']:,} accounts; TPC-B at scale {sizes['scale']};"
        " all on one cluster, in turn"
    )


def draw(result):
    """The whole picture, as text."""
    rows = [row for row in result["cells"] if row["contestant"] != "rest-rate"]
    series = series_of(rows)
    bars = bars_of(rows)
    bars_top = PLOT["top"] + PLOT["height"] + 104
    height = bars_top + 44 + len(bars) * (BAR_HEIGHT + BAR_GAP) + MARGIN - 12
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}"'
        f' width="{WIDTH}" height="{height}" font-family="{FONT}">',
        f'<rect width="{WIDTH}" height="{height}" fill="{PAPER}"/>',
        text(MARGIN, 58, "Transfers a second", 27, INK, weight="700"),
    ]
    parts += [text(MARGIN, 86 + 20 * index, words, 13.5, SOFT)
              for index, words in enumerate(subtitle(result))]
    if series:
        axes = Axes(series)
        parts += [*axes.draw(), *draw_series(axes, series), *draw_labels(axes, series)]
    if bars:
        parts += draw_bars(bars, bars_top)
    parts.append("</svg>")
    return "\n".join(parts) + "\n"
