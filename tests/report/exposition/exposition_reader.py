"""A strict reader of Prometheus' text format 0.0.4, written from its specification; it shares nothing with the writer.

https://prometheus.io/docs/instrumenting/exposition_formats/
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

NAME = r"[a-zA-Z_:][a-zA-Z0-9_:]*"
LABEL = r'([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\\n]|\\\\|\\"|\\n)*)"'
NUMBER = r"[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?|[+-]?Inf|NaN"
SAMPLE = re.compile(rf"({NAME})(?:\{{((?:{LABEL})(?:,(?:{LABEL}))*)\}})? ({NUMBER})")
HELP = re.compile(rf"# HELP ({NAME}) ((?:[^\\\n]|\\\\|\\n)+)")
TYPE = re.compile(rf"# TYPE ({NAME}) (counter|gauge|histogram|summary|untyped)")
UNESCAPED = {r"\\": "\\", r"\"": '"', r"\n": "\n"}

Labels = frozenset[tuple[str, str]]


@dataclass
class ReadFamily:
    """A family as it was read: its type, and its samples by their labels."""

    kind: str
    samples: dict[Labels, float] = field(default_factory=dict)


def read(text: str) -> dict[str, ReadFamily]:
    """The families of an exposition by name. Raises ValueError for anything that the format does not allow: lines of
    another form, a family that comes twice or without help and type, a sample of another family or twice, a counter
    that is negative or not called so."""
    if text and not text.endswith("\n"):
        raise ValueError("the last line does not end")
    families: dict[str, ReadFamily] = {}
    helped = current = ""
    for line in text.split("\n")[:-1]:
        if match := HELP.fullmatch(line):
            helped = match[1]
        elif match := TYPE.fullmatch(line):
            current = _begin(match[1], match[2], helped, families)
        elif match := SAMPLE.fullmatch(line):
            _add(match[1], match[2] or "", float(match[7]), current, families)
        else:
            raise ValueError(f"not a line of the format: {line}")
    return families


def _begin(name: str, kind: str, helped: str, families: dict[str, ReadFamily]) -> str:
    if name in families or helped != name:
        raise ValueError(f"{name}: twice, or its help does not stand before its type")
    if (kind == "counter") != name.endswith("_total"):
        raise ValueError(f"{name}: counters, and they alone, end in _total")
    families[name] = ReadFamily(kind)
    return name


def _add(name: str, labels: str, value: float, current: str, families: dict[str, ReadFamily]) -> None:
    if name != current:
        raise ValueError(f"{name}: not a sample of {current}")
    pairs = [(label, re.sub(r'\\[\\"n]', lambda escape: UNESCAPED[escape[0]], text))
             for label, text in re.findall(LABEL, labels)]
    family, key = families[name], frozenset(pairs)
    if len({label for label, _ in pairs}) < len(pairs) or key in family.samples:
        raise ValueError(f"{name}: a label or a sample twice: {labels}")
    if family.kind == "counter" and not value >= 0:
        raise ValueError(f"{name}: a counter of {value}")
    family.samples[key] = value
