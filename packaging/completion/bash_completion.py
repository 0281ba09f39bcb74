"""A program's completion for bash."""

# Kinds of values: "-" anything, "file", "@file" a file after an @, or a list of words. COMP_WORDS
# has = and @ as separate words, but readline replaces an @ together with the word after it.
ENGINE = r"""
NAME() {
    local command='' place=0 wanted='' at=no current=${COMP_WORDS[COMP_CWORD]} word i REPLY
    COMPREPLY=()
    for ((i = 1; i < COMP_CWORD; ++i)); do
        word=${COMP_WORDS[i]}
        if [ -n "$wanted" ]; then
            case $word in
                '=') ;;
                @) at=yes ;;
                *) wanted='' at=no ;;
            esac
            continue
        fi
        case $word in
            -*) NAME_value "$command" "$word" && wanted=$REPLY ;;
            *)
                NAME_words "$command"
                if [ -n "$REPLY" ]; then
                    command=${command:+$command }$word
                else
                    place=$((place + 1))
                fi
                ;;
        esac
    done
    case $current in
        '=') current='' ;;
        @*) current=${current#@} at=yes ;;
    esac
    if [ -n "$wanted" ]; then
        REPLY=$wanted
    elif [[ $current == -* ]]; then
        NAME_options "$command"
    else
        NAME_words "$command"
        [ -n "$REPLY" ] || NAME_argument "$command" "$place"
    fi
    case $REPLY in
        -) ;;
        file | @file)
            [ "$REPLY$at" != @fileno ] || return 0
            compopt -o filenames 2>/dev/null
            mapfile -t COMPREPLY < <(compgen -P "${REPLY%file}" -f -- "$current")
            ;;
        *) mapfile -t COMPREPLY < <(compgen -W "$REPLY" -- "$current") ;;
    esac
}

complete -F NAME PROGRAM
"""


def kind(word):
    if word.is_file() or word.may_be_in_file():
        return "file" if word.is_file() else "@file"
    return " ".join(word.choices()) or "-"


def function(name, subject, about, cases, otherwise):
    lines = [f"# {about}", f"{name}() {{", f"    case {subject} in"]
    for pattern, reply in cases:
        lines.append(f"        {pattern}) REPLY='{reply}' ;;")
    return "\n".join(lines + [f"        *) {otherwise} ;;", "    esac", "}", ""])


def options_of(program, command):
    return (command.options if command else []) + program.options


def names_of(options):
    return " ".join(name for option in options for name in option.names if name.startswith("--"))


def value_cases(program):
    """The command's own options first: other commands may give them other values."""
    for command in [*program.commands, None]:
        where = " ".join(command.words) if command else "*"
        for option in command.options if command else program.options:
            if option.value:
                for name in option.names:
                    subject = f"'{where} {name}'" if command else f"*' {name}'"
                    yield subject, kind(option)


def argument_cases(program):
    for command in program.commands:
        where = " ".join(command.words)
        for place, word in enumerate(command.arguments):
            if kind(word) != "-":
                yield (f"'{where} '*" if word.repeats else f"'{where} {place}'"), kind(word)


def written(program):
    name = "_" + program.name.replace("-", "_")
    words = [("''", " ".join(program.groups()))] if program.commands else []
    for first, commands in program.groups().items():
        if len(commands[0].words) > 1:
            words.append((f"'{first}'", " ".join(command.words[1] for command in commands)))
    options = [
        (f"'{' '.join(command.words)}'", names_of(options_of(program, command)))
        for command in program.commands
    ]
    parts = [
        f"# Completion of {program.name} for bash, generated from its help.",
        "",
        function(f"{name}_words", '"$1"', "COMMAND: the words that may follow it.", words,
                 "REPLY=''"),
        function(f"{name}_options", '"$1"', "COMMAND: its options.", options,
                 f"REPLY='{names_of(program.options)}'"),
        function(f"{name}_value", '"$1 $2"', "COMMAND OPTION: the value of the option, if it takes "
                 "one.", value_cases(program), "return 1"),
        function(f"{name}_argument", '"$1 $2"', "COMMAND PLACE: the argument there.",
                 argument_cases(program), "REPLY='-'"),
    ]
    engine = ENGINE.replace("NAME", name).replace("PROGRAM", program.name)
    return "\n".join(parts).rstrip("\n") + "\n" + engine
