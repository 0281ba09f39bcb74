"""Prometheus' text format 0.0.4, parsed strictly: any deviation fails the test."""

import re
from collections import Counter

NAME = r"[a-zA-Z_:][a-zA-Z0-9_:]*"
LABEL = re.compile(r'([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\\n]|\\["\\n])*)"(?:,|$)')
SAMPLE = re.compile(rf"^({NAME})(?:\{{(.*)\}})? (\S+)$")
SUFFIXES = {"histogram": ("_bucket", "_sum", "_count")}


class Exposition:
    """families: {name: (type, help)}; samples: {(name, ((label, word), ...)): value}"""

    def __init__(self, text):
        self.families = {}
        self.samples = {}
        self._now = None
        if text and not text.endswith("\n"):
            raise AssertionError("the last line has no end")
        for line in text.splitlines():
            self._read(line)
        self._check_histograms()

    def _read(self, line):
        if line.startswith("# HELP "):
            name, about = line[7:].split(" ", 1)
            if name in self.families:
                raise AssertionError(f"{name} stands twice")
            self._now = name
            self.families[name] = (None, about)
        elif line.startswith("# TYPE "):
            name, kind = line[7:].split(" ")
            if name != self._now or kind not in ("counter", "gauge", "histogram"):
                raise AssertionError(line)
            self.families[name] = (kind, self.families[name][1])
        else:
            self._read_sample(line)

    def _read_sample(self, line):
        found = SAMPLE.match(line)
        if not found:
            raise AssertionError(f"no sample: {line}")
        name, labels, value = found.groups()
        kind = self.families[self._now][0]
        if name not in {self._now + suffix for suffix in SUFFIXES.get(kind, ("",))}:
            raise AssertionError(f"{name} stands among {self._now}")
        key = (name, self._labels(labels or ""))
        if key in self.samples:
            raise AssertionError(f"twice: {line}")
        self.samples[key] = float(value)

    @staticmethod
    def _labels(text):
        at, labels = 0, []
        while at < len(text):
            found = LABEL.match(text, at)
            if not found:
                raise AssertionError(f"no labels: {text}")
            labels.append((found[1], found[2]))
            at = found.end()
        if len({name for name, _ in labels}) != len(labels):
            raise AssertionError(f"a label twice: {text}")
        return tuple(labels)

    def _check_histograms(self):
        for name, (kind, _) in self.families.items():
            if kind != "histogram":
                continue
            buckets = {}
            for (sample, labels), value in self.samples.items():
                if sample == name + "_bucket":
                    own = tuple(pair for pair in labels if pair[0] != "le")
                    buckets.setdefault(own, []).append((float(dict(labels)["le"]), value))
            for labels, rows in buckets.items():
                values = [value for _, value in sorted(rows)]
                if values != sorted(values) or sorted(rows)[-1][0] != float("inf"):
                    raise AssertionError(f"{name}{labels}: {rows}")
                if values[-1] != self.samples[(name + "_count", labels)]:
                    raise AssertionError(f"{name}{labels}: the buckets are not the count")

    def value(self, name, **labels):
        return self.samples.get((name, tuple(labels.items())), 0)

    def of(self, name, *labels):
        """A Counter of the values of these labels (a single value for one label)."""
        found = Counter()
        for (sample, pairs), value in self.samples.items():
            if sample == name:
                words = tuple(dict(pairs)[label] for label in labels)
                found[words[0] if len(words) == 1 else words] += int(value)
        return +found

    def sum(self, name):
        return sum(value for (sample, _), value in self.samples.items() if sample == name)


def read(bank):
    """Reads the output of bankctl metrics."""
    done = bank.bankctl("metrics")
    if done.returncode != 0:
        raise AssertionError(f"bankctl metrics: {done.stdout}{done.stderr}")
    return Exposition(done.stdout)
