"""The text format of Prometheus (version 0.0.4): families of samples with labels. Pure."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

MEDIA_TYPE = "text/plain; version=0.0.4; charset=utf-8"
_ESCAPES = str.maketrans({"\\": r"\\", "\n": r"\n", '"': r'\"'})


@dataclass(frozen=True, slots=True)
class Sample:
    """A value in the base unit of its family, with its labels."""

    value: float
    labels: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Family:
    """A metric. name: with its base unit, and "_total" where it is a counter. about: one sentence."""

    name: str
    about: str

    @property
    def kind(self) -> str:
        """counter or gauge."""
        return "counter" if self.name.endswith("_total") else "gauge"


def text(families: Iterable[tuple[Family, Iterable[Sample]]], common: Mapping[str, str]) -> str:
    """The exposition; a family without samples is left out. common: labels of all samples."""
    lines: list[str] = []
    for family, samples in families:
        own = [f"{family.name}{_labels({**common, **sample.labels})} {_number(sample.value)}" for sample in samples]
        if own:
            about = family.about.replace("\\", r"\\").replace("\n", r"\n")
            lines += [f"# HELP {family.name} {about}", f"# TYPE {family.name} {family.kind}", *own]
    return "".join(f"{line}\n" for line in lines)


def _number(value: float) -> str:
    """Whole numbers to the last digit; infinity as the format spells it."""
    if isinstance(value, float):
        return repr(value) if math.isfinite(value) else f"{value:+f}".replace("inf", "Inf")
    return str(int(value))


def _labels(labels: Mapping[str, str]) -> str:
    pairs = ",".join(f'{name}="{value.translate(_ESCAPES)}"' for name, value in labels.items())
    return f"{{{pairs}}}" if pairs else ""
