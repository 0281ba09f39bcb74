#!/usr/bin/env python3
"""Tab completes the programs' commands in bash and zsh, typed into a real terminal."""

import functools
import os
import re
import subprocess
import sys
import tempfile
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

from support import runner
from support.bank import BUILD
from support.terminal import Terminal

COMPLETION = os.path.join(BUILD, "packaging", "completion")
PROGRAMS = ("bankd", "bankctl", "bankd-verify")


@functools.cache
def help_of(program, *words):
    done = subprocess.run(
        [os.path.join(BUILD, "bin", program), *words, "--help"],
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout


def commands_of_bankctl():
    """Each as a list of words. The list is a table: its second column begins with a capital."""
    table = help_of("bankctl").split("Commands:\n")[1].split("\n\n")[0]
    names = re.findall(r"^  ([a-z][a-z -]*?)(?: +[A-Z].*)?$", table, re.MULTILINE)
    return [name.split() for name in names]


def shortest_prefix(word, siblings):
    for length in range(1, len(word) + 1):
        if sum(other.startswith(word[:length]) for other in siblings) == 1:
            return word[:length]
    return word


def typed(words, commands):
    """The words of a command, each as short as possible and followed by a tab."""
    text = ""
    for place, word in enumerate(words):
        siblings = {
            other[place]
            for other in commands
            if len(other) > place and other[:place] == words[:place]
        }
        text += shortest_prefix(word, siblings) + "\t"
    return text


class CompletionTest:
    """The cases of both shells."""

    @classmethod
    def setUpClass(cls):
        cls.directory = tempfile.TemporaryDirectory(prefix="completion.")
        for name in ("salaries.csv", "audit.pub", "bank.conf"):
            with open(os.path.join(cls.directory.name, name), "w", encoding="utf-8"):
                pass
        cls.shell = Terminal(cls.command, cls.directory.name, PROGRAMS)
        for line in cls.preparation():
            cls.shell.type(line + "\n")

    @classmethod
    def tearDownClass(cls):
        cls.shell.close()
        cls.directory.cleanup()

    def expect(self, keys, outcome):
        program = keys.split()[0]
        self.assertEqual(f"{program} {self.shell.run(keys)}".rstrip(), outcome)

    def test_every_command_of_bankctl_is_completed_and_so_are_its_options(self):
        commands = commands_of_bankctl()
        self.assertGreater(len(commands), 30)
        for words in commands:
            with self.subTest(command=" ".join(words)):
                self.expect(f"bankctl {typed(words, commands)}--js\t",
                            f"bankctl {' '.join(words)} --json")

    def test_values_are_completed(self):
        self.expect("bankctl us\tad\tbob --ro\tte\t", "bankctl user add bob --role teller")
        self.expect("bankctl user role bob aud\t", "bankctl user role bob auditor")
        self.expect("bankctl account list --kind su\t", "bankctl account list --kind suspense")
        self.expect("bankctl --json user role bob aud\t", "bankctl --json user role bob auditor")

    def test_files_are_completed_where_a_file_is_wanted(self):
        self.expect("bankctl transfer import sal\t--format csv",
                    "bankctl transfer import salaries.csv --format csv")
        self.expect("bankd --con\tban\t--check-con\t", "bankd --config bank.conf --check-config")
        self.expect("bankd-verify log --key @aud\t--qui\t",
                    "bankd-verify log --key @audit.pub --quiet")
        self.expect("bankd-verify rec\tsal\t--js\t", "bankd-verify receipt salaries.csv --json")
        # A user is not a file.
        self.expect("bankctl user disable sal\t", "bankctl user disable sal")

    def test_an_option_of_another_command_is_not_completed(self):
        self.expect("bankctl user list --pass\t", "bankctl user list --pass")
        self.expect("bankctl user add x --pass\t", "bankctl user add x --password-stdin")
        self.expect("bankd-verify receipt x --check\t", "bankd-verify receipt x --check")


class BashTest(CompletionTest, unittest.TestCase):
    command = ["bash", "--norc", "--noprofile", "-i"]

    @staticmethod
    def preparation():
        return [f". {COMPLETION}/bash/{program}" for program in PROGRAMS]

    def offered(self, *words):
        """The completions that bash would show for the last word."""
        quoted = " ".join(f"'{word}'" for word in words)
        script = f""". '{COMPLETION}/bash/{words[0]}'
            COMP_WORDS=({quoted}) COMP_CWORD={len(words) - 1}
            [[ $(complete -p {words[0]}) =~ -F\\ ([a-z_]+) ]] && "${{BASH_REMATCH[1]}}"
            printf '%s\\n' "${{COMPREPLY[@]}}\""""
        done = subprocess.run(["bash", "-c", script], capture_output=True, text=True, check=True)
        self.assertEqual(done.stderr, "")
        return set(done.stdout.split())

    def test_every_option_in_the_help_of_a_command_is_offered(self):
        option = re.compile(r"^  (?:-\w, )?(--[a-z-]+)", re.MULTILINE)
        # Only a command that prompts has this option.
        everywhere = set(option.findall(help_of("bankctl"))) - {"--yes"}
        self.assertIn("--help", everywhere)
        for words in commands_of_bankctl():
            with self.subTest(command=" ".join(words)):
                own = set(option.findall(help_of("bankctl", *words)))
                self.assertEqual(self.offered("bankctl", *words, "--"), own | everywhere)
        prompting = option.findall(help_of("bankctl", "account", "lock"))
        self.assertIn("--yes", prompting)
        self.assertNotIn("--yes", option.findall(help_of("bankctl", "account", "show")))
        for program in ("bankd", "bankd-verify"):
            options = set(re.findall(r"^  (--[a-z-]+)", help_of(program), re.MULTILINE))
            offered = self.offered(program, "--")
            if program == "bankd-verify":
                offered |= self.offered(program, "log", "--")
            self.assertEqual(offered, options)

    def test_an_equals_sign_may_stand_before_a_value(self):
        self.expect("bankctl user add bob --role=te\t", "bankctl user add bob --role=teller")

    def test_the_scripts_are_sound(self):
        for program in PROGRAMS:
            subprocess.run(["shellcheck", "-s", "bash", f"{COMPLETION}/bash/{program}"], check=True)


class ZshTest(CompletionTest, unittest.TestCase):
    command = ["zsh", "-f", "-i"]

    @staticmethod
    def preparation():
        return [f"fpath=({COMPLETION}/zsh $fpath)", "autoload -Uz compinit", "compinit -u -D"]


if __name__ == "__main__":
    runner.main()
