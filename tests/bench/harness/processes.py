"""CPU time and memory of processes, from /proc."""

import os
import signal
import subprocess

TICKS_PER_S = os.sysconf("SC_CLK_TCK")


def _stat(process_id):
    with open(f"/proc/{process_id}/stat", encoding="ascii", errors="replace") as file:
        return file.read().rpartition(")")[2].split()


def cpu_s(process_id):
    """Of the process itself, including its threads; 0 if it has ended."""
    try:
        fields = _stat(process_id)
    except OSError:
        return 0.0
    return (int(fields[11]) + int(fields[12])) / TICKS_PER_S


def cpu_with_children_s(process_id):
    """Of a server and its sessions: the running ones and those that have ended."""
    fields = _stat(process_id)
    total = sum(int(field) for field in fields[11:15]) / TICKS_PER_S
    with open(f"/proc/{process_id}/task/{process_id}/children", encoding="ascii") as file:
        return total + sum(cpu_s(int(child)) for child in file.read().split())


def peak_memory_bytes(process_id):
    with open(f"/proc/{process_id}/status", encoding="ascii", errors="replace") as file:
        for line in file:
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) * 1024
    return 0


def forget_peak_memory(process_id):
    with open(f"/proc/{process_id}/clear_refs", "w", encoding="ascii") as file:
        file.write("5")


class Children:
    """Every started process that has not ended; `end` leaves none."""

    def __init__(self):
        self._running = []

    def start(self, command, **options):
        # Even SIGKILL of this program leaves none behind.
        process = subprocess.Popen(["setpriv", "--pdeathsig", "KILL", "--", *command], **options)
        self._running.append(process)
        return process

    def stop(self, process, within_s=30):
        if process.poll() is None:
            process.send_signal(signal.SIGTERM)
            try:
                process.wait(within_s)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait(10)
        if process in self._running:
            self._running.remove(process)
        return process.returncode

    def end(self):
        for process in list(self._running):
            self.stop(process, within_s=10)
