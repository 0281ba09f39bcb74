"""A program's completion for zsh."""

import re


def escaped(text):
    return re.sub(r"([\\:\[\]])", r"\\\1", text).replace("'", "'\\''")


def action(word):
    if word.choices():
        return f"({' '.join(word.choices())})"
    if word.is_file():
        return "_files"
    if word.may_be_in_file():
        return "{compset -P @ && _files}"
    return " "


def option_specs(option):
    about = escaped(option.summary())
    value = f":{escaped(option.value)}:{action(option)}" if option.value else ""
    again = "*" if "Again" in option.about else ""
    others = "" if again else f"({' '.join(option.names)})" if len(option.names) > 1 else ""
    return [f"'{others}{again}{name}[{about}]{value}'" for name in option.names]


def argument_spec(word):
    again = "*" if word.repeats else ""
    # Without the guard zsh would not complete options here.
    wanted = action(word).strip() or f'_guard "^-*" {word.value}'
    return f"'{again}:{escaped(word.value)}:{wanted}'"


def function(name, specs):
    body = " \\\n        ".join(["_arguments -s", *specs])
    return f"{name}() {{\n    {body}\n}}\n"


def chooser(name, what, choices):
    """A function that completes one of the choices, and then its arguments."""
    described = "\n".join(
        f"        '{escaped(word)}{':' if about else ''}{escaped(about)}'"
        for word, about, _ in choices
    )
    cases = "\n".join(f"                {word}) {target} ;;" for word, _, target in choices)
    return f"""{name}() {{
    local curcontext=$curcontext state line
    typeset -A opt_args
    local -a choices
    choices=(
{described}
    )
    _arguments -C -s $options_of_all '1: :->word' '*:: :->rest' && return
    case $state in
        word) _describe -t commands '{what}' choices ;;
        rest)
            case $words[1] in
{cases}
            esac
            ;;
    esac
}}
"""


def written(program):
    base = "_" + program.name.replace("-", "_")
    everywhere = [spec for option in program.options for spec in option_specs(option)]
    if not program.commands:
        body = " \\\n    ".join(["_arguments -s", *everywhere])
        return f"#compdef {program.name}\n# Generated from the help of {program.name}.\n\n{body}\n"
    parts = []
    top = []
    for first, commands in program.groups().items():
        choices = []
        for command in commands:
            name = "_".join([base, *command.words]).replace("-", "_")
            specs = [spec for option in command.options for spec in option_specs(option)]
            specs += [argument_spec(word) for word in command.arguments]
            parts.append(function(name, ["$options_of_all", *specs]))
            choices.append((command.words[-1], command.about, name))
        if len(commands[0].words) == 1:
            top.append((first, commands[0].about, choices[0][2]))
        else:
            parts.append(chooser(f"{base}_{first}", f"{first} command", choices))
            about = ", ".join(word for word, _, _ in choices)
            top.append((first, about, f"{base}_{first}"))
    # Not `base`: that name belongs to this file as a whole, also after its first run.
    parts.append(chooser(f"{base}_program", "command", top))
    specs = "\n    ".join(everywhere)
    head = f"#compdef {program.name}\n# Generated from the help of {program.name}.\n\n"
    shared = f"local -a options_of_all\noptions_of_all=(\n    {specs}\n)\n\n"
    return head + shared + "\n".join(parts) + f'\n{base}_program "$@"\n'
