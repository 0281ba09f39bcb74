"""Adds the users of the demonstration to a bank; changes nothing if they all exist."""

import json
import subprocess

from credentials import new_password
from rest_client import RestClient


class NotOurBank(Exception):
    """Its text is one sentence for the user."""


def bankctl(program, socket, *arguments, text=""):
    return subprocess.run(
        [program, "--socket", socket, *arguments],
        input=text,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def add_first_admin(program, socket, user_name):
    """Through the local admin socket, which needs no password."""
    done = bankctl(
        program, socket, "--json", "user", "add", "--role", "admin", user_name, "--password-stdin",
        text=new_password() + "\n",
    )
    if done.returncode != 0:
        raise NotOurBank(f"bankctl could not add the first admin: {last_line(done.stderr)}")


def last_line(text):
    return (text.strip().splitlines() or ["no output."])[-1]


def password_states(program, socket):
    """{username: state of the password}"""
    done = bankctl(program, socket, "--json", "user", "list", "--all")
    if done.returncode != 0:
        raise NotOurBank(f"bankctl could not list the users: {last_line(done.stderr)}")
    items = json.loads(done.stdout)["items"]
    return {user["user_name"]: user["password_state"] for user in items}


def fill(program, socket, address, tls, people):
    """Adds the missing users and returns their names. The admin adds the others through REST.

    Users of an earlier, interrupted run who have no chosen password yet choose one now.
    """
    states = password_states(program, socket)
    missing = [name for name in people if name not in states]
    admin = next(name for name, person in people.items() if person["role"] == "admin")
    if admin in missing:
        add_first_admin(program, socket, admin)
    client = RestClient(address, tls)
    try:
        if states.get(admin) != "chosen":
            choose_password(program, socket, client, admin, people[admin])
        if missing and not client.access_token:
            log_in(client, admin, people[admin]["password"])
        for name in missing:
            if name != admin:
                add_user(client, name, people[name]["role"])
        for name, person in people.items():
            if name != admin and states.get(name) != "chosen":
                own = RestClient(address, tls)
                try:
                    choose_password(program, socket, own, name, person)
                finally:
                    own.close()
    finally:
        client.close()
    return missing


def log_in(client, name, password):
    answer = client.log_in(name, password)
    if answer.status != 200:
        raise NotOurBank(f"{name} cannot log in: {answer.status} {answer.code}.")


def add_user(client, name, role):
    """With an unknown random password: the user needs a one-time password to sign in."""
    answer = client.post(
        "/v1/users", {"user_name": name, "role": role, "password": new_password()}
    )
    if answer.status != 201 and answer.code != "user_name_taken":
        raise NotOurBank(f"The user {name} was not added: {answer.status} {answer.code}.")


def choose_password(program, socket, client, name, person):
    """Signs in with a one-time password from the bank and chooses a password, as a user does."""
    done = bankctl(program, socket, "--json", "user", "password", name, "--yes")
    if done.returncode != 0:
        raise NotOurBank(f"bankctl could not reset a password: {last_line(done.stderr)}")
    one_time = json.loads(done.stdout)["password"]
    log_in(client, name, one_time)
    answer = client.change_password(one_time, person["password"])
    if answer.status != 204:
        raise NotOurBank(f"{name} cannot choose a password: {answer.status} {answer.code}.")
