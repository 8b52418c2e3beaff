"""One word for each thing: the glossary of docs/architecture.md is of words in use, and words that were left stay away.

What still stands in the code of the words that are not used is listed; an entry that is needed no longer fails the
test, so the list shrinks.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import cache

import pytest

from tests.docs.imports import PACKAGES, ROOT, modules, tree

PAGE = ROOT / "docs" / "architecture.md"
INSTEAD = {
    "attendant": "guest agent", "calm": "think-time bound", "contrast": "baseline",
    "door": "socket", "eager": "saturated", "ebbing": "elastic", "fate": "forwarding trace", "follower": "loop check",
    "foresight": "feasibility", "hearing": "call quality", "journey": "path prediction",
    "keeper": "session daemon", "leg": "hop", "mend": "restore", "mind": "SIP endpoint",
    "outlook": "feasibility", "promise": "target", "rival": "policy comparison",
    "room": "admission limit", "stand": "reference line", "stubborn": "constant rate", "swamped": "saturated",
    "turn": "reroute", "vain": "retransmission", "whom": "affected lines", "wish": "run options",
    "witness": "cross-check",
}
"""Words that no name has, with the term of the field that stands for each; plurals and participles are meant, too."""
VAGUE = frozenset({"told", "found", "one", "ones", "said", "asked", "got", "lot", "lots", "thing", "things", "stuff"})
"""Words that say nothing as the whole name of a function, of a field, of a variable or of an argument."""
FOLDERS = (*PACKAGES, "tests", "benchmarks", "docs", "scripts")
"""Where no such name is given."""
STANDING: set[str] = set()
"""Folders, and the words that names there still have."""


def words(name: str) -> tuple[str, ...]:
    """The words of an identifier, small: "SpanLoad", "span_load" and "span-load" are "span", "load"."""
    return tuple(word.lower() for word in re.findall(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+", name))


def forms(word: str) -> set[str]:
    """A word with its plural and participles."""
    stem = word.removesuffix("e")
    return {word, f"{word}s", f"{word}es", f"{stem}ed", f"{stem}ing"}


FORMS = {form: word for word in INSTEAD for form in forms(word)}


def names(module: str) -> Iterator[str]:
    """The names that a module gives: its own, of classes, functions, fields of records, and keys of JSON objects."""
    yield module.rpartition(".")[2]
    for node in ast.walk(tree(module)):
        match node:
            case ast.ClassDef(name, body=body):
                yield name
                yield from (line.target.id for line in body
                            if isinstance(line, ast.AnnAssign) and isinstance(line.target, ast.Name))
            case ast.FunctionDef(name):
                yield name
            case ast.Dict(keys):
                yield from (str(key.value) for key in keys if isinstance(key, ast.Constant)
                            and re.fullmatch(r"[a-z][a-z_-]*", str(key.value)))


def folder(module: str) -> str:
    """Where a module lies, two levels deep."""
    return "/".join(module.split(".")[:2])


def standing() -> set[str]:
    """What is left of the words that are not used."""
    left = set()
    for module in modules():
        for name in names(module):
            left |= {f"{folder(module)} {FORMS[word]}" for word in words(name) if word in FORMS}
            if name.strip("_") in VAGUE:
                left.add(f"{folder(module)} {name.strip('_')}")
    return left


def test_no_name_has_a_word_that_is_not_used() -> None:
    """All but those that are known; a term of the field stands for each."""
    assert standing() == STANDING


def given(root: ast.AST) -> Iterator[tuple[str, int]]:
    """The variables, arguments, attributes, fields and functions of a module, each with the line that makes it."""
    for node in ast.walk(root):
        match node:
            case ast.Name(name, ctx=ast.Store()) | ast.Attribute(attr=name, ctx=ast.Store()) | ast.arg(name):
                yield name, node.lineno
            case ast.FunctionDef(name) | ast.AsyncFunctionDef(name) | ast.ExceptHandler(name=str(name)):
                yield name, node.lineno
            case ast.MatchAs(name=str(name)) | ast.MatchStar(name=str(name)):
                yield name, node.lineno


@pytest.mark.parametrize("folder", FOLDERS)
def test_no_name_says_nothing(folder: str) -> None:
    """A variable is called after what it holds, a function after what it gives or does."""
    files = sorted((ROOT / folder).rglob("*.py"))
    assert files
    assert [f"{file}:{line} {name}" for file in files
            for name, line in given(ast.parse(file.read_text(encoding="utf-8"))) if name.strip("_") in VAGUE] == []


def test_names_are_seen_wherever_they_are_given() -> None:
    """To a function, an argument, an attribute, in a loop, a comprehension, a pattern or a handler of errors."""
    text = ("def f(one):\n for found in one: self.lot = one\n try: pass\n except E as thing: pass\n match f:\n"
            "  case [said, *got]: [told for told in f]")
    assert {name for name, _ in given(ast.parse(text))} == {"f", "one", "found", "lot", "thing", "said", "got", "told"}


def glossary() -> list[str]:
    """The words of the table in docs/architecture.md."""
    section = PAGE.read_text(encoding="utf-8").partition("\n## Words\n")[2].partition("\n## ")[0]
    return [row for row in re.findall(r"^\| ([^|]+?) +\|", section, re.MULTILINE) if row not in ("word", "---")]


@cache
def in_use() -> str:
    """All identifiers and texts of the code as words, each between bars, docstrings left out."""
    texts: list[str] = []
    for module in modules():
        documents = {id(node.value) for node in ast.walk(tree(module)) if isinstance(node, ast.Expr)}
        for node in ast.walk(tree(module)):
            if isinstance(node, ast.Name | ast.Attribute | ast.ClassDef | ast.FunctionDef | ast.arg):
                given = {ast.Name: "id", ast.Attribute: "attr", ast.arg: "arg"}.get(type(node), "name")
                texts.append(" ".join(words(getattr(node, given))))
            elif isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in documents:
                texts.append(" ".join(words(node.value)))
        texts.append(" ".join(words(module)))
    return "|".join(f" {text} " for text in {*texts})


def test_every_word_of_the_glossary_is_in_use() -> None:
    """As an identifier, or in a text that a user reads; in the plural it is the same word."""
    entries = glossary()
    assert len(entries) > 20 and len({*entries}) == len(entries)
    assert [entry for entry in entries
            if not re.search(rf" {' '.join(words(entry))}(s|es)? ", in_use())] == []


def test_the_glossary_explains_no_word_that_is_not_used() -> None:
    """A word is in one of the two tables."""
    assert {word for entry in glossary() for word in words(entry) if word in FORMS or word in VAGUE} == set()
