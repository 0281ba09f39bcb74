"""A bank in three processes: the core, and each front end as the host of its plugin."""

import os
import signal
import subprocess

from support.bank import Bank


class ApartBank(Bank):
    """As Bank; `process` is the core."""

    def __init__(self, settings=None, database=None):
        self.hosts = {}
        super().__init__(settings, database)

    def configure(self, settings):
        own = {
            "core": {
                "directory": os.path.join(self.directory, "core"),
                "rest_user": str(os.getuid()),
                "admin_user": str(os.getuid()),
            }
        }
        for name, values in settings.items():
            own.setdefault(name, {}).update(values)
        super().configure(own)

    def spawn(self, *arguments):
        with open(self.log_path, "ab") as log:
            return subprocess.Popen(
                ["setpriv", "--pdeathsig", "KILL", "--", *self.bankd(*arguments)],
                stdout=log,
                stderr=log,
            )

    def start_core(self):
        self.process = self.spawn("--core")

    def start_host(self, name):
        self.hosts[name] = self.spawn("--host", name)

    def start(self):
        if self.tls is None:
            self.prepare()
        self.start_core()
        for name in ("rest", "admin"):
            if name not in self.hosts or self.hosts[name].poll() is not None:
                self.start_host(name)
        self.await_ready()
        return self

    def is_administrable(self):
        # Its host listens before it has reached the core.
        return super().is_administrable() and self.bankctl("status").returncode == 0

    def core_socket(self, front_end):
        return os.path.join(self.directory, "core", f"{front_end}.sock")

    def stop(self, within_s=30):
        """Stops the hosts, then the core; returns the highest exit code."""
        codes = []
        for process in (*self.hosts.values(), self.process):
            process.send_signal(signal.SIGTERM)
            codes.append(process.wait(within_s))
        return max(codes)

    def close(self):
        for process in self.hosts.values():
            if process.poll() is None:
                process.kill()
                process.wait(30)
        super().close()
