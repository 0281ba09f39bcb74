#!/usr/bin/env python3
"""packaging/quickstart as a newcomer runs it, but on the existing build tree."""

import collections
import datetime
import os
import pathlib
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import unittest
import urllib.request

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

from support import ROOT, runner
from support.bank import BUILD, free_port

import rest_client
import year

QUICKSTART = os.path.join(ROOT, "packaging", "quickstart")
README = "README.md"
INTEGRATORS_GUIDE = os.path.join("packaging", "doc", "integrators-guide.md")


def blocks_of(document, language, section=""):
    """The code blocks of a document, or of the part after a heading."""
    with open(os.path.join(ROOT, document), encoding="utf-8") as file:
        text = file.read()
    if section:
        text = re.split(r"^## ", text.partition(section)[2], maxsplit=1, flags=re.MULTILINE)[0]
    return re.findall(rf"^```{language}\n(.*?)^```", text, re.DOTALL | re.MULTILINE)


def masked(line):
    """A line without the parts that vary between runs: colour, paths, passwords, numbers."""
    line = re.sub(r"\x1b\[[0-9;]*[mK]|✓|\bok ", "", line)
    line = re.sub(r"/[\w./-]+(?=/cluster)", "", line)
    line = re.sub(r"password \S+", "password", line)
    return " ".join(re.sub(r"[0-9][0-9,.]*", "0", line).split())


class YearTest(unittest.TestCase):
    def test_money_suffices_whatever_day_the_year_begins_on(self):
        for number in range(366):
            begin = datetime.datetime(2027, 1, 1, 7) + datetime.timedelta(days=number)
            bank = year.Year()
            bank.numbers = {
                account: account
                for account in [*map(year.business, year.BUSINESSES), *year.BROUGHT_ALONG]
            }
            balances = collections.Counter(year.BROUGHT_ALONG)
            for moment, items in bank.days(begin):
                # Items of one batch may overtake each other: first all debits.
                for item in items:
                    balances[item["debit_account_no"]] -= rest_client.units(item["amount"])
                if min(balances.values()) < 0:
                    self.fail(f"{moment} from {begin}: {balances}")
                for item in items:
                    balances[item["credit_account_no"]] += rest_client.units(item["amount"])


