#!/usr/bin/env python3
"""tests/cases.py counts the cases of a GoogleTest program, tests/reach.py follows a build, and
tests/lint/openapi checks the OpenAPI document."""

import contextlib
import io
import json
import os
import subprocess
import sys
import tempfile
import unittest

ROOT = os.path.abspath(os.path.join(os.path.dirname(__file__), "..", ".."))
sys.path.insert(0, os.path.join(ROOT, "tests"))

import reach

# Speaks like GoogleTest. Its case Dies ends it, Fails fails; all others pass.
PROGRAM = """#!/usr/bin/env python3
import json, os, sys
if "--gtest_list_tests" in sys.argv:
    print("Suite.\\n  Passes\\n  Fails\\n  Dies  # GetParam() = 1\\n  DISABLED_Sleeps")
    print("Other.\\n  Passes")
    sys.exit(0)
cases = os.environ["GTEST_FILTER"].split(":")
suites = []
for case in cases:
    suite, name = case.split(".")
    print("[ RUN      ] " + case, flush=True)
    if name == "Dies":
        print("last words", flush=True)
        os.abort()
    failures = [{"failure": "1 is not 2"}] if name == "Fails" else []
    print("1 is not 2\\n[  FAILED  ] " + case if failures else "[       OK ] " + case, flush=True)
    entry = {"name": name, "result": "COMPLETED"}
    if failures:
        entry["failures"] = failures
    suites.append({"name": suite, "testsuite": [entry]})
with open(os.environ["GTEST_OUTPUT"].removeprefix("json:"), "w") as file:
    json.dump({"testsuites": suites}, file)
sys.exit(any("failures" in each["testsuite"][0] for each in suites))
"""


class CasesTest(unittest.TestCase):
    def setUp(self):
        scratch = tempfile.TemporaryDirectory()
        self.addCleanup(scratch.cleanup)
        self.folder = scratch.name
        self.program = os.path.join(self.folder, "program")
        with open(self.program, "w", encoding="utf-8") as file:
            file.write(PROGRAM)
        os.chmod(self.program, 0o755)

    def run_cases(self, *shard, only=""):
        done = subprocess.run(
            [sys.executable, "-B", os.path.join(ROOT, "tests", "cases.py"), "name", self.program,
             *shard],
            env={**os.environ, "BANK_TEST_ONLY": only, "BANK_TEST_RESULTS": self.folder},
            capture_output=True, text=True, check=False,
        )
        with open(os.path.join(self.folder, "name.json"), encoding="utf-8") as file:
            counts = json.load(file)
        return done, (counts["passed"], counts["failed"], counts["skipped"])

    def test_a_case_that_ends_the_program_is_named_and_the_rest_is_run(self):
        done, counts = self.run_cases()
        self.assertEqual(counts, (2, 2, 0))
        self.assertEqual(done.returncode, 1)
        for words in ("--- Suite.Fails", "1 is not 2", "--- Suite.Dies", "last words", "ended"):
            self.assertIn(words, done.stdout)
        self.assertNotIn("--- Other.Passes", done.stdout)

    def test_only_some_are_run_if_asked(self):
        done, counts = self.run_cases(only="Passes$")
        self.assertEqual((done.returncode, counts), (0, (2, 0, 0)))
        self.assertEqual(self.run_cases(only="nothing")[1], (0, 0, 0))

    def test_shards_share_the_cases(self):
        all_of_them = [self.run_cases(str(each), "3")[1] for each in (1, 2, 3)]
        self.assertEqual([sum(column) for column in zip(*all_of_them)], [2, 2, 0])


class ReachTest(unittest.TestCase):
    """A change is followed to what is made of it: one.cpp and its header, and no further."""

    def setUp(self):
        scratch = tempfile.TemporaryDirectory()
        self.addCleanup(scratch.cleanup)
        self.tree = os.path.realpath(scratch.name)
        for name in ("one.cpp", "two.cpp", "one.hpp"):
            with open(os.path.join(self.tree, name), "w", encoding="utf-8") as file:
                file.write("")
        with open(os.path.join(self.tree, "build.ninja"), "w", encoding="utf-8") as file:
            file.write(
                "rule cc\n  command = echo $out: one.hpp > $out.d && touch $out\n"
                "  deps = gcc\n  depfile = $out.d\n"
                "rule plain\n  command = echo $out: > $out.d && touch $out\n"
                "  deps = gcc\n  depfile = $out.d\n"
                "rule link\n  command = touch $out\n"
                "build one.o: cc one.cpp\nbuild two.o: plain two.cpp\n"
                "build lib.a: link one.o\nbuild first: link $\n lib.a\n"
                "build second: link two.o || lib.a\nbuild third: link two.o\n"
            )

    def reached(self, *names):
        graph = reach.Graph(self.tree)
        found = graph.reach({os.path.join(self.tree, name) for name in names})
        return {os.path.basename(path) for path in found} & {"first", "second", "third"}

    def test_what_was_built_is_followed_through_headers_and_libraries(self):
        with contextlib.redirect_stdout(io.StringIO()):
            subprocess.run(["ninja", "-C", self.tree], check=True, capture_output=True)
        self.assertEqual(self.reached("one.cpp"), {"first", "second"})
        self.assertEqual(self.reached("one.hpp"), {"first", "second"})
        self.assertEqual(self.reached("two.cpp"), {"second", "third"})
        self.assertEqual(self.reached("README.md"), set())

    def test_what_was_never_built_may_be_reached_by_anything(self):
        self.assertEqual(self.reached("README.md"), {"first", "second", "third"})


class OpenApiTest(unittest.TestCase):
    def setUp(self):
        scratch = tempfile.TemporaryDirectory()
        self.addCleanup(scratch.cleanup)
        self.folder = scratch.name

    def run_script(self, name, *arguments, **environment):
        script = os.path.join(ROOT, "tests", "lint", "openapi", name)
        return subprocess.run([sys.executable, "-B", script, *arguments], capture_output=True,
                              text=True, check=False, env={**os.environ, **environment})

    def plant(self, name, text):
        path = os.path.join(self.folder, name)
        with open(path, "w", encoding="utf-8") as file:
            file.write(text)
        return path

    def test_a_copy_that_differs_in_one_byte_fails_with_the_command_that_updates_it(self):
        emitted, copy = self.plant("emitted", "{}\n"), self.plant("copy", "{}\n")
        self.assertEqual(self.run_script("compare.py", emitted, copy).returncode, 0)
        for text in ("{} \n", "{}", "{}\r\n"):
            self.plant("copy", text)
            done = self.run_script("compare.py", emitted, copy)
            self.assertEqual(done.returncode, 1, text)
            self.assertIn("update_openapi", done.stdout)

    def test_linters_that_cannot_be_installed_are_a_failure(self):
        done = self.run_script("lint.py", self.plant("document", "{}"), PATH=self.folder,
                               BANK_BUILD_DIR=self.folder)
        self.assertEqual(done.returncode, 1)
        self.assertIn("npm is not installed", done.stdout)


if __name__ == "__main__":
    unittest.main()
