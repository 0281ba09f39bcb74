"""A booted Debian 12 in a container: systemd, journald and apt as on a server, but no network.

What tests do in it is done by the tools that an administrator has.
"""

import ctypes
import hashlib
import os
import shutil
import subprocess
import tempfile
import time

CACHE = os.environ.get("BANK_TEST_CACHE", "/var/cache/bankd-tests")
# What a server has. What the packages need beside it is in its package cache: it has no network.
INSTALLED = "systemd,systemd-sysv,dbus,libpam-systemd,procps"
CLONE_NEWNET = 0x40000000
BOOTS_WITHIN_S = 90


def run(*command, within_s=120, text=None, check=True, env=None):
    done = subprocess.run(
        command,
        input=text,
        capture_output=True,
        text=True,
        errors="replace",
        timeout=within_s,
        check=False,
        env=env,
    )
    if check and done.returncode != 0:
        raise AssertionError(
            f"{' '.join(command)} ended with {done.returncode}:\n{done.stdout}{done.stderr}"
        )
    return done


def dependencies(packages):
    """The first choice of all that these .deb files need, but for each other."""
    own, needed = set(), set()
    for package in packages:
        own.add(run("dpkg-deb", "--field", package, "Package").stdout.strip())
        for field in ("Pre-Depends", "Depends"):
            for choices in run("dpkg-deb", "--field", package, field).stdout.split(","):
                needed.update(choices.split()[:1])
    return sorted(needed - own)


def make_root(packages):
    """The archive of a root file system; kept, since making it takes a minute and the network."""
    needed = dependencies(packages)
    recipe = hashlib.sha256(f"{INSTALLED} {needed}".encode()).hexdigest()[:12]
    archive = os.path.join(CACHE, f"root-{recipe}.tar")
    if not os.path.exists(archive):
        os.makedirs(CACHE, exist_ok=True)
        # Whole or not at all.
        handle, partial = tempfile.mkstemp(prefix="root-", suffix=".part.tar", dir=CACHE)
        os.close(handle)
        download = 'chroot "$1" apt-get -y --no-install-recommends --download-only install '
        try:
            run(
                "mmdebstrap",
                "--quiet",
                "--variant=minbase",
                "--skip=cleanup/apt",
                "--include=" + INSTALLED,
                "--customize-hook=" + download + " ".join(needed),
                "bookworm",
                partial,
                within_s=900,
            )
            os.rename(partial, archive)
        finally:
            if os.path.exists(partial):
                os.unlink(partial)
    return archive


class Container:
    """`close` ends it and removes its files."""

    def __init__(self, packages):
        self.directory = tempfile.mkdtemp(prefix="appliance.", dir="/var/tmp")
        self.root = os.path.join(self.directory, "root")
        os.mkdir(self.root)
        run("tar", "-xf", make_root(packages), "-C", self.root, within_s=300)
        self.process = None
        self.leader = 0  # The process id of its systemd, seen from outside.

    def boot(self):
        log = open(os.path.join(self.directory, "console"), "ab")
        with log:
            # Not even SIGKILL of the test leaves it behind.
            self.process = subprocess.Popen(
                ["setpriv", "--pdeathsig", "TERM", "--", "systemd-nspawn", "--quiet", "--boot"]
                + ["--register=no", "--keep-unit", "--private-network", "--link-journal=no"]
                + ["--console=pipe", "--machine=bankd-test", "--directory=" + self.root],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
            )
        deadline = time.monotonic() + BOOTS_WITHIN_S
        while not self._find_leader() or not self._is_running():
            if self.process.poll() is not None or time.monotonic() > deadline:
                raise AssertionError(f"the container does not boot: {self.console()}")
            time.sleep(0.2)
        self.do("ip", "link", "set", "lo", "up", check=False)
        return self

    def _find_leader(self):
        children = f"/proc/{self.process.pid}/task/{self.process.pid}/children"
        try:
            with open(children, encoding="ascii") as file:
                found = file.read().split()
        except FileNotFoundError:
            return False
        self.leader = int(found[0]) if found else 0
        return self.leader != 0

    def _is_running(self):
        state = self.do("systemctl", "is-system-running", check=False).stdout.strip()
        return state in ("running", "degraded")

    def console(self):
        with open(os.path.join(self.directory, "console"), errors="replace") as file:
            return file.read()[-4000:]

    def do(self, *command, **options):
        """Runs a command in it as root."""
        return run(*self.enter(*command), env={"PATH": "/usr/sbin:/usr/bin:/sbin:/bin"}, **options)

    def enter(self, *command):
        target = ["--target", str(self.leader), "--mount", "--uts", "--ipc", "--net", "--pid"]
        return ["nsenter", *target, "--cgroup", "--root", "--wd", "--", *command]

    def share_network(self):
        """This thread, and those that it starts, reach its loopback addresses from now on."""
        with open(f"/proc/{self.leader}/ns/net", "rb") as namespace:
            if ctypes.CDLL(None, use_errno=True).setns(namespace.fileno(), CLONE_NEWNET) != 0:
                raise OSError(ctypes.get_errno(), "setns")

    def install(self, *packages, command="install"):
        """Packages by name or as .deb files, from what the container has in its cache."""
        names = []
        for package in packages:
            if package.endswith(".deb"):
                shutil.copy(package, os.path.join(self.root, "root"))
                package = "/root/" + os.path.basename(package)
            names.append(package)
        return self.apt(command, *names)

    def apt(self, *arguments):
        return run(
            *self.enter("apt-get", "-y", "--no-install-recommends", *arguments),
            within_s=300,
            env={"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "DEBIAN_FRONTEND": "noninteractive"},
        )

    def path(self, inside):
        return os.path.join(self.root, inside.lstrip("/"))

    def read(self, inside):
        with open(self.path(inside), encoding="utf-8", errors="replace") as file:
            return file.read()

    def write(self, inside, text, mode=0o644):
        path = self.path(inside)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "w", encoding="utf-8") as file:
            file.write(text)
        os.chmod(path, mode)

    # Units.

    def show(self, unit, name):
        return self.do("systemctl", "show", "--value", "-p", name, unit).stdout.strip()

    def main_pid(self, unit):
        return int(self.show(unit, "MainPID"))

    def journal(self, *arguments):
        return self.do("journalctl", "--no-pager", "--quiet", *arguments).stdout

    # Its end.

    def end(self):
        """Shuts it down in order; its files remain."""
        if self.process is None or self.process.poll() is not None:
            return
        self.process.terminate()
        try:
            self.process.wait(90)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait(30)
            raise AssertionError(f"the container does not end: {self.console()}") from None

    def close(self):
        try:
            self.end()
        finally:
            shutil.rmtree(self.directory, ignore_errors=True)
