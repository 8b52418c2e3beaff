"""Tables of the page: a head that names its columns, and a box in which a wide one scrolls on a narrow screen."""

from __future__ import annotations

from collections.abc import Iterable

from twin.report.markup import Markup, element


def table(heads: Iterable[str], rows: Iterable[Markup], kind: str | None = None, caption: str | None = None) -> Markup:
    """A table of rows under the heads of its columns; kind: its class in the style sheet."""
    named = [] if caption is None else [element("caption", caption)]
    head = element("thead", element("tr", *(element("th", name, scope="col") for name in heads)))
    return element("table", *named, head, element("tbody", *rows), class_=kind)


def scrolling(wide: Markup) -> Markup:
    """A table that may be wider than the screen, reached by keys too."""
    return element("div", wide, class_="scroll", tabindex="0")


def figure(title: str, heads: Iterable[str], rows: Iterable[Markup], note: str) -> Markup:
    """A table with a title above it and a note on how to read it below."""
    return element("figure", element("figcaption", element("b", title)), scrolling(table(heads, rows, "loads")),
                   element("p", note, class_="note how"))
