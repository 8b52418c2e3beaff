"""Where each name of the library comes from, read from the lines that import it for checkers of types. Pure."""

from __future__ import annotations

import re


def homes(source: str) -> dict[str, str]:
    """The module of each name that a source imports as `from twin.api.runs import read_run as read_run`."""
    return {name: home for home, name in re.findall(r"^ +from (\S+) import (\w+) as \2$", source, re.MULTILINE)}
