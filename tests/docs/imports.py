"""What the sources import, read from their syntax; nothing is executed."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[2]
PACKAGES = ("twin", "controllers", "traffic")


@cache
def modules() -> dict[str, Path]:
    """The file of each module of the project, by its dotted name."""
    files = (path for package in PACKAGES for path in (ROOT / package).rglob("*.py"))
    return {".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__"): path for path in files}


@cache
def tree(module: str) -> ast.Module:
    """The syntax tree of a module."""
    return ast.parse(modules()[module].read_text(encoding="utf-8"))


def imports(module: str, *, top_only: bool = False) -> frozenset[str]:
    """What a module imports: a module of the project by its name, anything else with the name taken from it.

    top_only: leave out what functions import when they are called.
    """
    nodes = tree(module).body if top_only else ast.walk(tree(module))
    return frozenset(name for node in nodes for name in _imported(node))


def used(module: str) -> frozenset[str]:
    """What a module takes from others: like `imports`, but of a package imported whole the names that are used."""
    whole = {alias.asname or alias.name: alias.name for node in ast.walk(tree(module)) if isinstance(node, ast.Import)
             for alias in node.names}
    taken = {f"{whole[node.value.id]}.{node.attr}" for node in ast.walk(tree(module))
             if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id in whole}
    return frozenset(taken | imports(module) - set(whole.values()))


def _imported(node: ast.AST) -> Iterator[str]:
    if isinstance(node, ast.Import):
        yield from (alias.name for alias in node.names)
    elif isinstance(node, ast.ImportFrom):
        assert node.level == 0, "the project has no relative imports"
        for alias in node.names:
            whole = f"{node.module}.{alias.name}"
            ours = whole.split(".")[0] in PACKAGES
            yield str(node.module) if ours and whole not in modules() else whole


def within(module: str, part: str) -> bool:
    """Whether a module is a part of the project or lies in it: within("twin.lab.job", "twin.lab")."""
    return module == part or module.startswith(f"{part}.")
