#!/usr/bin/env python3
"""No sentence that people read has a clause as its subject: "What ...", "Who ...", "That the ...".

Documents, the web client's texts, and the strings of C++ and OpenAPI. Questions and headings are
exempt. packaging/doc/glossary.md states the rule.
"""

import re

import project
import reader_texts

# "What to do" is not a clause. "That" alone is a pronoun: "That suits a trial." Before an article
# or a personal pronoun it can only start a clause.
CLAUSE = re.compile(
    r"""[*_"(]*
        (?P<words>
          (?:What|Who|Whoever|Whatever|Whichever)\s+(?!to\b)\w+
        | That\s+(?:the|an?|its|it|they|their|there|he|she|we|you|every|each|nobody|somebody)\b)""",
    re.VERBOSE,
)
# The start of a paragraph, an item, a table row or a cell of scdoc's; all of a heading.
BLOCK = re.compile(
    r"""^[ \t]*(?:$ | [-*+][ \t]+ | \d+\.[ \t]+ | >[ \t]* | \#+[^\n]* | [|:\]][\[\]<>-]*[ \t]+)""",
    re.MULTILINE | re.VERBOSE,
)
CELL = re.compile(r"\|")
SENTENCE_END = re.compile(r"[.!?:;]+[*_\")]*\s+")


def pieces(pattern, words, begin, end, has_mark):
    """(begin, end) of the texts between matches; with `has_mark`, a piece includes its match."""
    for match in pattern.finditer(words, begin, end):
        yield begin, match.end() if has_mark else match.start()
        begin = match.end()
    yield begin, end


def sentences(words):
    """(begin, end) of each sentence of a text."""
    for block in pieces(BLOCK, words, 0, len(words), has_mark=False):
        for cell in pieces(CELL, words, *block, has_mark=False):
            yield from pieces(SENTENCE_END, words, *cell, has_mark=True)


def clauses(words):
    """(where it begins, its first words) of each statement whose subject is a clause."""
    for begin, end in sentences(words):
        begin += len(words[begin:end]) - len(words[begin:end].lstrip())
        found = CLAUSE.match(words, begin, end)
        if found and not words[begin:end].rstrip(" \t\n*_\")").endswith("?"):
            yield found.start("words"), " ".join(found.group("words").split())


def check(root):
    found = []
    for path, text in reader_texts.texts(root):
        for begin, first in clauses(text.words):
            line = text.lines[begin]
            found.append(f'{path}:{line}: "{first} ..." is a clause; begin with its noun')
    return found


if __name__ == "__main__":
    project.report(check(project.ROOT))
