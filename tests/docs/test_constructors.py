"""How our classes are called: with more than six values, each says its name."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2]
FOLDERS = ("twin", "traffic", "controllers", "benchmarks", "tests", "docs", "scripts")
MOST = 6
"""Positional arguments that a reader can tell apart."""


def trees() -> Iterator[tuple[Path, ast.Module]]:
    """All sources of the project."""
    for folder in FOLDERS:
        for path in sorted((ROOT / folder).rglob("*.py")):
            yield path.relative_to(ROOT), ast.parse(path.read_text(encoding="utf-8"))


def classes() -> frozenset[str]:
    """The names of all classes that the project defines."""
    return frozenset(node.name for _, tree in trees() for node in ast.walk(tree) if isinstance(node, ast.ClassDef))


def crowded(tree: ast.AST, known: frozenset[str]) -> Iterator[tuple[str, int]]:
    """The calls of a class with too many positional arguments: its name and the line."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and len(node.args) > MOST:
            name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            if name in known:
                yield name, node.lineno


def test_nobody_counts_the_arguments_of_a_constructor() -> None:
    """No class of ours is called with more than six positional arguments."""
    known = classes()
    assert {(str(path), *call) for path, tree in trees() for call in crowded(tree, known)} == set()


def test_a_crowded_call_is_seen() -> None:
    """Seven values are too many, plainly or by way of a module; six are not, nor are seven of somebody else's."""
    calls = ("Flow(1, 2, 3, 4, 5, 6, 7)", "plan.Flow(1, 2, 3, 4, 5, 6, *rest)", "Flow(1, 2, 3, 4, 5, 6)",
             "max(1, 2, 3, 4, 5, 6, 7)")
    text = "\n".join(calls)
    assert list(crowded(ast.parse(text), frozenset({"Flow"}))) == [("Flow", 1), ("Flow", 2)]
