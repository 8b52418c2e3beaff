"""Read the files that stand beside the report's modules: style sheets, the page's frame and its script."""

from __future__ import annotations

from functools import cache
from importlib.resources import files


@cache
def resource(name: str, package: str = "twin.report") -> str:
    """The text of the file `name` in a package."""
    return files(package).joinpath(name).read_text(encoding="utf-8")
