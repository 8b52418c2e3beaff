"""Writes the import bundle of a lab's program: `python -S -P import_bundler.py ORDER`, on the host, in a child.

It imports the program's modules, and with them all that they import, as they will be in the lab. ORDER is JSON:

    roots       the modules to import; one that cannot be imported here is left to the lab, which says why
    packages    folders of installed packages
    places      pairs of folders: on the host, and where a lab has it
    out         the folder for the bundle, and for the sources that it was made of outside the project

An edit of such a source changes what stat(2) says of it, by which the bundle is known to be stale.
"""

from __future__ import annotations

import dataclasses
import json
import os
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import suppress
from importlib import import_module
from pathlib import Path
from types import CodeType
from typing import Any

from twin.lab.boundary.imports import bundled_imports
from twin.lab.job import GUEST_BUNDLE

SOURCES = "sources.json"
Places = Sequence[tuple[str, str]]


def state(path: str) -> list[int]:
    """What stat(2) says of a file, its change time too, which nobody can set."""
    about = os.stat(path)
    return [about.st_size, about.st_mtime_ns, about.st_ctime_ns, about.st_ino]


def write(roots: Sequence[str], packages: Sequence[str], places: Places, out: str) -> None:
    """Write the bundle and its sources."""
    began = time.time_ns()
    sys.path += packages
    written = _note_written()
    for root in roots:
        with suppress(Exception):
            import_module(root)
    sources, modules = {}, {}
    for name, origin, package in _imported():
        path = _in_lab(origin, places)
        if path is not None:
            sources[origin] = state(origin)
            code = compile(Path(origin).read_bytes(), path, "exec", dont_inherit=True)
            modules[name] = path, package, code, written.get(name, {})
    outside = {origin: about for origin, about in sources.items() if not origin.startswith(places[0][0])}
    Path(out, SOURCES).write_text(json.dumps({"made": began, "states": outside}))
    with Path(out, Path(GUEST_BUNDLE).name).open("wb") as file:
        bundled_imports.write(file, modules)


def _note_written() -> dict[str, dict[str, CodeType]]:
    """Note the code that `dataclasses` compiles from now on, by module."""
    noted: dict[str, dict[str, CodeType]] = {}

    def run(text: str, outer: dict[str, Any], inner: dict[str, Any]) -> None:
        code = compile(text, "<string>", "exec", dont_inherit=True)
        noted.setdefault(outer.get("__name__", ""), {})[text] = code
        exec(code, outer, inner)

    vars(dataclasses)["exec"] = run
    return noted


def _imported() -> Iterator[tuple[str, str, bool]]:
    """The modules with a source that are there: name, file, and whether it is a package."""
    for name, module in sorted(sys.modules.items()):
        spec = getattr(module, "__spec__", None)
        if spec is not None and spec.name == name and spec.has_location and str(spec.origin).endswith(".py"):
            yield name, spec.origin, spec.submodule_search_locations is not None


def _in_lab(path: str, places: Places) -> str | None:
    """Where a lab has a file of the host; None where it has not."""
    return next((inside + path[len(outside):] for outside, inside in places if path.startswith(f"{outside}/")), None)


if __name__ == "__main__":
    write(**json.loads(sys.argv[1]))
