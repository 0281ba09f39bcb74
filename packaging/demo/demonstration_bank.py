"""Fills an empty bank with the people of the demonstration; changes nothing in a filled one."""

import subprocess

from rest_client import RestClient


class NotOurBank(Exception):
    """One sentence for the person who started it."""


def bankctl(program, socket, *arguments, text=""):
    return subprocess.run(
        [program, "--socket", socket, *arguments],
        input=text,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def add_first_admin(program, socket, user_name, password):
    """On the machine itself, through the admin socket: there is no password to begin with."""
    done = bankctl(
        program, socket, "--json", "user", "add", "--role", "admin", user_name, "--password-stdin",
        text=password + "\n",
    )
    if done.returncode != 0:
        raise NotOurBank(f"bankctl could not add the first admin: {last_line(done.stderr)}")


def last_line(text):
    return (text.strip().splitlines() or ["it said nothing."])[-1]


def missing_people(program, socket, people):
    done = bankctl(program, socket, "--json", "user", "list")
    if done.returncode != 0:
        raise NotOurBank(f"bankctl could not list the users: {last_line(done.stderr)}")
    return [name for name in people if f'"{name}"' not in done.stdout]


def fill(program, socket, address, tls, people):
    """The names that were missing and now are there. The admin adds the others through REST."""
    missing = missing_people(program, socket, people)
    if not missing:
        return []
    admin = next(name for name, person in people.items() if person["role"] == "admin")
    if admin in missing:
        add_first_admin(program, socket, admin, people[admin]["password"])
    client = RestClient(address, tls)
    try:
        answer = client.log_in(admin, people[admin]["password"])
        if answer.status != 200:
            raise NotOurBank(f"{admin} cannot log in: {answer.status} {answer.code}.")
        for name in missing:
            if name != admin:
                add_user(client, name, people[name])
    finally:
        client.close()
    return missing


def add_user(client, name, person):
    answer = client.post(
        "/v1/users", {"user_name": name, "role": person["role"], "password": person["password"]}
    )
    if answer.status != 201 and answer.code != "user_name_taken":
        raise NotOurBank(f"The user {name} was not added: {answer.status} {answer.code}.")
