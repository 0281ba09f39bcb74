#!/usr/bin/env python3
"""The .deb and .rpm packages contain the same files: those of the install rules."""

import glob
import os
import stat
import subprocess
import sys
import tarfile
import tempfile
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

from support import BUILD, ROOT, runner
from support.appliance import packages as deb_paths
from support.container import run

RPMS = os.environ.get("BANK_TEST_RPMS", os.path.join(ROOT, "build", "rpm"))

# Files that each distribution adds in its own way, and Debian's other paths.
ADDED = ("/usr/share/doc/", "/usr/share/licenses/", "/usr/share/lintian/", "/usr/lib/.build-id")
MOVED = (
    ("/lib/systemd/", "/usr/lib/systemd/"),
    ("/usr/share/zsh/vendor-completions/", "/usr/share/zsh/site-functions/"),
)


def rpm_paths():
    found = [p for p in glob.glob(os.path.join(RPMS, "*.rpm")) if "-debug" not in p]
    if not found:
        raise AssertionError(f"there are no packages in {RPMS}: run packaging/build-rpm")
    return sorted(found)


def common_name(path):
    """The name of an installed file on all distributions, or None if only one has it."""
    for here, elsewhere in MOVED:
        if path.startswith(here):
            path = elsewhere + path[len(here) :]
    return None if path.startswith(ADDED) else path.removesuffix(".gz")


class Contents(dict):
    """{path: (package, mode, owner and group)} of files and links."""

    def note(self, package, path, mode, owner):
        name = common_name(path)
        if name is not None and not stat.S_ISDIR(mode):
            self[name] = (package, oct(mode), owner)


def installed():
    contents = Contents()
    with tempfile.TemporaryDirectory(prefix="installed.") as directory:
        run("cmake", "--install", BUILD, env={**os.environ, "DESTDIR": directory})
        for folder, _, names in os.walk(directory):
            for name in names:
                path = os.path.join(folder, name)
                found = os.lstat(path)
                contents.note("", path[len(directory) :], found.st_mode, "root/root")
    return contents


def of_debs():
    contents = Contents()
    kinds = {tarfile.REGTYPE: stat.S_IFREG, tarfile.SYMTYPE: stat.S_IFLNK}
    for path in deb_paths():
        package = run("dpkg-deb", "--field", path, "Package").stdout.strip()
        with subprocess.Popen(["dpkg-deb", "--fsys-tarfile", path], stdout=subprocess.PIPE) as tar:
            for item in tarfile.open(fileobj=tar.stdout, mode="r|"):
                mode = kinds.get(item.type, stat.S_IFDIR) | item.mode
                contents.note(package, item.name[1:], mode, f"{item.uname}/{item.gname}")
    return contents


def of_rpms():
    contents = Contents()
    line = "[%{=NAME}\\t%{FILENAMES}\\t%{FILEMODES}\\t%{FILEUSERNAME}/%{FILEGROUPNAME}\\n]"
    for text in run("rpm", "-qp", "--qf", line, *rpm_paths()).stdout.splitlines():
        package, path, mode, owner = text.split("\t")
        contents.note(package, path, int(mode) & 0xFFFF, owner)
    return contents


class PackagesTest(unittest.TestCase):
    maxDiff = 20_000

    def test_both_sets_hold_the_same_files_with_the_same_modes_in_the_same_packages(self):
        self.assertEqual(of_debs(), of_rpms())

    def test_they_hold_all_that_the_install_rules_install(self):
        wanted = {path: mode for path, (_, mode, _) in installed().items()}
        self.assertEqual({path: mode for path, (_, mode, _) in of_debs().items()}, wanted)

    def test_everything_belongs_to_root_and_nobody_else_may_write_it(self):
        for path, (_, mode, owner) in of_rpms().items():
            self.assertEqual(owner, "root/root", path)
            if not stat.S_ISLNK(int(mode, 8)):
                self.assertEqual(int(mode, 8) & 0o7022, 0, path)

    def test_the_linters_of_both_distributions_are_silent(self):
        changes = glob.glob(os.path.join(os.path.dirname(deb_paths()[0]), "*.changes"))
        strict = ("--fail-on", "error,warning", "--allow-root")
        done = run("lintian", *strict, *changes, check=False, within_s=600)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        rules = os.path.join(ROOT, "packaging", "rpm", "rpmlint.toml")
        done = run("rpmlint", "--config", rules, *rpm_paths(), check=False, within_s=600)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)

    def test_the_rpm_set_accepts_its_own_configuration_where_it_is_installed(self):
        directory = tempfile.mkdtemp(prefix="rpms.", dir="/var/tmp")
        self.addCleanup(os.rmdir, directory)
        run("mount", "-t", "tmpfs", "bankd-test", directory)
        self.addCleanup(run, "umount", directory)
        root, upper, work = (os.path.join(directory, name) for name in ("root", "upper", "work"))
        for path in (root, upper, work):
            os.mkdir(path)
        # With the libraries of this machine, since the packages require Fedora's.
        run("mount", "-t", "overlay", "-o", f"lowerdir=/,upperdir={upper},workdir={work}",
            "bankd-test", root)
        self.addCleanup(run, "umount", root)
        run("mount", "-t", "proc", "proc", os.path.join(root, "proc"))
        self.addCleanup(run, "umount", os.path.join(root, "proc"))
        self.assertFalse(os.path.exists(os.path.join(root, "usr/sbin/bankd")))
        run("rpm", "--root", root, "--dbpath", "/var/lib/rpm-test", "--nodeps", "--noscripts",
            "--install", *rpm_paths())
        drop_in = os.path.join(root, "etc/bankd/conf.d/10-test.conf")
        with open(drop_in, "w", encoding="utf-8") as file:
            file.write("[keys]\ndirectory = /var/tmp/bankd-keys\n")
        bankd = ("chroot", root, "/usr/sbin/bankd", "--config", "/etc/bankd/bankd.conf")
        run(*bankd, "--make-keys")
        run(*bankd, "--check-config")
        with open(drop_in, "a", encoding="utf-8") as file:
            file.write("directroy = /\n")
        self.assertNotEqual(run(*bankd, "--check-config", check=False).returncode, 0)


if __name__ == "__main__":
    runner.main()
