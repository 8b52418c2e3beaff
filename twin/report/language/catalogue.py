"""Catalogues: the texts of a package by key, in one JSON file a language, and how their placeholders are filled in.

Both languages have the same keys and placeholders (a test compares them). A text that depends on a number stands twice,
as "key.one" and "key.other". The page of the console reads files of the same form (`words.js`).
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from enum import StrEnum
from functools import cache

from twin.report.language.wording import grouped
from twin.report.resources import resource

_PLACEHOLDER = re.compile(r"\{(\w+)\}")
_SENTENCES = frozenset({"by", "instrument", "longer", "reason", "steps", "things", "way", "what", "where", "whose",
                        "why"})
"""Placeholders of recorded texts that hold texts of their own; the others hold names and figures."""


class Language(StrEnum):
    """The languages of what is for people."""

    ENGLISH = "en"
    FRENCH = "fr"


@cache
def texts(package: str, language: Language) -> Mapping[str, str]:
    """The texts of a package in a language, by key."""
    known: Mapping[str, str] = json.loads(resource(f"{language}.json", package))
    return known


def filled(known: Mapping[str, str], language: Language, key: str, values: Mapping[str, object]) -> str:
    """The text of a key with its values; of "key.one" and "key.other" the form for the value `count`."""
    count = values.get("count")
    form = key if not isinstance(count, int) else f"{key}.{'one' if _is_singular(language, count) else 'other'}"
    return _PLACEHOLDER.sub(lambda name: _shown(values[name[1]]), known[form])


def _shown(value: object) -> str:
    return grouped(value) if isinstance(value, int) else str(value)


def _is_singular(language: Language, count: int) -> bool:
    """As the plural rules of Unicode (CLDR) have it: zero is singular in French."""
    return count == 1 or (language is Language.FRENCH and count == 0)


def translated(text: str, templates: Mapping[str, str], figure: Callable[[str], str]) -> str:
    """A text that was recorded in English by the template that it fits, as are the sentences in its placeholders; where
    it fits none, as it is, with figures as `figure` writes them."""
    for english, other in templates.items():
        match = _pattern(english).fullmatch(text)
        if match:
            parts = {name: translated(part, templates, figure) if name in _SENTENCES else figure(part)
                     for name, part in match.groupdict().items()}
            return _PLACEHOLDER.sub(lambda name, parts=parts: parts[name[1]], other)  # type: ignore[misc]
    return figure(text)


@cache
def _pattern(template: str) -> re.Pattern[str]:
    parts = _PLACEHOLDER.split(template)
    return re.compile("".join(f"(?P<{part}>.+?)" if place % 2 else re.escape(part) for place, part in enumerate(parts)),
                      re.DOTALL)
