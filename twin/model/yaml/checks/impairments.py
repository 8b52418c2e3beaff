"""Checks of impairments: no packet arrives before it was sent, and reordering has something to overtake."""

from __future__ import annotations

from collections.abc import Iterator
from math import ceil

from twin.core.units import show_time
from twin.model import Impairments
from twin.model.yaml.parsed_network import ParsedNetwork
from twin.model.yaml.problems import Path

SHOWN_DIGITS = 4
Found = Iterator[tuple[Path, str, str]]


def impairments(draft: ParsedNetwork) -> Found:
    """Those of spans, uplinks, profiles and faults."""
    for path, given in _places(draft):
        if given is not None:
            for key, reason, remedy in impossible(given):
                yield (*path, "impairments", key), reason, remedy
    for profile in draft.network.profiles:
        if profile.shaper is not None and profile.impairments is not None and profile.impairments.loss_probability:
            yield (("profiles", profile.name, "impairments"), "loses packets, and its subscriber shapes: losses behind "
                   "the queue of a modem are not emulated", "leave out one of them")


def impossible(given: Impairments) -> Iterator[tuple[str, str, str]]:
    """What a span cannot do: the key, the reason and the remedy."""
    if given.jitter and given.delay < given.shortest_delay:
        least = show_time(_upward(given.shortest_delay))
        yield ("jitter", f"{show_time(given.jitter)} ({given.distribution.value}) reaches {least} to either side of "
               f"{show_time(given.delay)}: packets would arrive before they were sent", f"write delay: {least} or more")
    if given.reorder and not given.delay:
        yield "reorder", "overtakes nothing where no packet is delayed", "write a delay that the others have"


def _upward(delay: float) -> int:
    """No less, in as many digits as are shown."""
    step = int(10 ** max(0, len(str(ceil(delay))) - SHOWN_DIGITS))
    return ceil(delay / step) * step


def _places(draft: ParsedNetwork) -> Iterator[tuple[Path, Impairments | None]]:
    network = draft.network
    yield from ((("spans", span.name), span.impairments) for span in network.spans)
    for section, nodes in (("dslams", network.dslams), ("relays", network.relays), ("head-ends", network.head_ends)):
        yield from (((section, node.name, "uplink"), node.uplink.impairments) for node in nodes)
    yield from ((("profiles", profile.name), profile.impairments) for profile in network.profiles)
    for index, fault in zip(draft.positions.get("faults", ()), network.faults, strict=True):
        yield ("faults", index), fault.impairments
