#!/usr/bin/env python3
"""The alert rules and the dashboard use only existing metrics and labels, and each alert has
instructions and a promtool test.

core/metrics/metrics.def is the registry of metrics, core/metrics/label.cpp that of labels.
"""

import json
import re

import project
import yaml

METRICS = "core/metrics/metrics.def"
LABELS = "core/metrics/label.cpp"
FOLDER = "packaging/monitoring/"
RULES = FOLDER + "bankd.rules.yml"
RULE_TESTS = FOLDER + "bankd.rules.test.yml"
DASHBOARD = FOLDER + "bankd.dashboard.json"
SEVERITIES = ("critical", "warning")
# Prometheus's own metrics of the scrape.
FOREIGN = {"up": {"job"}}

METRIC = re.compile(r"^BANK_METRIC\((\w+), (\w+), \w+, \w+, (\w+), (\w+), \w+, ", re.MULTILINE)
SELECTOR = re.compile(r"\b((?:bankd_\w+)|up)\b(?:\{([^}]*)\})?")
GROUPING = re.compile(r"\b(?:by|without) \(([^)]*)\)")


def label_names(root):
    text = project.read(root, LABELS)
    return dict(re.findall(r"case Label::(\w+): return \"(\w*)\";", text))


def series(root):
    """{name in an expression: the labels that it may have}"""
    names = label_names(root)
    found = dict(FOREIGN)
    for name, kind, *labels in METRIC.findall(project.read(root, METRICS)):
        own = {names[label] for label in labels if names.get(label)}
        exposed = f"bankd_{name}"
        if kind == "histogram":
            found[exposed + "_bucket"] = own | {"le"}
            found[exposed + "_sum"] = found[exposed + "_count"] = own
        else:
            found[exposed] = own
    return found


def check_expression(where, expression, known):
    """Findings, and the names that it uses."""
    found, used, labels = [], set(), set()
    for name, selector in SELECTOR.findall(expression):
        used.add(name)
        if name not in known:
            found.append(f"{where}: there is no metric {name}")
            continue
        labels |= known[name]
        for label in re.findall(r"(\w+)\s*[=!]", selector):
            if label not in known[name]:
                found.append(f"{where}: {name} has no label {label}")
    if not used:
        found.append(f"{where}: names no metric")
    for group in GROUPING.findall(expression):
        for label in filter(None, re.split(r"[,\s]+", group)):
            if label not in labels:
                found.append(f"{where}: nothing in it has the label {label}")
    return found, used


def check_rules(root, known):
    found = []
    names = []
    for group in yaml.safe_load(project.read(root, RULES))["groups"]:
        for rule in group["rules"]:
            name = rule["alert"]
            where = f"{RULES}: {name}"
            names.append(name)
            found += check_expression(where, rule["expr"], known)[0]
            if rule.get("labels", {}).get("severity") not in SEVERITIES:
                found.append(f"{where}: its severity is none of {', '.join(SEVERITIES)}")
            for key in ("summary", "description"):
                if not rule.get("annotations", {}).get(key, "").strip():
                    found.append(f"{where}: it has no {key}")
    if len(set(names)) != len(names):
        found.append(f"{RULES}: an alert stands twice")
    tests = yaml.safe_load(project.read(root, RULE_TESTS))["tests"]
    fires, stays = set(), set()
    for test in tests:
        for case in test["alert_rule_test"]:
            (fires if case.get("exp_alerts") else stays).add(case["alertname"])
    for name in names:
        for tried, what in ((fires, "fires"), (stays, "does not fire")):
            if name not in tried:
                found.append(f"{RULE_TESTS}: no test in which {name} {what}")
    for name in (fires | stays) - set(names):
        found.append(f"{RULE_TESTS}: there is no alert {name}")
    return found


def overlap(one, other):
    return not (
        one["x"] + one["w"] <= other["x"]
        or other["x"] + other["w"] <= one["x"]
        or one["y"] + one["h"] <= other["y"]
        or other["y"] + other["h"] <= one["y"]
    )


def check_dashboard(root, known):
    found = []
    used = set()
    board = json.loads(project.read(root, DASHBOARD))
    for key in ("title", "uid", "schemaVersion", "panels", "templating"):
        if key not in board:
            found.append(f"{DASHBOARD}: it has no {key}")
    panels = board.get("panels", [])
    if len({panel["id"] for panel in panels}) != len(panels):
        found.append(f"{DASHBOARD}: two panels have one id")
    for index, panel in enumerate(panels):
        where = f"{DASHBOARD}: {panel['title']}"
        position = panel["gridPos"]
        if position["x"] + position["w"] > 24:
            found.append(f"{where}: wider than the board")
        for other in panels[index + 1 :]:
            if overlap(position, other["gridPos"]):
                found.append(f"{where}: lies over {other['title']}")
        if panel["type"] != "row" and not panel.get("targets"):
            found.append(f"{where}: shows nothing")
        for target in panel.get("targets", []):
            more, names = check_expression(where, target["expr"], known)
            found += more
            used |= names
    # Any part of a histogram is accepted.
    shown = {re.sub(r"_(bucket|sum|count)$", "", name) for name in used}
    for name in sorted(set(known) - set(FOREIGN)):
        if name.endswith(("_sum", "_count")):
            continue
        if re.sub(r"_bucket$", "", name) not in shown:
            found.append(f"{DASHBOARD}: no panel shows {name}")
    return found


def check(root):
    known = series(root)
    if len(known) <= len(FOREIGN):
        return [f"{METRICS}: no metrics were found"]
    return check_rules(root, known) + check_dashboard(root, known)


if __name__ == "__main__":
    project.report(check(project.ROOT))
