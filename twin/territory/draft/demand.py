"""The demand that every drafted description begins with: who has a line at which stage, what lines are sold as, what
subscribers use, and when; all assumed. Pure values.

Figures of use are those of Castres-Mazamet; weights of the hours are read off no measurement.
"""

from __future__ import annotations

from collections.abc import Mapping

from twin.territory.description_text import Keys, Section
from twin.territory.draft.lines import TAKE_UP, TELEVISION
from twin.territory.draft.services import CHANNELS

ASSUMED = "assumed"
PEERS = "assumed, so that it is 80 % of the traffic (Ben Azzouna and Guillemin 2004; Plissonneau 2005: over 60 %)"


def demand() -> Section:
    """Stages, offers, uses and weeks."""
    return Section("demand", {"stages": _stages(), "offers": _offers(), "uses": _uses(), "weeks": _weeks()},
                   "What all subscribers ask of the network, for twin size: figures of one subscriber in the busiest "
                   "hour of the week, and how use is spread over it. All assumed.")


def _stages() -> Mapping[str, Keys]:
    return {"launch": {"title": "Launch phase", "year": 2003, "households": _percent(TAKE_UP),
                       "businesses": _percent(TAKE_UP), "basis": ASSUMED},
            "mature": {"title": "Mature year", "year": 2008, "households": "35 %", "businesses": "40 %",
                       "basis": ASSUMED}}


def _offers() -> Mapping[str, Keys]:
    """As lines are shared among profiles in the line groups."""
    others = _percent(1 - TELEVISION)
    return {"home": _offer("household", "adsl-512", others),
            "home-tv": _offer("household", "adsl-2048", _percent(TELEVISION)),
            "village": _offer("household", "wifi-512", others),
            "village-tv": _offer("household", "wifi-2048", _percent(TELEVISION)),
            "pro": _offer("business", "adsl-2048-pro", "100 %"),
            "village-pro": _offer("business", "wifi-2048", "100 %")}


def _offer(subscriber: str, profile: str, share: str) -> Keys:
    return {"subscriber": subscriber, "profile": profile, "share": share, "basis": ASSUMED}


def _uses() -> Mapping[str, Keys]:
    """Of one subscriber in the busiest hour."""
    return {
        "home-calls": {"kind": "calls", **_by("household", "telephony", "home-calls"), "erlangs": 0.05,
                       "codec": "G.729", "blocking": "1 %", "basis": ASSUMED},
        "office-calls": {"kind": "calls", **_by("business", "telephony", "office"), "erlangs": 0.2, "codec": "G.711",
                         "blocking": "1 %", "basis": ASSUMED},
        "television": {"kind": "television", **_by("household", "television", "television"),
                       "offers": ["home-tv", "village-tv"], "watching": "60 %", "channels": len(CHANNELS),
                       "rate": "1.5 Mbit/s", "refused": "0.1 %", "basis": ASSUMED},
        "home-web": {"kind": "transfers", **_by("household", "internet", "evening"), "active": "40 %",
                     "transfers": 60, "size": "60 kB", "shape": 1.3, "throughput": "80 %", "basis": ASSUMED},
        "home-swarm": {"kind": "swarm", **_by("household", "internet", "evening"), "active": "25 %",
                       "rate": "50 kbit/s", "basis": PEERS},
        "office-web": {"kind": "transfers", **_by("business", "internet", "office"), "active": "60 %",
                       "transfers": 100, "size": "80 kB", "shape": 1.3, "throughput": "80 %", "basis": ASSUMED},
        "office-mail": {"kind": "transfers", **_by("business", "internet", "office"), "active": "60 %",
                        "transfers": 10, "size": "100 kB", "shape": 1.3, "direction": "up", "throughput": "60 %",
                        "basis": ASSUMED},
    }


def _by(subscriber: str, service: str, week: str) -> Keys:
    return {"subscriber": subscriber, "service": service, "week": week}


def _weeks() -> Mapping[str, Keys]:
    """Shares of the hours of a weekday, per cent."""
    return {
        "evening": _week([2.5, 1.5, 1, 0.7, 0.5, 0.5, 0.8, 1.5, 2.5, 3.2, 3.6, 3.9, 4.2, 4.2, 4.1, 4.2, 4.6, 5.4, 6.6,
                          7.8, 9.2, 10, 9.5, 8], [1, 1.1, 1.15]),
        "office": _week([0.3, 0.2, 0.2, 0.2, 0.2, 0.4, 1, 3, 8, 11, 11.5, 10, 6, 6.5, 9.5, 10.5, 9.5, 6.5, 2.5, 1, 0.7,
                         0.5, 0.4, 0.4], [1, 0.25, 0.1]),
        "home-calls": _week([0.8, 0.4, 0.2, 0.2, 0.2, 0.3, 0.8, 2, 4, 5.5, 6, 6, 5.5, 4.8, 4.8, 5, 5.6, 7.2, 9, 10.5,
                             10, 6.2, 3.3, 1.7], [1, 0.9, 0.8]),
        "television": _week([3, 1.5, 0.8, 0.4, 0.3, 0.4, 0.9, 1.6, 1.8, 1.9, 2, 2.6, 5.6, 6.2, 4, 3.2, 3.2, 4, 6, 9, 13,
                             13.2, 10, 5.4], [1, 1.1, 1.2]),
    }


def _week(weekday: list[float], volumes: list[float]) -> Keys:
    return {"weekday": [f"{share:g} %" for share in weekday], "volumes": volumes, "basis": ASSUMED}


def _percent(part: float) -> str:
    return f"{100 * part:g} %"
