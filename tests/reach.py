#!/usr/bin/env python3
"""Prints what changed files can reach. Usage: reach.py TREE LABELS FILE...

TREE is a configured build tree, LABELS those of the tests in question, with commas, or none; a FILE
is relative to the sources. Each line of the output is "build TARGET" or "test NAME", as ninja and
ctest know them:

  a source file of ninja       the tests made from it, or requiring an output (REQUIRED_FILES)
  a script of tests/e2e        itself, or every script that imports it
  any other file               the end-to-end tests that name it, and those of packages

The checks of tests/lint read the whole tree, so all of them are named each time.
"""

import collections
import json
import os
import re
import subprocess
import sys

SOURCES = os.path.realpath(os.path.join(os.path.dirname(__file__), ".."))
E2E = os.path.join(SOURCES, "tests", "e2e")
PACKAGED = ("packaging/", "systemd/", "config/")
OF_PACKAGES = ("e2e.appliance", "e2e.packages")
TOKEN = re.compile(r"(?:\$.|[^\s$])+")


def output_of(*command):
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


class Graph:
    """The dependencies between files, all by absolute path."""

    def __init__(self, tree):
        self._tree = tree
        self._made_of = collections.defaultdict(set)
        self._objects = set()
        with open(os.path.join(tree, "build.ninja"), encoding="utf-8") as file:
            for line in file.read().replace("$\n", "").splitlines():
                if line.startswith("build "):
                    self._add_edge(line[len("build ") :])
        self._add_headers()

    def _path(self, name):
        name = re.sub(r"\$(.)", r"\1", name)
        return os.path.normpath(os.path.join(self._tree, name))

    def _add_edge(self, text):
        made, needed = re.split(r"(?<!\$):\s", text, maxsplit=1)
        outputs = [self._path(name) for name in TOKEN.findall(made) if name != "|"]
        self._objects.update(path for path in outputs if path.endswith((".o", ".gch")))
        # The first word is the rule. A phony target only orders files made beside it.
        for name in TOKEN.findall(needed)[1:]:
            if name not in ("|", "||", "|@") and not name.startswith("cmake_object_order"):
                self._made_of[self._path(name)].update(outputs)

    def _add_headers(self):
        """The headers that the compiler read; an object never compiled may read anything."""
        known, current = set(), None
        for line in output_of("ninja", "-C", self._tree, "-t", "deps").splitlines():
            if line.startswith("    "):
                self._made_of[self._path(line.strip())].add(current)
            elif ": #deps " in line:
                current = self._path(line.split(": #deps ")[0])
                known.add(current)
        self.never_made = self._objects - known

    def reach(self, paths):
        """Everything made from the paths, including them."""
        reached, rest = set(), set(paths) | self.never_made
        while rest:
            path = rest.pop()
            reached.add(path)
            rest |= self._made_of[path] - reached
        return reached


def scripts_with_imports():
    """{module or script of tests/e2e: all files that it uses}; web scripts count as one folder."""
    files = {}
    for folder, _, names in os.walk(E2E):
        for name in names:
            if name.endswith((".py", ".mjs", ".cpp")):
                path = os.path.join(folder, name)
                with open(path, encoding="utf-8") as file:
                    files[path] = file.read()
    uses = {path: {path} for path in files}
    for path, text in files.items():
        for module in re.findall(r"^\s*(?:from|import) support[. ](?:import )?(\w+)", text, re.M):
            uses[path].add(os.path.join(E2E, "support", module + ".py"))
        if "run_script" in text:
            uses[path].update(each for each in files if os.sep + "web" + os.sep in each)
    for _ in range(4):  # Deeper than imports go.
        for path, used in uses.items():
            used.update(*(uses.get(each, ()) for each in list(used)))
    return uses, files


def tests_of(tree):
    """(name, labels, command, required files) of each test that ctest knows."""
    for test in json.loads(output_of("ctest", "--test-dir", tree, "--show-only=json-v1"))["tests"]:
        values = {each["name"]: each["value"] for each in test["properties"]}
        yield test["name"], values.get("LABELS", []), test["command"], values.get(
            "REQUIRED_FILES", [])


def names_it(texts, file):
    return any(os.path.basename(file) in text for text in texts)


def main():
    tree, changed = os.path.realpath(sys.argv[1]), sys.argv[3:]
    wanted = set(sys.argv[2].split(",")) - {""}
    paths = {os.path.join(SOURCES, file) for file in changed}
    graph = Graph(tree)
    reached = graph.reach(paths)
    uses, texts = scripts_with_imports()
    others = [file for file in changed
              if os.path.join(SOURCES, file) not in uses and not file.startswith("tests/")]
    targets, names = set(), set()
    for name, labels, command, required in tests_of(tree):
        if wanted and not wanted & set(labels):
            continue
        programs = {os.path.realpath(word) for word in (*command, *required) if "/" in word}
        script = next((word for word in command if word in uses), None)
        is_reached = "lint" in labels or bool(programs & reached)
        is_reached |= any(path.startswith(word + os.sep) for path in paths for word in command)
        if script:
            used = uses[script]
            is_reached |= bool(used & paths)
            is_reached |= any(names_it([texts[each] for each in used if each in texts], file)
                              for file in others)
            is_reached |= name in OF_PACKAGES and any(f.startswith(PACKAGED) for f in others)
        if is_reached:
            names.add(name)
            targets |= {os.path.relpath(path, tree) for path in programs
                        if path.startswith(tree + os.sep)}
    print("".join(f"build {target}\n" for target in sorted(targets)), end="")
    print("".join(f"test {name}\n" for name in sorted(names)), end="")


if __name__ == "__main__":
    main()
