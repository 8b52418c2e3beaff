"""The words of a report in the reader's language: texts by key, figures with their units, what was recorded in English.

French figures have a decimal comma, a no-break space before units, and octets (ISO 31-0, Imprimerie nationale).
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from twin.core.units import show_length, show_rate, show_ratio, show_size, show_time
from twin.judge.verdict import Outcome, Verdict
from twin.model import Metric
from twin.report.language import wording
from twin.report.language.catalogue import Language, filled, texts, translated
from twin.report.resources import resource

PACKAGE = "twin.report.language"
_POINT = re.compile(r"(?<![\w.])(\d+)\.(\d+)(?![.\d])")
_SPACE = re.compile(r"(?<=\d) ?(?=%)| (?=±)|(?<=[≤≥±><]) (?=[\d−+])|"
                    r"(?<=\d) (?=(?:[µmn]?s|min|h|[kMG]?bit/s|(?:Ki|Mi|[kMG])?B|k?m|dB[mi]?|E)\b)")
_BYTES = re.compile(r"(?<=\d\u00a0)(Ki|Mi|[kMG])?B\b")


@dataclass(frozen=True, slots=True)
class Words:
    """The words of one language."""

    language: Language = Language.ENGLISH

    def say(self, key: str, **values: object) -> str:
        """The text of a key with its values, whole numbers in groups of three digits."""
        return filled(texts(PACKAGE, self.language), self.language, key, values)

    def recorded(self, text: str) -> str:
        """A text that was recorded in English: the reason of a verdict, the name of a probe."""
        return text if self.language is Language.ENGLISH else translated(text, _recorded(self.language), self.figure)

    def figure(self, shown: str) -> str:
        """A figure as English writes it, in this language: "1.5 kB" is "1,5 ko" in French."""
        if self.language is Language.ENGLISH:
            return shown
        return _BYTES.sub(lambda unit: f"{unit[1] or ''}o", _SPACE.sub("\u00a0", _POINT.sub(r"\1,\2", shown)))

    def time(self, value: float) -> str:
        """A time in ns."""
        return self.figure(show_time(value))

    def rate(self, value: float) -> str:
        """A rate in bit/s."""
        return self.figure(show_rate(value))

    def ratio(self, value: float) -> str:
        """A ratio in ppm."""
        return self.figure(show_ratio(value))

    def size(self, value: float) -> str:
        """A size in bytes."""
        return self.figure(show_size(value))

    def length(self, value: float) -> str:
        """A length in m."""
        return self.figure(show_length(value))

    def part(self, value: float, digits: int = 1) -> str:
        """A part of one, in per cent."""
        return self.figure(f"{value:.{digits}%}")

    def show(self, value: float | None, unit: str) -> str:
        """A figure with its unit."""
        return self.figure(wording.show(value, unit))

    def show_beside(self, value: float | None, unit: str, target: float) -> str:
        """A figure beside its target."""
        return self.figure(wording.show_beside(value, unit, target))

    def bound(self, verdict: Verdict) -> str:
        """The target of a verdict: "≤ 100 ms"."""
        return self.figure(wording.bound(verdict))

    def predicted(self, verdict: Verdict) -> str:
        """The prediction of a verdict's figure, in short."""
        return self.figure(wording.predicted(verdict))

    def short(self, metric: Metric) -> str:
        """The short name of a metric."""
        return self.say(f"metric.{metric.value}.short")

    def title(self, metric: Metric) -> str:
        """The name of a metric."""
        return self.say(f"metric.{metric.value}.title")

    def outcome(self, outcome: Outcome) -> str:
        """An outcome in a word."""
        return self.say(f"outcome.{outcome.value}")

    def clauses(self, texts: Iterable[str]) -> str:
        """Texts one after another, with semicolons."""
        return self.say("semicolon").join(texts)

    def listed(self, names: Sequence[str]) -> str:
        """Names with "and" before the last."""
        return names[0] if len(names) == 1 else self.say("and", first=", ".join(names[:-1]), last=names[-1])


ENGLISH = Words()


@cache
def _recorded(language: Language) -> Mapping[str, str]:
    """English templates with their texts in a language, whole texts first."""
    known: dict[str, str] = json.loads(resource(f"recorded.{language}.json", PACKAGE))
    return dict(sorted(known.items(), key=lambda pair: pair[0].count("{")))
