"""A booted Debian 12 in a container: systemd, journald and apt as on a server, but no network.

Tests use only tools that an administrator has.
"""

import ctypes
import hashlib
import os
import shutil
import subprocess
import tempfile
import time

CACHE = os.environ.get("BANK_TEST_CACHE", "/var/cache/bankd-tests")
# The packages of a server. The dependencies of our packages are in its package cache: it has no
# network.
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
    """The first choice among the dependencies of these .deb files, without each other."""
    own, needed = set(), set()
    for package in packages:
        own.add(run("dpkg-deb", "--field", package, "Package").stdout.strip())
        for field in ("Pre-Depends", "Depends"):
            for choices in run("dpkg-deb", "--field", package, field).stdout.split(","):
                needed.update(choices.split()[:1])
    return sorted(needed - own)


def make_root(packages):
    """A root file system; cached, since creating it takes a minute and the network."""
    needed = dependencies(packages)
    recipe = hashlib.sha256(f"{INSTALLED} {needed}".encode()).hexdigest()[:12]
    root = os.path.join(CACHE, f"root-{recipe}")
    if not os.path.exists(root):
        # Old programs that run as root belong only to root.
        os.makedirs(CACHE, mode=0o700, exist_ok=True)
        # Atomically.
        partial = tempfile.mkdtemp(prefix="part-", dir=CACHE)
        os.chmod(partial, 0o755)
        download = 'chroot "$1" apt-get -y --no-install-recommends --download-only install '
        try:
            run(
                "mmdebstrap",
                "--quiet",
                "--variant=minbase",
                "--dpkgopt=force-unsafe-io",
                "--aptopt=Acquire::Languages none",
                "--skip=cleanup/apt",
                "--include=" + INSTALLED,
                "--customize-hook=" + download + " ".join(needed),
                "bookworm",
                partial,
                within_s=900,
            )
            os.rename(partial, root)
        finally:
            shutil.rmtree(partial, ignore_errors=True)
    return root


class Container:
    """`close` ends it and removes its files."""

    def __init__(self, packages):
        below = make_root(packages)
        self.process = None
        self.leader = 0  # The process id of its systemd, seen from outside.
        self.directory = tempfile.mkdtemp(prefix="appliance.", dir="/var/tmp")
        self.root, upper, work = (
            os.path.join(self.directory, name) for name in ("root", "upper", "work")
        )
        # Its files are in memory: nothing there waits for a disk.
        run("mount", "-t", "tmpfs", "-o", "mode=0700", "bankd-test", self.directory)
        for path in (self.root, upper, work):
            os.mkdir(path)
        layers = f"lowerdir={below},upperdir={upper},workdir={work}"
        run("mount", "-t", "overlay", "-o", layers, "bankd-test", self.root)

    def boot(self):
        log = open(os.path.join(self.directory, "console"), "ab")
        with log:
            # Even SIGKILL of the test does not leave it behind.
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
            time.sleep(0.05)
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
        state = self.do("systemctl", "is-system-running", "--wait", check=False).stdout.strip()
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
        """From now on this thread, and those it starts, reach the container's loopback."""
        with open(f"/proc/{self.leader}/ns/net", "rb") as namespace:
            if ctypes.CDLL(None, use_errno=True).setns(namespace.fileno(), CLONE_NEWNET) != 0:
                raise OSError(ctypes.get_errno(), "setns")

    def install(self, *packages, command="install"):
        """Installs packages by name or as .deb files, from the container's cache."""
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

    # Stop.

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
            for place in (self.root, self.directory):
                run("umount", "--lazy", place, check=False)
            shutil.rmtree(self.directory, ignore_errors=True)
