"""A separate cluster with archived WAL, and bankctl backup for it."""

import glob
import json
import os
import pwd
import shutil
import subprocess
import tempfile
import time

from support.bank import BUILD
from support.database import OwnCluster, run

ARCHIVED_WITHIN_S = 60
SCRATCH = ("/var/tmp/bankd-backup.*", "/dev/shm/bankd-backup.*", "/tmp/bankd-backup.*")


class BackedUpCluster(OwnCluster):
    """`store` is the directory of the backups, `key` the private key; `drop` removes them too.

    In memory if tests/run provides a directory: only processes are killed here, not machines.
    """

    parent = os.environ.get("BANK_TEST_MEMORY")

    def __init__(self):
        self.place = tempfile.mkdtemp(prefix="backup.", dir=self.parent)
        os.chmod(self.place, 0o711)
        self.store = os.path.join(self.place, "store")
        self.key = os.path.join(self.place, "key")
        self.work = os.path.join(self.place, "work")
        self.config = os.path.join(self.place, "backup.conf")
        self.is_mounted = False
        super().__init__()

    def create(self):
        super().create()
        self.owner = pwd.getpwuid(os.stat(self.data).st_uid).pw_name
        for path in (self.store, self.work):
            os.mkdir(path)
            self.hand_over(path)
        self.make_key(self.key)
        self.configure(self.public_key(self.key))
        self.archive_with(self.config)

    def hand_over(self, path):
        shutil.chown(path, self.owner)
        os.chmod(path, 0o700)

    def mount_store(self, size):
        """Mounts an empty file system of that size in place of the store."""
        run("mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", self.store)
        self.is_mounted = True
        self.hand_over(self.store)

    def unmount_store(self):
        self.halt()
        if self.is_mounted:
            run("umount", self.store)
        self.is_mounted = False

    @staticmethod
    def make_key(path):
        run("age-keygen", "-o", path)
        return path

    @staticmethod
    def public_key(path):
        return run("age-keygen", "-y", path).strip()

    def configure(self, *recipients, **more):
        lines = [f"recipient = {recipient}" for recipient in recipients]
        lines += [f"{key} = {value}" for key, value in more.items()]
        lines += [
            f"directory = {self.store}",
            f"data_directory = {self.data}",
            f"socket_directory = {self.host}",
        ]
        with open(self.config, "w", encoding="utf-8") as file:
            file.write("\n".join(lines) + "\n")

    def archive_with(self, config):
        program = os.path.join(BUILD, "lib", "bankd", "backup")
        with open(os.path.join(self.data, "postgresql.conf"), "a", encoding="utf-8") as file:
            file.write(
                "archive_mode = on\narchive_timeout = 60\n"
                f"archive_command = '{program} archive --config {config} %p %f'\n"
            )

    # The server.

    def log(self):
        with open(os.path.join(self._cluster, "log"), encoding="utf-8", errors="replace") as file:
            return file.read()

    def query(self, sql, database="bankd"):
        return run(
            "psql", "-XqAt", "-F\t", "-v", "ON_ERROR_STOP=1", "-h", self.host, "-U", self.owner,
            "-d", database, "-c", sql,
        ).strip()

    def archive_all(self):
        """Returns when everything committed so far is in the archive."""
        wanted = self.query("select pg_walfile_name(pg_current_wal_lsn())")
        self.query("select pg_switch_wal()")
        self.await_archived(wanted)

    def await_archived(self, wanted, within_s=ARCHIVED_WITHIN_S):
        deadline = time.monotonic() + within_s
        while not glob.glob(f"{self.store}/*/wal/{wanted}-*.zst.age"):
            if time.monotonic() > deadline:
                raise AssertionError(f"{wanted} was not archived:\n{self.log()[-3000:]}")
            time.sleep(0.02)

    def wreck(self, keeps_wal=False):
        """A disk failure: the server dies and its files are corrupted."""
        for process in self.processes():
            try:
                os.kill(process, 9)
            except ProcessLookupError:
                pass
        self.await_end()
        os.unlink(os.path.join(self.data, "global", "pg_control"))
        for path in glob.glob(os.path.join(self.data, "base", "*", "*")):
            with open(path, "r+b") as file:
                file.write(b"\xff" * 8192)
        if not keeps_wal:
            shutil.rmtree(os.path.join(self.data, "pg_wal"))

    # Backups.

    def bankctl(self, verb, *arguments):
        return subprocess.run(
            [os.path.join(BUILD, "bin", "bankctl"), "backup", verb, "--config", self.config,
             "--json", *arguments],
            capture_output=True, text=True, timeout=300, check=False, stdin=subprocess.DEVNULL,
        )

    def done(self, verb, *arguments):
        """The answer of a successful run."""
        answer = self.bankctl(verb, *arguments)
        if answer.returncode != 0:
            raise AssertionError(f"backup {verb} ended with {answer.returncode}: "
                                 f"{answer.stdout}{answer.stderr}")
        return json.loads(answer.stdout)

    def files(self, pattern):
        return sorted(glob.glob(os.path.join(self.store, "*", pattern)))

    def await_next_name(self):
        """A backup is named after the second: waits until the next one."""
        newest = max(self.files("base/*.json"))
        while time.strftime("/%Y%m%dT%H%M%SZ.json", time.gmtime()) in newest:
            time.sleep(0.02)

    def directories(self):
        return [*super().directories(), self.place]

    def drop(self):
        self.unmount_store()
        super().drop()


def scratch(work):
    """Files that verify and restore could leave behind."""
    return sorted(path for pattern in (*SCRATCH, f"{work}/*") for path in glob.glob(pattern))


def damage(path, at=-20, length=1):
    """Flips bytes, counted from the end if `at` is negative."""
    with open(path, "r+b") as file:
        file.seek(at, os.SEEK_END if at < 0 else os.SEEK_SET)
        bytes_there = file.read(length)
        file.seek(-len(bytes_there), os.SEEK_CUR)
        file.write(bytes(byte ^ 0x01 for byte in bytes_there))
