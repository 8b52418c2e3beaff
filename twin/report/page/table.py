"""Tables of the page: a head that names its columns, and a box in which it scrolls on a screen that is narrower."""

from __future__ import annotations

from collections.abc import Iterable

from twin.report.language.words import Words
from twin.report.markup import Markup, element


def table(heads: Iterable[str], rows: Iterable[Markup], kind: str | None = None, caption: str | None = None) -> Markup:
    """A table of rows under the heads of its columns, in a box that is never wider than the screen and is reached by
    keys too; kind: its class in the style sheet."""
    named = [] if caption is None else [element("caption", caption)]
    head = element("thead", element("tr", *(element("th", name, scope="col") for name in heads)))
    whole = element("table", *named, head, element("tbody", *rows), class_=kind)
    return element("div", whole, class_="scroll", tabindex="0")


def headings(heads: Iterable[str], words: Words) -> tuple[str, ...]:
    """The heads of columns by the ends of their keys; "" where a column has none."""
    return tuple(words.say(f"head.{name}") if name else "" for name in heads)


def figure(title: str, heads: Iterable[str], rows: Iterable[Markup], note: str) -> Markup:
    """A table with a title above it and a note on how to read it below."""
    return element("figure", element("figcaption", element("b", title)), table(heads, rows, "loads"),
                   element("p", note, class_="note how"))
