"""Write HTML and SVG so that nothing is ever left unescaped: every text is escaped unless it is Markup already."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape

Attribute = str | float | bool | None

_VOID = frozenset({"br", "circle", "hr", "line", "link", "meta", "path", "rect", "polygon", "input", "use"})


class Markup(str):
    """Text that is HTML or SVG already."""

    __slots__ = ()


def element(name: str, *children: str, **attributes: Attribute) -> Markup:
    """An element: element("td", "a < b", class_="x") == '<td class="x">a &lt; b</td>'.

    Attribute names lose a closing "_", and "_" within becomes "-"; False and None leave an attribute out, True writes
    it bare; numbers are rounded to two decimals. Children that are not Markup are escaped.
    """
    head = name + "".join(_attribute(key, value) for key, value in attributes.items())
    if name in _VOID and not children:
        return Markup(f"<{head}/>")
    return Markup(f"<{head}>{join(children)}</{name}>")


def join(parts: Iterable[str]) -> Markup:
    """The parts one after another, escaped where they are not Markup."""
    return Markup("".join(part if isinstance(part, Markup) else escape(part, quote=False) for part in parts))


def number(value: float) -> str:
    """A coordinate, short: number(12.0) == "12", number(0.126) == "0.13"."""
    return f"{round(value, 2):g}" if abs(value) < 1e5 else f"{value:.0f}"


def path(points: Iterable[tuple[float, float]], *, closed: bool = False) -> str:
    """The `d` of a path through points."""
    text = "".join(f"{'L' if index else 'M'}{number(x)} {number(y)}" for index, (x, y) in enumerate(points))
    return text + ("Z" if closed and text else "")


def _attribute(key: str, value: Attribute) -> str:
    if value is None or value is False:
        return ""
    name = key.rstrip("_").replace("_", "-")
    if value is True:
        return f" {name}"
    return f' {name}="{escape(value if isinstance(value, str) else number(value))}"'
