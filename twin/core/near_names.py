"""What to say where a name is not known: the names that are near."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches

MOST = 3


def near_names(name: str, known: Iterable[str], otherwise: str) -> str:
    """The nearest of the known names as a question; `otherwise` where none is near."""
    near = get_close_matches(name, [*known], MOST)
    return f"did you mean {', '.join(near)}?" if near else otherwise
