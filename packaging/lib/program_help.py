"""The --help of a program, in parts and as a model of its command line."""

import dataclasses
import re
import subprocess

HEADING = re.compile(r"^(Usage|Commands|Options[^:]*|Examples|Exit codes|Arguments):\s*(.*)$")
# The text of a name that is wider than its column is on the next line.
COMMAND = re.compile(r"^  (?! )(\S+(?: [a-z-]+)?)(?:(?: +(\S.*))|)$")
OPTION = re.compile(r"^  (?=-)((?:-\w, )?--[\w-]+(?:, -\w)?)(?: ([A-Z]\w*))?(?:\s{2,}(\S.*))?$")
ARGUMENT = re.compile(r"^  ([A-Z][A-Z0-9_-]*)\s{2,}(\S.*)$")
OF_EVERY_COMMAND = "Options of every command"


def ask(program, *words):
    return subprocess.run([program, *words], capture_output=True, text=True, check=True).stdout


def parts_of(help_text):
    """The help as (heading, lines); the first part has no heading."""
    parts = [("", [])]
    for line in help_text.splitlines():
        found = HEADING.match(line)
        if found:
            parts.append((found[1], [f"  {found[2]}"] if found[2] else []))
        elif line and not line.startswith(" ") and parts[-1][0] and not parts[-1][1][-1:] == [""]:
            parts[-1][1].append(f"  {line}")  # The heading's own sentence continues.
        elif line and not line.startswith(" ") and parts[-1][0]:
            parts.append(("", [line]))
        else:
            parts[-1][1].append(line)
    return parts


@dataclasses.dataclass
class Word:
    """An option or an argument. `value` is the name of the value that it takes, or empty."""

    names: list
    value: str
    about: str
    repeats: bool = False

    def choices(self):
        found = re.search(r"One of: ([^.]*)\.", self.about)
        return [word.strip() for word in found[1].split(",")] if found else []

    def is_file(self):
        return self.value in ("FILE", "PATH", "REPORT", "EXPORT")

    def may_be_in_file(self):
        """Whether @FILE may replace the value."""
        return "@FILE" in self.about

    def summary(self):
        """The first clause of its description."""
        return re.split(r"(?<!\.)\.(?: |$)|; | Required\.$", self.about)[0]


@dataclasses.dataclass
class Command:
    words: tuple
    about: str
    options: list = dataclasses.field(default_factory=list)
    arguments: list = dataclasses.field(default_factory=list)


@dataclasses.dataclass
class Program:
    name: str
    options: list
    commands: list

    def groups(self):
        """{first word: its commands}, in the order of the help."""
        found = {}
        for command in self.commands:
            found.setdefault(command.words[0], []).append(command)
        return found


def listed(lines, pattern):
    """(match, text) of each entry of a list whose texts continue on indented lines."""
    entries = []
    for line in lines:
        found = pattern.match(line)
        if found:
            entries.append((found, [found[found.re.groups] or ""]))
        elif entries and line.startswith("    "):
            entries[-1][1].append(line.strip())
        elif line.strip():
            entries.append((None, []))  # Another text: what follows is not part of an entry.
    return [(found, " ".join(text).strip()) for found, text in entries if found]


def options_in(lines):
    return [
        Word(found[1].split(", "), found[2] or "", text) for found, text in listed(lines, OPTION)
    ]


def arguments_in(lines, usage):
    return [
        Word([found[1]], found[1], text, f"{found[1]}..." in usage)
        for found, text in listed(lines, ARGUMENT)
    ]


def commands_named_in(parts):
    """(words, summary) of each command in the program's list of commands."""
    lines = [line for heading, part in parts if heading == "Commands" for line in part]
    return [(tuple(found[1].split()), text) for found, text in listed(lines, COMMAND)]


def usage_of(parts):
    return " ".join(" ".join(lines) for heading, lines in parts if heading == "Usage")


def described_command(program, words, about):
    parts = parts_of(ask(program, *words, "--help"))
    command = Command(words, about)
    for heading, lines in parts:
        if heading == "Options":
            command.options += options_in(lines)
        elif heading == "Arguments":
            command.arguments += arguments_in(lines, usage_of(parts))
    return command


def commands_in_usage(name, parts, options):
    """The commands of a program that describes all of them in one help text."""
    usages = rf"{re.escape(name)} ([a-z]+ .*?)(?={re.escape(name)} |$)"
    commands = []
    for usage in re.findall(usages, usage_of(parts)):
        first, argument, *words = re.findall(r"[\w-]+(?:\.\.\.)?", usage)
        arguments = [word for _, lines in parts for word in arguments_in(lines, argument)]
        commands.append(
            Command(
                (first,),
                "",
                [option for option in options if set(option.names) & set(words)],
                [word for word in arguments if word.value == argument.rstrip(".")],
            )
        )
    return commands


def described(name, program):
    """The model of the program, from its help and that of each command."""
    parts = parts_of(ask(program, "--help"))
    options = [
        option
        for heading, lines in parts
        if heading != "Examples"
        for option in options_in(lines)
    ]
    named = commands_named_in(parts)
    if named:
        commands = [described_command(program, *command) for command in named]
    else:
        commands = commands_in_usage(name, parts, options)
    of_commands = {name for command in commands for word in command.options for name in word.names}
    everywhere = [option for option in options if not set(option.names) & of_commands]
    return Program(name, everywhere, commands)
