"""The texts that people read, wherever the project stores them.

Each reader yields Text(words, lines): `words` is the text, `lines` has the line of each of its
characters, so that a finding can name its line in a text of several lines. Code is blanked, not
removed.
"""

import collections
import json
import re

import project

Text = collections.namedtuple("Text", "words lines")

DOCUMENTS = (
    "README.md",
    "CHANGELOG.md",
    "config/conf.d/README",
    "core/sql/README.md",
    "tests/README.md",
    "tests/bench/README.md",
)
WEB_TEXTS = ("plugins/web/src/text/en.ts", "plugins/web/src/text/problems_en.ts")
CPP_FOLDERS = ("plugins/", "daemon/", "core/")
CPP_WORDS_MIN = 3

TOKEN = re.compile(
    r"""//[^\n]*|/\*.*?\*/
      | R"(?P<delimiter>[^(\s]*)\((?P<raw>.*?)\)(?P=delimiter)"
      | "(?P<plain>(?:\\.|[^"\\\n])*)"
      | (?<!\w)'(?P<single>(?:\\.|[^'\\\n])*)'
      | `(?P<template>(?:\\.|[^`\\])*)`
      | (?P<other>\S)""",
    re.DOTALL | re.VERBOSE,
)
SQL = re.compile(
    r"\s*(select|insert|update|delete|with|call|create|alter|set|lock|begin|commit|from|where)\b"
)


def blank(text):
    return re.sub(r"[^\n]", " ", text)


def without_code(text):
    return re.sub(r"`[^`]*`", lambda code: blank(code.group()), text)


def without_escapes(text):
    return re.sub(r"\\.", lambda escape: blank(escape.group()), text, flags=re.DOTALL)


def numbered(text, line):
    lines = []
    for character in text:
        lines.append(line)
        line += character == "\n"
    return Text(text, lines)


def markdown(text):
    """The prose of a document: no code, and of the glossary not the table of words to avoid."""
    prose, is_fenced, is_indented, is_after_blank = [], False, False, True
    for line in text.split("\n"):
        is_fence = line.lstrip().startswith("```")
        is_blank = not line.strip()
        is_indented = line.startswith("    ") and (is_indented or is_after_blank)
        is_code = is_fence or is_fenced or is_indented
        is_fenced ^= is_fence
        is_after_blank = is_blank
        prose.append("" if is_code else line)
    return [numbered(without_code("\n".join(prose)), 1)]


def glossary(text):
    heading = "## Words to avoid"
    before, _, after = text.partition(heading)
    after = re.sub(r"^\|.*$", lambda row: blank(row.group()), after, flags=re.MULTILINE)
    return markdown(before + (heading if after else "") + after)


def literals(text, kinds=("plain", "raw")):
    """String literals; literals separated only by blanks and comments are one text."""
    found, words, lines = [], "", []

    def end():
        nonlocal words, lines
        if words:
            found.append(Text(without_code(words), lines))
        words, lines = "", []

    for token in TOKEN.finditer(text):
        kind = next((kind for kind in kinds if token.group(kind) is not None), None)
        if kind is not None:
            piece = numbered(
                without_escapes(token.group(kind)) if kind != "raw" else token.group(kind),
                text.count("\n", 0, token.start(kind)) + 1,
            )
            words += piece.words
            lines += piece.lines
        elif not token.group().startswith(("//", "/*")):
            end()
    end()
    return found


def cpp(text):
    for found in literals(text):
        if len(found.words.split()) >= CPP_WORDS_MIN and not SQL.match(found.words):
            yield found


def typescript(text):
    for found in literals(text, ("plain", "single", "template")):
        words = re.sub(r"\$\{[^}]*\}", lambda value: blank(value.group()), found.words)
        yield Text(words, found.lines)


def openapi(text):
    member = re.compile(r'^\s*"(?:summary|description|title)": ("(?:\\.|[^"\\])*"),?$')
    for number, line in enumerate(text.split("\n"), 1):
        found = member.match(line)
        if found:
            words = without_code(json.loads(found.group(1)))
            yield Text(words, [number] * len(words))


def is_document(path):
    return path in DOCUMENTS or (
        path.startswith(("packaging/doc/", "packaging/man/")) and path.endswith((".md", ".scd"))
    )


def reader_of(path):
    if path == "packaging/doc/glossary.md":
        return glossary
    if is_document(path):
        return markdown
    if path in WEB_TEXTS:
        return typescript
    if path.endswith(".def"):
        return literals
    if path == "plugins/rest/openapi.json":
        return openapi
    if path.startswith(CPP_FOLDERS) and path.endswith((".cpp", ".hpp")):
        return cpp
    return None


def texts(root):
    """(path, Text) of every text that people read."""
    for path in project.files(root):
        reader = reader_of(path)
        if reader:
            for text in reader(project.read(root, path)):
                yield path, text
