"""How large things may be: functions, files, records and folders, as CONTRIBUTING.md says, read from the sources.

What is still too large stands in a list of its own; an entry that is needed no longer fails the test, so lists shrink.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from statistics import median, quantiles

import pytest

from tests.docs.imports import PACKAGES, ROOT

FOLDERS = (*PACKAGES, "tests", "benchmarks", "docs")
MEDIAN, MOST = 6, 20
"""Lines of a function, from its `def` to its end: half of all functions have no more, and 95 % have no more."""
FILE, FIELDS, ENTRIES = 300, 24, 15
"""Lines of a file, fields of a record, entries of a folder beside what marks it as a package."""
MARKS = ("__init__.py", "py.typed", "__pycache__")
"""What marks a folder as a package, as one with types (PEP 561), or was left by Python."""
LIMITS = {"twin": 12, "docs": 18, "tests": 16, "benchmarks": 30, "benchmarks/support": 17}
"""Folders with limits of their own: each part has a folder of tests, each benchmark that can be run is a file."""
LONG_FILES: set[str] = set()
LARGE_RECORDS: set[str] = set()
FULL_FOLDERS: set[str] = set()


@cache
def sources() -> dict[str, str]:
    """The text of every Python file, by its path from the root."""
    return {path.relative_to(ROOT).as_posix(): path.read_text(encoding="utf-8")
            for folder in FOLDERS for path in sorted((ROOT / folder).rglob("*.py"))}


def nodes(folders: tuple[str, ...]) -> Iterator[tuple[str, ast.AST]]:
    """Everything that is written in these folders, with the file in which it is."""
    for name, text in sources().items():
        if name.split("/")[0] in folders:
            yield from ((name, node) for node in ast.walk(ast.parse(text)))


@pytest.mark.parametrize("folders", [PACKAGES, ("tests",), ("benchmarks", "docs")])
def test_functions_fit_in_one_look(folders: tuple[str, ...]) -> None:
    """With docstring and signature."""
    lines = [(node.end_lineno or node.lineno) - node.lineno + 1 for _, node in nodes(folders)
             if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef))]
    assert median(lines) <= MEDIAN
    assert quantiles(lines, n=20)[-1] <= MOST


def test_files_are_short() -> None:
    """All but those that are known."""
    assert {name for name, text in sources().items() if len(text.splitlines()) > FILE} == LONG_FILES


def test_records_have_few_fields() -> None:
    """All dataclasses but those that are known; inherited fields are not counted."""
    assert {f"{name} {node.name}" for name, node in nodes(FOLDERS)
            if isinstance(node, ast.ClassDef) and _is_record(node) and _fields(node) > FIELDS} == LARGE_RECORDS


def _is_record(node: ast.ClassDef) -> bool:
    names = {part.id for decorator in node.decorator_list for part in ast.walk(decorator) if isinstance(part, ast.Name)}
    return "dataclass" in names


def _fields(node: ast.ClassDef) -> int:
    return sum(isinstance(line, ast.AnnAssign) and "ClassVar" not in ast.unparse(line.annotation) for line in node.body)


def test_folders_are_taken_in_at_a_glance() -> None:
    """All folders with modules but those that are known, sub-folders counted as one entry each."""
    folders = {Path(name).parent.as_posix() for name in sources()}
    assert {name for name in folders if len(_entries(ROOT / name)) > LIMITS.get(name, ENTRIES)} == FULL_FOLDERS


def _entries(folder: Path) -> list[Path]:
    """What lies in a folder beside its marks, and beside folders of which Python alone has left something behind."""
    return [path for path in folder.iterdir() if path.name not in MARKS
            and not (path.is_dir() and all(below.name == "__pycache__" for below in path.iterdir()))]
