"""Scalars to values of the model, by value type; a refusal has its reason and remedy."""

from __future__ import annotations

import math
import re
import unicodedata
from ipaddress import ip_address, ip_network
from typing import Any

from twin.core import units
from twin.core.errors import Place
from twin.model.yaml.nodes import ScalarNode, meaning
from twin.model.yaml.problems import clean, nearest, quoted
from twin.model.yaml.value_types import Boolean, Choice, DscpValue, Identifier, Internet, Key, Number, Quantity, Text

NAME = re.compile("[a-z0-9]([a-z0-9-]{0,38}[a-z0-9])?")
"""What names look like."""
LIGATURES = str.maketrans({"œ": "oe", "Œ": "oe", "æ": "ae", "Æ": "ae", "ø": "o", "Ø": "o", "ß": "ss", "ł": "l",
                           "Ł": "l", "’": "-"})
"""Letters that Unicode does not take apart, as names spell them."""
TEXT_LIMIT = 2_000
"""Longest text for people, characters."""

MARKS = {"DF": 0, "LE": 1, "EF": 46, "VA": 44, **{f"CS{n}": 8 * n for n in range(8)},
         **{f"AF{c}{d}": 8 * c + 2 * d for c in range(1, 5) for d in range(1, 4)}}
"""DSCP by name (RFC 2474, 2597, 3246, 5865, 8622)."""

Single = Quantity | Identifier | Text | Number | Boolean | DscpValue | Internet | Choice
"""The forms written as one scalar."""


class Refused(ValueError):
    """A scalar is not a value of the form asked for."""

    def __init__(self, reason: str, remedy: str = "") -> None:
        self.reason = reason
        self.remedy = remedy
        super().__init__(reason)


def value_of(form: Single, scalar: ScalarNode) -> Any:
    """The value that a scalar says in this form. Raises Refused."""
    if meaning(scalar) is None:
        raise Refused("has no value", "write one, or leave the key out")
    match form:
        case Quantity():
            return _quantity(form, scalar)
        case Identifier():
            return _text(scalar) if form.refers else name_of(_text(scalar))
        case Text():
            return _prose(_text(scalar).strip())
        case Number():
            return _number(form, scalar)
        case Boolean():
            return _truth(scalar)
        case DscpValue():
            return _mark(scalar)
        case Internet():
            return _prefix(_text(scalar)) if form.prefix else _address(_text(scalar))
        case Choice():
            return _choice(form, _text(scalar))


def example(key: Key) -> Any:
    """The value that a key's example says, of a key that is written as one scalar. Raises Refused."""
    assert isinstance(key.value_type, Single)
    return value_of(key.value_type, ScalarNode(Place(""), key.example, plain=True))


def name_of(text: str) -> str:
    """`text` if it can be a name. Raises Refused, with a name made of it."""
    if NAME.fullmatch(text):
        return text
    proposal = proposed_name(text)
    raise Refused(f'{quoted(text)} is not a name: 1 to 40 of a-z, 0-9 and "-", with a letter or digit at both ends',
                  f'write for example "{proposal}"' if proposal else "")


def proposed_name(text: str) -> str:
    """The name nearest to any text; "" where it has no letter or digit that names can have."""
    spelt = text[:200].translate(LIGATURES)
    ascii_only = unicodedata.normalize("NFKD", spelt).encode("ascii", "ignore").decode().lower()
    return re.sub("[^a-z0-9]+", "-", ascii_only).strip("-")[:40].strip("-")


def _text(scalar: ScalarNode) -> str:
    value = meaning(scalar)
    if isinstance(value, str):
        return value
    kind = "true or false" if isinstance(value, bool) else "a number"
    raise Refused(f"{clean(scalar.text)} is {kind}, not text", f"write {quoted(scalar.text)}, with the quotation marks")


BIDI = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
"""The controls of the order of writing (Unicode Standard Annex 9): with them a text is not what it looks like."""


