"""The measuring machine: a figure means nothing without it."""

import os
import platform
import statistics
import subprocess
import time

PROBES = 200
BLOCK = 8192


def describe(directory):
    return {
        "cpu": _cpu_name(),
        "cores": os.cpu_count(),
        "memory_bytes": os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES"),
        "kernel": platform.release(),
        "filesystem": _filesystem(directory),
        "fdatasync_us": fdatasync_us(directory),
        "load_average": os.getloadavg()[0],
    }


def _cpu_name():
    with open("/proc/cpuinfo", encoding="utf-8") as file:
        for line in file:
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.machine()


def _filesystem(directory):
    done = subprocess.run(
        ["stat", "-f", "-c", "%T", directory], capture_output=True, text=True, check=False
    )
    return done.stdout.strip() or "unknown"


def fdatasync_us(directory):
    """The median time to write a block of 8 kB in place and sync it to disk, as PostgreSQL's
    log does at each commit."""
    path = os.path.join(directory, "fdatasync.probe")
    block = os.urandom(BLOCK)
    times = []
    file = os.open(path, os.O_WRONLY | os.O_CREAT, 0o600)
    try:
        os.pwrite(file, block * PROBES, 0)
        os.fsync(file)
        for index in range(PROBES):
            began = time.perf_counter()
            os.pwrite(file, block, index * BLOCK)
            os.fdatasync(file)
            times.append((time.perf_counter() - began) * 1e6)
    finally:
        os.close(file)
        os.unlink(path)
    return round(statistics.median(times), 1)
