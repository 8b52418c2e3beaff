"""Imports of a lab's program from one file (twin.lab.boundary.imports.import_bundle), instead of two for each module.

Run by path, it starts a program with them: `python -S -P bundled_imports.py BUNDLE MODULE ARGUMENT...` calls `run` of a
module with the arguments. It imports little itself, since what is imported before is not from the bundle.

To find, open and read a module takes ten system calls, each of which costs a lab as much as five cost the host. Modules
that are not in the bundle are found as ever. The bundle also has the code of the methods that `dataclasses` writes as
text for each record, and compiles: a quarter of the time in which our modules are imported.
"""

from __future__ import annotations

import marshal
import os
import sys
import time
from importlib import import_module
from importlib.machinery import ModuleSpec, PathFinder, SourceFileLoader

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from types import CodeType, ModuleType
    from typing import Any, BinaryIO

    Place = tuple[int, int, str, bool]
    """Of a module: where its code begins in the bundle, bytes of it, its file in the lab, whether it is a package."""
    Written = dict[str, CodeType]
    """Code by the text from which it was compiled."""

LENGTH = 8
"""Bytes of the length of the index, with which a bundle begins."""
LOCKS = 3
"""How often CPython 3.11 takes a lock while it reads a file; each time it asks for the time."""


def write(file: BinaryIO, modules: Mapping[str, tuple[str, bool, CodeType, Written]]) -> None:
    """Write a bundle: the length of its index, the index, and the code of all modules. Of each module, by name: its
    file in the lab, whether it is a package, its code, and what `dataclasses` compiles meanwhile."""
    index: dict[str, Place] = {}
    parts, begin = [], 0
    for name, (path, package, code, written) in modules.items():
        parts.append(marshal.dumps((code, written)))
        index[name] = begin, len(parts[-1]), path, package
        begin += len(parts[-1])
    head = marshal.dumps(index)
    file.write(len(head).to_bytes(LENGTH, "little") + head + b"".join(parts))


class Bundle(PathFinder):
    """Finds modules in an open bundle, and others by their paths. It stays open for as long as something may be
    imported, in forks too."""

    def __init__(self, path: str) -> None:
        self._file = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
        size = int.from_bytes(os.pread(self._file, LENGTH, 0), "little")
        self.modules: dict[str, Place] = marshal.loads(os.pread(self._file, size, LENGTH))
        self._begin = LENGTH + size
        self.written: Written = {}

    def find_spec(  # type: ignore[override]  # that is a method of the class
        self, name: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """How a module is loaded (PEP 451)."""
        if name not in self.modules:
            return super().find_spec(name, path, target)
        return self._bundled(name)

    def _bundled(self, name: str) -> ModuleSpec:
        *_, path, package = self.modules[name]
        spec = ModuleSpec(name, _Loader(name, path, self), origin=path, is_package=package)
        spec.has_location = True
        if spec.submodule_search_locations is not None:
            spec.submodule_search_locations.append(os.path.dirname(path))
        return spec

    def code(self, name: str) -> CodeType:
        """The code of a module; what `dataclasses` compiles for it is there from now on."""
        begin, size, *_ = self.modules[name]
        self._pass_time()
        code, written = marshal.loads(os.pread(self._file, size, self._begin + begin))
        self.written |= written
        return code  # type: ignore[no-any-return]  # as it was written

    def _pass_time(self) -> None:
        """Move the lab's clock as Python does that opens a module's files: `open` asks whether one is a terminal, which
        fails, and locks ask for the time. So a run has the same samples with a bundle, without, or with half of its
        modules in it."""
        os.isatty(self._file)
        for _ in range(LOCKS):
            time.monotonic_ns()

    def run_written(self, text: str, *namespaces: dict[str, Any]) -> None:
        """As exec, with code that is there for a text."""
        exec(self.written.pop(text, text), *namespaces)


class _Loader(SourceFileLoader):
    """Loads a module whose code is in the bundle; all else of it is in its file."""

    def __init__(self, name: str, path: str, bundle: Bundle) -> None:
        super().__init__(name, path)
        self._bundle = bundle

    def get_code(self, fullname: str) -> CodeType:
        """Its code."""
        return self._bundle.code(fullname)


def install(path: str) -> None:
    """Import from a bundle, from now on, what is in it."""
    bundle = Bundle(path)
    sys.meta_path[sys.meta_path.index(PathFinder)] = bundle  # each finder that is asked takes a lock
    # `dataclasses` calls it by this name, and finds its own first.
    vars(import_module("dataclasses"))["exec"] = bundle.run_written


if __name__ == "__main__":
    bundle_path, program, *arguments = sys.argv[1:]
    if os.path.exists(bundle_path):
        install(bundle_path)
    import_module(program).run(*arguments)
