"""Names of a package that are imported when they are first used: who needs one module of it loads no others."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping, Sequence
from importlib import import_module
from typing import Any


def lazy(package: str, homes: Mapping[str, Sequence[str]]) -> Callable[[str], Any]:
    """The `__getattr__` of a package (PEP 562). homes: names that it exports, by the module that has them."""
    by_name = {name: home for home, names in homes.items() for name in names}

    def get(name: str) -> Any:
        if name not in by_name:
            raise AttributeError(f"module {package!r} has no attribute {name!r}")
        value = getattr(import_module(by_name[name]), name)
        setattr(sys.modules[package], name, value)
        return value

    return get
