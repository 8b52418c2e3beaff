"""Finds Debian's Mininet and imports it, and nothing else of the folder where it lives."""

from __future__ import annotations

import importlib
import importlib.util
import sys
from pathlib import Path
from types import ModuleType

from twin.core.errors import CannotRun

FOLDERS = (Path("/usr/lib/python3/dist-packages"), Path("/usr/local/lib/python3/dist-packages"))
"""Where Debian's package puts it; this folder is not on the path of a virtual environment."""
REMEDY = "apt-get install mininet"


def load(*modules: str, folders: tuple[Path, ...] = FOLDERS) -> tuple[ModuleType, ...]:
    """The modules mininet.<name> for each name. Raises CannotRun when Mininet is missing or cannot be imported."""
    if "mininet" not in sys.modules:
        _package(folders)
    try:
        return tuple(importlib.import_module(f"mininet.{name}") for name in modules)
    except ImportError as fault:
        remedy = "install setuptools into the virtual environment" if fault.name == "distutils" else REMEDY
        raise CannotRun(f"Mininet cannot be imported: {fault}", remedy) from fault


def _package(folders: tuple[Path, ...]) -> None:
    for folder in folders:
        start = folder / "mininet" / "__init__.py"
        if start.is_file():
            spec = importlib.util.spec_from_file_location("mininet", start,
                                                          submodule_search_locations=[str(start.parent)])
            assert spec is not None and spec.loader is not None
            package = importlib.util.module_from_spec(spec)
            sys.modules["mininet"] = package
            spec.loader.exec_module(package)
            return
    raise CannotRun("Mininet is not installed", REMEDY)
