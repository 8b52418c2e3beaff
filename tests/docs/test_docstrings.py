"""Docstrings of records describe fields that are there: "rate: of the span" needs a field `rate`."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from tests.docs.imports import modules, tree

DESCRIBED = re.compile(r"(?:^|[.;]\s+|\n\s*)((?:[a-z_]+(?:, | and ))*[a-z_]+):\s")
"""The words before a colon at the beginning of a sentence or line."""


def described(docstring: str) -> set[str]:
    """The names that a docstring describes."""
    return {name for match in DESCRIBED.finditer(docstring) for name in re.split(", | and ", match[1])}


def members(record: ast.ClassDef, known: dict[str, ast.ClassDef]) -> set[str]:
    """The fields, properties and methods of a record, and those of its bases in the same module."""
    own = {line.target.id for line in record.body
           if isinstance(line, ast.AnnAssign) and isinstance(line.target, ast.Name)}
    own |= {line.name for line in record.body if isinstance(line, ast.FunctionDef)}
    bases = [known[base.id] for base in record.bases if isinstance(base, ast.Name) and base.id in known]
    return own.union(*(members(base, known) for base in bases))


def records(root: ast.AST) -> Iterator[tuple[ast.ClassDef, set[str]]]:
    """The dataclasses and named tuples of a module that have a docstring, with their members."""
    known = {node.name: node for node in ast.walk(root) if isinstance(node, ast.ClassDef)}
    for node in known.values():
        written = " ".join(map(ast.unparse, (*node.decorator_list, *node.bases)))
        if ("dataclass" in written or "NamedTuple" in written) and ast.get_docstring(node):
            yield node, members(node, known)


def unknown(root: ast.AST) -> list[tuple[str, set[str]]]:
    """The records whose docstrings describe what they do not have."""
    wrong = ((node.name, described(ast.get_docstring(node) or "") - fields) for node, fields in records(root))
    return [(name, words) for name, words in wrong if words]


def test_records_describe_the_fields_that_they_have() -> None:
    """A field that is renamed is renamed in the docstring, too."""
    assert {module: unknown(tree(module)) for module in modules() if unknown(tree(module))} == {}


def test_a_field_that_is_gone_is_found() -> None:
    """Of the record itself, not one that it inherits."""
    text = '''
@dataclass
class Base:
    """size: bytes."""
    size: int
@dataclass
class Frame(Base):
    """A frame. size: bytes. rate, delay: of the span."""
    rate: int
'''
    assert unknown(ast.parse(text)) == [("Frame", {"delay"})]