def _prose(text: str) -> str:
    bad = next((c for c in text if (unicodedata.category(c) in ("Cc", "Cs") and c not in "\n\t") or c in BIDI), None)
    if bad is not None:
        raise Refused(f"holds the control character U+{ord(bad):04X}", "leave it out")
    if len(text) > TEXT_LIMIT:
        raise Refused(f"is longer than {TEXT_LIMIT} characters", "shorten it")
    return text


def _quantity(form: Quantity, scalar: ScalarNode) -> int:
    if scalar.text.lstrip().startswith("-") and form.kind not in units.SIGNED:
        raise Refused(f"{quoted(scalar.text)} is negative", f'write for example "{units.KINDS[form.kind][1]}"')
    try:
        value = units.parse(form.kind, clean(scalar.text))
    except units.UnitError as error:
        raise Refused(error.reason, error.remedy) from error
    if form.least is not None and value < form.least:
        raise Refused(f"{quoted(scalar.text)} is too little", f"write at least {exactly(form.kind, form.least)}")
    if form.most is not None and value > form.most:
        raise Refused(f"{quoted(scalar.text)} is too much", f"write at most {exactly(form.kind, form.most)}")
    return value


def exactly(kind: str, value: int) -> str:
    """Write a quantity so that reading it gives `value` again: exactly("ratio", 999_999) == "999999 ppm"."""
    short = units.SHOW[kind](value)
    return short if units.parse(kind, short) == value else f"{value} {next(iter(units.KINDS[kind][0]))}"


def _number(form: Number, scalar: ScalarNode) -> int | float:
    value = meaning(scalar)
    if isinstance(value, bool) or not isinstance(value, int if form.whole else (int, float)):
        kind = "a whole number" if form.whole else "a number"
        bare = not scalar.plain and isinstance(meaning(ScalarNode(scalar.place, scalar.text, True)), (int, float))
        raise Refused(f"{quoted(scalar.text)} is not {kind}", "leave the quotation marks out" if bare else "")
    low, high = form.least, form.most
    if not math.isfinite(value):
        raise Refused(f"{clean(scalar.text)} is not a finite number")
    if low is not None and low == high and value != low:
        raise Refused(f"is {clean(scalar.text)}", f"this version supports only {low}")
    if low is not None and value < low:
        raise Refused(f"{clean(scalar.text)} is too little", f"write at least {low}")
    if high is not None and value > high:
        raise Refused(f"{clean(scalar.text)} is too much", f"write at most {high}")
    return value if form.whole else float(value)


def _truth(scalar: ScalarNode) -> bool:
    if scalar.plain and scalar.text in ("true", "false"):
        return scalar.text == "true"
    raise Refused(f"{quoted(scalar.text)} is neither true nor false", "write true or false, without quotation marks")


def _mark(scalar: ScalarNode) -> int:
    value = meaning(scalar)
    if isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= 63:
        return value
    if isinstance(value, str) and value in MARKS:
        return MARKS[value]
    near = nearest(value, MARKS) if isinstance(value, str) else ""
    raise Refused(f"{quoted(scalar.text)} is not a DSCP",
                  near if near.startswith("did") else "write EF, CS0 to CS7, AF11 to AF43, DF, LE, VA or 0 to 63")


def _choice(form: Choice, text: str) -> Any:
    options = [option.value for option in form.options]
    if text in options:
        return form.options(text)
    near = nearest(text, options)
    known = f"known: {', '.join(options)}"
    raise Refused(f"{quoted(text)} is not a known value", near if near.startswith("did") else known)


def _prefix(text: str) -> str:
    try:
        prefix = ip_network(text, strict=False)
    except ValueError:
        raise Refused(f"{quoted(text)} is not an IP prefix", "write for example 10.64.0.0/16") from None
    if "/" not in text:
        raise Refused(f"{quoted(text)} is an address, not a prefix", f"write its length, for example {prefix}")
    if str(prefix.network_address) != str(ip_address(text.partition("/")[0])):
        raise Refused(f"{quoted(text)} has bits beyond its length", f"write {prefix}")
    return str(prefix)


def _address(text: str) -> str:
    try:
        return str(ip_address(text))
    except ValueError:
        raise Refused(f"{quoted(text)} is not an IP address", "write for example 10.64.0.10") from None
