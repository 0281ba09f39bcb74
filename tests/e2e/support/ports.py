"""Ports for servers that are started, and started again, a while after the port was chosen."""

import random
import socket

# Below those that Linux gives to whoever connects or leaves the choice to it: a port from there
# may be taken by any connection on this machine between the choice and the start.
CHOICE = range(20_000, 32_000)


def free_port():
    while True:
        port = random.choice(CHOICE)
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port
