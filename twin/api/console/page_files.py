"""The files of the page, by their paths: a fixed table, read once."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import PurePosixPath

from twin.report.resources import resource

PAGE = "index.html"
_TYPES = {".html": "text/html; charset=utf-8", ".js": "text/javascript; charset=utf-8",
          ".css": "text/css; charset=utf-8", ".json": "application/json", ".svg": "image/svg+xml"}
"""What is served, by suffix."""
_SHARED = {"colours.css": "colours.css", "drawing.css": "drawing/drawing.css"}
"""Style sheets of the report that the page uses, too."""


@dataclass(frozen=True, slots=True)
class PageFile:
    """A file as it is served."""

    content: bytes
    media_type: str


def page_files() -> dict[str, PageFile]:
    """Everything that the page consists of."""
    own = {path: entry.read_bytes() for path, entry in _below(files("twin.api.console") / "page")}
    shared = {path: resource(name).encode() for path, name in _SHARED.items()}
    return {path: PageFile(content, _TYPES[PurePosixPath(path).suffix]) for path, content in (own | shared).items()
            if PurePosixPath(path).suffix in _TYPES}


def _below(folder: Traversable, path: str = "") -> Iterator[tuple[str, Traversable]]:
    for entry in folder.iterdir():
        if entry.is_dir():
            yield from _below(entry, f"{path}{entry.name}/")
        else:
            yield f"{path}{entry.name}", entry