class QuickstartCase(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        directory = tempfile.mkdtemp(prefix="quick.")
        os.chmod(directory, 0o711)
        cls.addClassCleanup(shutil.rmtree, directory, ignore_errors=True)
        cls.state = os.path.join(directory, "state")
        cls.port = free_port()

    def command(self, *arguments):
        return [
            QUICKSTART,
            "--no-install",
            "--build",
            BUILD,
            "--directory",
            self.state,
            "--port",
            str(self.port),
            *arguments,
        ]

    def run_quickstart(self, *arguments):
        return subprocess.run(
            self.command(*arguments),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=180,
            check=False,
        )

    def processes(self):
        """Command lines of all processes that name the state directory or run in it."""
        found = []
        for entry in os.listdir("/proc"):
            if not entry.isdigit() or int(entry) == os.getpid():
                continue
            try:
                with open(f"/proc/{entry}/cmdline", "rb") as file:
                    line = file.read().replace(b"\0", b" ").decode(errors="replace")
                where = os.readlink(f"/proc/{entry}/cwd")
            except OSError:
                continue
            if self.state in line or where.startswith(self.state):
                found.append(line)
        return found

    def assert_nothing_left(self):
        deadline = time.monotonic() + 5
        while self.processes() and time.monotonic() < deadline:
            time.sleep(0.05)
        self.assertEqual(self.processes(), [])


TOUR = "\n## A five-minute tour\n"
TOUR_STARTS, TOUR_SERVES = 0, 1  # The blocks with the output of the quickstart itself.


class QuickstartTest(QuickstartCase):
    """One demonstration goes through the cases in order of their names: a year takes long."""

    def plant_leftovers(self):
        """As left by libfaketime: every other process id that a program may get is taken."""
        newest = int(pathlib.Path("/proc/loadavg").read_text(encoding="ascii").split()[-1])
        for number in range(newest + 1, newest + 4000, 2):
            for name in (f"sem.faketime_sem_{number}", f"faketime_shm_{number}"):
                path = pathlib.Path("/dev/shm", name)
                if not path.exists():
                    path.touch(0o600)
                    self.addCleanup(path.unlink, missing_ok=True)

    def leftovers(self):
        """libfaketime's shared memory of processes that have ended. Planted files are empty and do
        not count, including those of tests in other clones."""
        names = [name for name in os.listdir("/dev/shm") if "faketime" in name]
        gone = [name for name in names if not os.path.exists("/proc/" + name.split("_")[-1])]
        return {name for name in gone if self.size_of("/dev/shm/" + name) > 0}

    @staticmethod
    def size_of(path):
        try:
            return os.path.getsize(path)
        except OSError:  # Its process has removed it.
            return 0

    def test_1_a_year_that_is_cut_short_leaves_nothing_and_begins_again(self):
        for number in (signal.SIGINT, signal.SIGTERM):
            with self.subTest(number=number):
                leftovers = self.leftovers()
                process = subprocess.Popen(
                    self.command("--once", "--fresh"),
                    stdin=subprocess.DEVNULL,
                    stdout=subprocess.PIPE,
                    stderr=subprocess.STDOUT,
                    text=True,
                    start_new_session=True,
                )
                self.addCleanup(process.stdout.close)
                said = process.stdout.readline()
                self.assertIn("Simulating a year", said)
                time.sleep(1)  # Some programs are running by now, whichever they are.
                os.killpg(process.pid, number)  # As a terminal does.
                process.wait(timeout=60)
                self.assertNotIn("Traceback", process.stdout.read())
                deadline = time.monotonic() + 5
                while self.leftovers() - leftovers and time.monotonic() < deadline:
                    time.sleep(0.05)
                self.assertEqual(self.leftovers() - leftovers, set())

        self.plant_leftovers()
        leftovers = self.leftovers()
        first = self.run_quickstart("--once")
        self.assertEqual(first.returncode, 0, first.stdout + first.stderr)
        self.assertRegex(first.stdout, "A year was simulated: [0-9]{3}")
        self.assertIn("sum 0", first.stdout)
        self.assert_shows(first.stdout, TOUR_STARTS)
        self.assertNotIn("\x1b", first.stdout + first.stderr)
        self.assert_nothing_left()
        self.assertEqual(self.leftovers() - leftovers, set())

    def test_2_once_does_the_main_job_again_in_seconds(self):
        started = time.monotonic()
        second = self.run_quickstart("--once")
        self.assertEqual(second.returncode, 0, second.stdout + second.stderr)
        self.assertLess(time.monotonic() - started, 30)
        self.assert_nothing_left()

        mode = os.stat(os.path.join(self.state, "logins.json")).st_mode & 0o777
        self.assertEqual(mode, 0o600)

    def test_3_it_serves_until_it_is_told_to_stop(self):
        for number in (signal.SIGINT, signal.SIGTERM):
            with self.subTest(number=number):
                self.serve_and_stop(number)

    def serve_and_stop(self, number):
        # Python ignores no signal in its children; a shell's `&` would make them ignore SIGINT.
        process = subprocess.Popen(
            self.command(),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )
        self.addCleanup(process.stdout.close)
        said = []
        for line in process.stdout:
            said.append(line)
            if "kill" in line:
                break
        text = "".join(said)
        self.assertIn(f"https://127.0.0.1:{self.port}", text)
        self.assertIn("demo-teller", text)
        self.assertIn(f"kill {process.pid}", text)
        self.assert_shows(text, TOUR_SERVES)
        if number == signal.SIGTERM:
            self.take_the_tour()
            self.paste_the_walk_through()
            self.open_the_documentation()
        busy = self.run_quickstart("--once")
        self.assertEqual(busy.returncode, 1)
        self.assertEqual(len(busy.stderr.strip().splitlines()), 1, busy.stderr)
        process.send_signal(number)
        process.wait(60)
        self.assertEqual(process.returncode, 128 + number)
        self.assert_nothing_left()

    def assert_shows(self, said, block):
        """The lines of the README's tour were printed, in this order."""
        lines = iter([masked(line) for line in said.splitlines()])
        for line in blocks_of(README, "text", TOUR)[block].splitlines():
            if line.strip() != "...":
                self.assertIn(masked(line), lines, said)

    def take_the_tour(self):
        """All commands of the second terminal, on a terminal."""
        script = os.path.join(os.path.dirname(self.state), "tour.sh")
        with open(script, "w", encoding="utf-8") as file:
            file.write("\n".join(blocks_of(README, "sh", TOUR)[1:]))
        taken = subprocess.run(
            ["script", "--quiet", "--return", "--command", f"bash {script}", "/dev/null"],
            env={**os.environ, "build": BUILD, "state": self.state, "TMPDIR": self.state},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        self.assertEqual(taken.returncode, 1, taken.stdout)  # Because of the forged export.
        for block in range(TOUR_SERVES + 1, len(blocks_of(README, "text", TOUR))):
            self.assert_shows(taken.stdout, block)

    def paste_the_walk_through(self):
        (walk,) = [block for block in blocks_of(INTEGRATORS_GUIDE, "sh") if "bank=" in block]
        pasted = subprocess.run(
            ["bash"],
            input=walk,
            env={**os.environ, "bank": f"https://127.0.0.1:{self.port}", "state": self.state},
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        said = pasted.stdout
        self.assertEqual((pasted.returncode, pasted.stderr), (0, ""), said)
        self.assertEqual(said.count("HTTP/1.1 201"), 2, said)
        self.assertEqual(len(re.findall("Idempotency-Replayed: true", said, re.I)), 1, said)
        self.assertEqual(said.count('"balance":{"amount":"7500","currency":"EUR"}'), 2, said)
        self.assertIn('"is_sound":true', said)

    def open_the_documentation(self):
        trusted = rest_client.trusting(os.path.join(self.state, "keys", "tls-certificate.pem"))
        for path in ("/docs/", "/docs/swagger-ui-bundle.js"):
            address = f"https://127.0.0.1:{self.port}{path}"
            with urllib.request.urlopen(address, context=trusted, timeout=30) as answer:
                self.assertEqual(answer.status, 200)
                self.assertIn(b"swagger", answer.read().lower())

    def test_4_fresh_begins_anew(self):
        fresh = self.run_quickstart("--once", "--fresh")
        self.assertEqual(fresh.returncode, 0, fresh.stdout + fresh.stderr)
        self.assertRegex(fresh.stdout, "added demo-admin|A year was simulated: [0-9]{3}")
        self.assert_nothing_left()


class RefusalTest(QuickstartCase):
    def test_a_busy_port_is_one_sentence(self):
        with socket.socket() as taken:
            taken.bind(("127.0.0.1", 0))
            taken.listen()
            self.port = taken.getsockname()[1]
            done = self.run_quickstart("--once")
        self.assertEqual(done.returncode, 1)
        self.assertEqual(len(done.stderr.strip().splitlines()), 1, done.stderr)
        self.assertIn(f"Port {self.port} is in use", done.stderr)
        self.assert_nothing_left()

    def test_a_place_that_cannot_be_written_is_one_sentence(self):
        self.state = "/proc/no-such-place"  # For this case only.
        done = self.run_quickstart("--once")
        self.assertEqual(done.returncode, 1)
        self.assertEqual(len(done.stderr.strip().splitlines()), 1, done.stderr)

    def test_mistakes_in_the_command_line(self):
        for arguments, code in ((("--nonsense",), 64), (("--port", "x"), 1), (("--help",), 0)):
            with self.subTest(arguments=arguments):
                self.assertEqual(self.run_quickstart(*arguments).returncode, code)


def take_shared_memory_of_our_own():
    """Runs this script again with an empty /dev/shm: other programs under libfaketime may leave
    files in the machine's at any moment."""
    if os.environ.get("BANK_TEST_OWN_SHM"):
        return
    os.environ["BANK_TEST_OWN_SHM"] = "1"
    mounted = 'mount -t tmpfs bankd-test /dev/shm && exec "$@"'
    again = [sys.executable, *sys.orig_argv[1:]]
    os.execvp("unshare", ["unshare", "--mount", "sh", "-c", mounted, "sh", *again])


if __name__ == "__main__":
    take_shared_memory_of_our_own()
    runner.main()
