#!/usr/bin/env python3
"""The words of the bank are the same in C++, SQL and OpenAPI.

core/base/codes.def is the registry of outcomes, core/audit/actions.def that of audited actions.
Texts that people read avoid the words that packaging/doc/glossary.md lists.
"""

import json
import re

import project
import reader_texts

CODES = "core/base/codes.def"
ACTIONS = "core/audit/actions.def"
STATUS_TYPE = "transfer_status"
TRANSFER_STATUS_MAX = 99
GLOSSARY = "packaging/doc/glossary.md"
WEB_CLIENT = "web client"


def codes(root):
    """{word: number} in the order of the file."""
    text = project.read(root, CODES)
    return {
        word: int(number)
        for number, word in re.findall(r"^BANK_CODE\((\d+), (\w+),", text, re.MULTILINE)
    }


def actions(root):
    text = project.read(root, ACTIONS)
    return re.findall(r"^BANK_AUDIT_ACTION\((\w+),", text, re.MULTILINE)


def sql_labels(root):
    """The labels of bank.transfer_status after the migrations, or None."""
    labels = None
    for path in project.files(root, ".sql"):
        if not path.startswith("core/sql/"):
            continue
        text = project.read(root, path)
        made = re.search(rf"create type \w+\.{STATUS_TYPE} as enum\s*\(([^)]*)\)", text)
        if made:
            labels = re.findall(r"'(\w+)'", made.group(1))
        for label in re.findall(rf"alter type \w+\.{STATUS_TYPE} add value '(\w+)'", text):
            labels.append(label)
    return labels


def openapi_words(root):
    """(path, the words of the schema named Code or code, as an enum) of each OpenAPI document."""
    for path in project.files(root, "openapi.json"):
        document = json.loads(project.read(root, path))
        schemas = document.get("components", {}).get("schemas", {})
        yield path, schemas


def find_enum(schemas, field):
    """Every enum of a property or schema with this name."""
    found = []

    def walk(value, name):
        if isinstance(value, dict):
            if name.lower() == field and "enum" in value:
                found.append(value["enum"])
            for key, child in value.items():
                walk(child, name if key in ("items", "allOf", "anyOf", "oneOf") else key)
        elif isinstance(value, list):
            for child in value:
                walk(child, name)

    walk(schemas, "")
    return found


def words_to_avoid(root):
    """[(the pattern of one word or phrase, where, the replacement)] of the glossary's table."""
    _, _, section = project.read(root, GLOSSARY).partition("## Words to avoid")
    rows = re.findall(r"^\|([^|]+)\|([^|]+)\|([^|]+)\|$", section, re.MULTILINE)
    avoided = []
    for words, where, instead in rows[2:]:
        for word in words.split(","):
            phrase = r"\s+".join(re.escape(part) for part in word.split())
            pattern = re.compile(rf"(?<!\w){phrase}(?!\w)", re.IGNORECASE)
            avoided.append((pattern, where.strip(), instead.strip()))
    return avoided


def check_texts(root):
    avoided = words_to_avoid(root)
    found = [f"{GLOSSARY}: no table of words to avoid"] if not avoided else []
    for _, where, _ in avoided:
        if where not in ("everywhere", WEB_CLIENT):
            found.append(f'{GLOSSARY}: a word is avoided "{where}", which is no place')
    for path, text in reader_texts.texts(root):
        for pattern, where, instead in avoided:
            if where == WEB_CLIENT and path not in reader_texts.WEB_TEXTS:
                continue
            for match in pattern.finditer(text.words):
                line = text.lines[match.start()]
                found.append(f'{path}:{line}: "{match.group()}"; say: {instead}')
    return found


def check(root):
    return check_registries(root) + check_texts(root)


def check_registries(root):
    found = []
    registry = codes(root)
    numbers = list(registry.values())
    if numbers != sorted(set(numbers)):
        found.append(f"{CODES}: numbers are not ascending or not unique")
    statuses = [word for word, number in registry.items() if number <= TRANSFER_STATUS_MAX]
    labels = sql_labels(root)
    if labels is not None and labels != statuses:
        found.append(f"core/sql: {STATUS_TYPE} is {labels}, {CODES} says {statuses}")
    for path, schemas in openapi_words(root):
        enums = find_enum(schemas, "code")
        if not enums:
            found.append(f"{path}: names no enum of codes")
        # A success has no problem page: posted is a status and never an error code.
        wanted = set(registry) - {"posted"}
        for enum in enums:
            if set(enum) - {"posted"} != wanted:
                missing, extra = sorted(wanted - set(enum)), sorted(set(enum) - set(registry))
                found.append(f"{path}: codes missing {missing}, not in the registry {extra}")
        for enum in find_enum(schemas, "action"):
            if set(enum) != set(actions(root)):
                found.append(f"{path}: actions differ from {ACTIONS}")
    return found


if __name__ == "__main__":
    project.report(check(project.ROOT))
