"""Adds the users of the demonstration bank if they are missing, then runs the demo scenario.

Usage: python3 packaging/demo --address URL --certificate FILE --bankctl PROGRAM --socket PATH
                              --credentials FILE

Exit code 0 only if every step had its expected outcome.
"""

import argparse
import os
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

# pylint: disable=wrong-import-position
import credentials  # noqa: E402
import demonstration_bank  # noqa: E402
import rest_client  # noqa: E402
from main_job import MainJob  # noqa: E402
from report import Report  # noqa: E402


def arguments():
    parser = argparse.ArgumentParser(prog="packaging/demo", description=__doc__)
    for name in ("address", "certificate", "bankctl", "socket", "credentials"):
        parser.add_argument("--" + name, required=True)
    return parser.parse_args()


def main():
    options = arguments()
    report = Report()
    tls = rest_client.trusting(options.certificate)
    people = credentials.load_or_make(options.credentials)
    try:
        added = demonstration_bank.fill(
            options.bankctl, options.socket, options.address, tls, people
        )
    except (demonstration_bank.NotOurBank, OSError) as error:
        report.step("The demonstration bank", False, str(error))
        return 1
    outcome = "added " + ", ".join(added) if added else ", ".join(people) + " exist"
    report.step("The demonstration bank has its users", True, outcome)
    return MainJob(options.address, tls, people, report).run()


if __name__ == "__main__":
    try:
        sys.exit(main())
    except BrokenPipeError:
        # The reader is gone, as with `| head`: no step failed, but this is not a success.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(1)
