"""The sandbox of bankd's units, as far as bankd checks it, without systemd.

As a program, run by `command`: filters system calls, then executes the given program.
"""

import ctypes
import errno
import os
import socket
import struct
import sys

# Separate from the files of other tests.
USER = 41_873

CALLS = {
    "x86_64": {"mmap": 9, "socket": 41, "memfd_create": 319},
    "aarch64": {"mmap": 222, "socket": 198, "memfd_create": 279},
}
PROT_WRITE_AND_EXEC = 6
LOAD, AND, EQUAL, RETURN = 0x20, 0x54, 0x15, 0x06
ALLOW, REFUSE = 0x7FFF0000, 0x00050000
PR_SET_SECCOMP, SECCOMP_MODE_FILTER = 22, 2

# The mounts last as long as the process.
ENTER = """
set -e
mount --bind /usr /usr && mount -o remount,bind,ro /usr
for directory in /tmp /var/tmp /dev/shm; do
    mount --bind $directory $directory && mount -o remount,bind,noexec,nosuid,nodev $directory
done
exec "$@"
"""


def as_user(arguments, *options):
    """A command that runs `arguments` as USER, at most while this thread lives. Needs root."""
    user = [f"--reuid={USER}", f"--regid={USER}", "--clear-groups", "--pdeathsig", "KILL"]
    return ["setpriv", *user, *options, "--", *arguments]


def command(arguments, has_network):
    """A command that runs `arguments` as USER in the sandbox. Needs root."""
    unprivileged = ["--bounding-set=-all", "--inh-caps=-all", "--no-new-privs"]
    return [
        *("unshare", "--mount", "--propagation", "private", "sh", "-c", ENTER, "sandbox"),
        *(sys.executable, "-B", os.path.abspath(__file__), str(int(has_network))),
        *as_user(["prlimit", "--core=0", "--", *arguments], *unprivileged),
    ]


def instruction(code, value, if_true=0, if_false=0):
    return struct.pack("HBBI", code, if_true, if_false, value)


def refusal(call, error, tested=(), mask=0xFFFFFFFF):
    """Makes a system call fail with the error: always, or with (argument, value)."""
    tail = [instruction(RETURN, REFUSE | error)]
    if tested:
        argument, value = tested
        tail = [
            instruction(LOAD, 16 + 8 * argument),
            instruction(AND, mask),
            instruction(EQUAL, value, if_false=1),
            *tail,
        ]
    return [instruction(LOAD, 0), instruction(EQUAL, call, if_false=len(tail)), *tail]


def filter_calls(has_network):
    calls = CALLS[os.uname().machine]
    code = refusal(calls["memfd_create"], errno.EPERM)
    code += refusal(
        calls["mmap"], errno.EPERM, (2, PROT_WRITE_AND_EXEC), mask=PROT_WRITE_AND_EXEC
    )
    if not has_network:
        for family in (socket.AF_INET, socket.AF_INET6):
            code += refusal(calls["socket"], errno.EAFNOSUPPORT, (0, int(family)))
    code.append(instruction(RETURN, ALLOW))
    text = ctypes.create_string_buffer(b"".join(code))
    program = struct.pack("HxxxxxxP", len(code), ctypes.addressof(text))
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, program, 0, 0) != 0:
        raise OSError(ctypes.get_errno(), "the system calls are not filtered")


if __name__ == "__main__":
    filter_calls(sys.argv[1] == "1")
    os.execvp(sys.argv[2], sys.argv[2:])
