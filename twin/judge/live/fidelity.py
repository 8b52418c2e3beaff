"""Whether what is seen of a live twin can be trusted: late timers, losses outside the model, stolen time. Pure."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from twin.core.units import NS_PER_S, show_time
from twin.judge.certificate.certificate import WALL_LAG
from twin.judge.live.sliding_window import SlidingWindow
from twin.judge.verdict import Certificate

MOST_STOLEN = WALL_LAG / NS_PER_S
"""Of a processor's time: as much within a second as a timer may be late."""
STALE = 10 * NS_PER_S
"""Windows are ready some three seconds after they end; none in this time, ns, means that there is no load process."""
UNCHECKED = ("times on the wall clock: a live twin is not calibrated",)
"""What the certificate of a live twin says of its figures."""
SHOWN = 3
"""Places of losses that are named."""
NOT_COUNTED = "stolen time: this machine does not count it"


class Trust(StrEnum):
    """What is known of the fidelity of a live twin."""

    TRUSTED = "trusted"
    UNTRUSTED = "untrusted"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Moment:
    """What is known of about a second. at: its end, ns since 1970. losses: packets that were lost outside the model, by
    place. stolen: which part of a processor's time its host gave to others, of the worst; None where that is not
    counted."""

    at: int
    losses: Mapping[str, int] = field(default_factory=dict)
    stolen: float | None = None


@dataclass(frozen=True, slots=True)
class Fidelity:
    """reasons: why it is not trusted, or unknown. lateness: of the latest timer of the generators, ns. losses and
    stolen: as of a moment, within the whole window."""

    trust: Trust
    reasons: tuple[str, ...]
    lateness: int
    losses: Mapping[str, int]
    stolen: float | None

    @property
    def certificate(self) -> Certificate:
        """What verdicts go by: nothing is concluded unless all is trusted."""
        unchecked = UNCHECKED if self.stolen is not None else (*UNCHECKED, NOT_COUNTED)
        return Certificate(
            valid=self.trust is Trust.TRUSTED, clock="wall", probes=(), timer_lag=self.lateness,
            strays=sum(self.losses.values()), reasons=self.reasons, unchecked=unchecked)


def fidelity(window: SlidingWindow, moments: Iterable[Moment], now: int) -> Fidelity:
    """The fidelity of a sliding window by what is known of its moments. now: ns since 1970."""
    known = [moment for moment in moments if moment.at > window.begin]
    losses: Counter[str] = Counter()
    for moment in known:
        losses.update(moment.losses)
    stolen = max((moment.stolen for moment in known if moment.stolen is not None), default=None)
    against, missing = tuple(_against(window.lateness, losses, stolen)), tuple(_missing(window, now))
    trust = Trust.UNTRUSTED if against else Trust.UNKNOWN if missing else Trust.TRUSTED
    return Fidelity(trust, against or missing, window.lateness, dict(losses), stolen)


def _against(lateness: int, losses: Mapping[str, int], stolen: float | None) -> Iterator[str]:
    if lateness > WALL_LAG:
        yield f"a timer was late by {show_time(lateness)}, more than {show_time(WALL_LAG)}"
    if losses:
        yield f"{sum(losses.values())} packets were lost outside the model: {_places(losses)}"
    if stolen is not None and stolen > MOST_STOLEN:
        took = math.ceil(stolen * 10_000) / 100  # rounded up: what is too much is shown as more
        yield (f"the host of this machine took {took:g}% of a processor's time within a second, more than "
               f"{MOST_STOLEN:.0%}")


def _places(losses: Mapping[str, int]) -> str:
    worst = sorted(losses.items(), key=lambda place: (-place[1], place[0]))
    more = [f"{len(worst) - SHOWN} other places"] if len(worst) > SHOWN else []
    return ", ".join([*(f"{where} ({packets})" for where, packets in worst[:SHOWN]), *more])


def _missing(window: SlidingWindow, now: int) -> Iterator[str]:
    if not window.end:
        yield "nothing has been seen of the load yet"
    elif now - window.end > STALE:
        yield f"nothing has been seen of the load for {show_time(now - window.end)}; its last words are in the logs"
