"""The demonstration's logins: generated at random on first use, stored in a private file."""

import json
import os
import secrets

# Usernames and roles.
PEOPLE = {
    "demo-admin": "admin",
    "demo-auditor": "auditor",
    "demo-teller": "teller",
    "alice": "customer",
    "bob": "customer",
}


def new_password():
    return secrets.token_urlsafe(12)


def new_pin():
    """Six digits without sequences and repeats: the bank rejects PINs like 111111 or 123456."""
    while True:
        pin = f"{secrets.randbelow(10**6):06}"
        steps = {int(b) - int(a) for a, b in zip(pin, pin[1:])}
        if len(set(pin)) >= 4 and len(steps) >= 3:
            return pin


def load_or_make(path):
    """{username: {role, password, pin}}; the PIN is that of the customer's accounts."""
    try:
        with open(path, encoding="utf-8") as file:
            return json.load(file)
    except FileNotFoundError:
        pass
    people = {
        name: {"role": role, "password": new_password(), "pin": new_pin()}
        for name, role in PEOPLE.items()
    }
    temporary = path + ".new"
    with open(os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
        json.dump(people, file, indent=2)
        file.flush()
        os.fsync(file.fileno())
    os.replace(temporary, path)
    return people
