#!/usr/bin/env python3
"""All that the documents tell people to type exists: commands, options, settings and units."""

import functools
import os
import re
import subprocess
import sys
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

from support import ROOT, runner
from support.bank import BUILD

DOCUMENTS = ("README.md", "packaging/doc/auditors-guide.md", "packaging/doc/backup.md",
             "packaging/doc/developers-guide.md", "packaging/doc/integrators-guide.md",
             "packaging/doc/operators-guide.md", "packaging/doc/threat-model.md",
             "packaging/man/bankd-rest.7.scd")

NUMBER = r"\d[\d,.]*\d|\d"


def text_of(path):
    with open(os.path.join(ROOT, path), encoding="utf-8") as file:
        return file.read()


def snippets(text):
    """Lines of code blocks, and texts in backquotes."""
    blocks = re.findall(r"^ *```\w*\n(.*?)^ *```", text, re.MULTILINE | re.DOTALL)
    rest = re.sub(r"^ *```.*?^ *```", "", text, flags=re.MULTILINE | re.DOTALL)
    lines = [line.strip() for block in blocks for line in block.splitlines()]
    lines += [line.strip() for line in re.findall(r"^ {4}(\S.*)$", rest, re.MULTILINE)]
    return lines + [" ".join(code.split()) for code in re.findall(r"`([^`]+)`", rest)]


@functools.cache
def help_of(program, *words):
    done = subprocess.run([os.path.join(BUILD, "bin", program), *words, "--help"],
                          capture_output=True, text=True, check=False)
    return done.stdout if done.returncode == 0 else None


def commands_in(text, program):
    for line in snippets(text):
        for part in re.split(r"[|;&<>]+|\s#\s", line):
            words = part.split()
            if words and words[0] == program:
                yield words[1:]


class DocumentsTest(unittest.TestCase):
    def check(self, program, words):
        """Checks the command, up to its first word not in lower case, and each of its options."""
        command = []
        for word in words[:2]:
            if not re.fullmatch(r"[a-z][a-z-]+", word):
                break
            command.append(word)
        about = help_of(program, *command) or help_of(program, *command[:1])
        self.assertIsNotNone(about, f"{program} has no command {command}")
        for option in words:
            if option.startswith("-") and option != "--help":
                self.assertRegex(about, rf"(?m)(^|[\s\[]){re.escape(option)}\b", words)

    def test_every_command_and_option_exists(self):
        seen = 0
        for path in DOCUMENTS:
            for program in ("bankd", "bankctl", "bankd-verify"):
                for words in commands_in(text_of(path), program):
                    with self.subTest(document=path, command=f"{program} {' '.join(words)}"):
                        self.check(program, words)
                        seen += 1
        self.assertGreater(seen, 40)

    def test_every_setting_exists(self):
        reference = text_of("config/bankd.conf")
        sections = dict(re.findall(r"^\[([\w-]+)\]\n(.*?)(?=^\[|\Z)", reference,
                                   re.MULTILINE | re.DOTALL))
        seen = 0
        for path in DOCUMENTS:
            text = text_of(path)
            for section, key in re.findall(r"`\[([a-z-]+)\] ([a-z_]+)", text):
                with self.subTest(document=path, key=f"[{section}] {key}"):
                    self.assertRegex(sections[section], rf"(?m)^#{key} = ?")
                    seen += 1
            for section, body in re.findall(r"^\[([a-z-]+)\]\n((?:[a-z_]+ = .*\n)+)", text,
                                            re.MULTILINE):
                for key in re.findall(r"^([a-z_]+) = ", body, re.MULTILINE):
                    with self.subTest(document=path, key=f"[{section}] {key}"):
                        self.assertRegex(sections[section], rf"(?m)^#{key} = ?")
                        seen += 1
        self.assertGreater(seen, 8)

    def test_the_exit_codes_are_those_of_each_help(self):
        table = text_of("packaging/doc/operators-guide.md").partition("## Exit codes\n")[2]
        rows = [[cell.strip() for cell in row.split("|")]
                for row in re.findall(r"^\|( \d+ \|.*)\|$", table, re.MULTILINE)]
        for column, program in enumerate(("bankd", "bankctl", "bankd-verify"), 1):
            with self.subTest(program=program):
                about = help_of(program).partition("Exit codes:")[2]
                self.assertEqual([row[0] for row in rows if row[column]],
                                 re.findall(r"(?m)^ +(\d+) ", about))

    def test_every_unit_and_file_of_the_tree_exists(self):
        units = set(os.listdir(os.path.join(ROOT, "systemd")))
        for path in DOCUMENTS:
            text = text_of(path)
            for unit in set(re.findall(r"\bbankd[a-z-]*\.(?:service|socket)\b", text)):
                with self.subTest(document=path, unit=unit):
                    self.assertIn(unit, units)
            paths = r"(?<![\w/.-])(?:packaging|tests|core|systemd|config)/[\w./-]+\w"
            for name in set(re.findall(paths, text)):
                with self.subTest(document=path, file=name):
                    self.assertTrue(os.path.exists(os.path.join(ROOT, name)), name)

    def test_every_test_that_is_named_exists(self):
        seen = 0
        for path in (*DOCUMENTS, "tests/README.md"):
            for name in set(re.findall(r"`e2e\.(\w+)`", text_of(path))):
                with self.subTest(document=path, test=name):
                    script = os.path.join(ROOT, "tests", "e2e", f"test_{name}.py")
                    self.assertTrue(os.path.exists(script))
                    seen += 1
        self.assertGreater(seen, 20)

    def test_every_figure_of_the_readme_is_in_its_source(self):
        source = "tests/bench/README.md"
        known = set(re.findall(NUMBER, text_of(source)))
        rows = re.findall(rf"^\|.*\| `{source}` \|$", text_of("README.md"), re.MULTILINE)
        self.assertGreater(len(rows), 4)
        for row in rows:
            for figure in re.findall(NUMBER, row):
                with self.subTest(row=row, figure=figure):
                    self.assertIn(figure, known)

    def test_every_document_of_the_packages_is_listed(self):
        listed = text_of("packaging/deb/bankd.docs").split()
        folder = os.path.join(ROOT, "packaging", "doc")
        for name in os.listdir(folder):
            with self.subTest(document=name):
                self.assertIn(f"packaging/doc/{name}", listed)
        for name in re.findall(r"\]\(([\w./-]+)\)", text_of("README.md")):
            with self.subTest(link=name):
                self.assertTrue(os.path.exists(os.path.join(ROOT, name)))


if __name__ == "__main__":
    runner.main()
