"""Checks of DSL lines: an MTU that fits, loops that a modem can use, noise."""

from __future__ import annotations

from collections.abc import Iterator

from twin.core.units import NS_PER_S, show_length, show_rate, show_time
from twin.model import LineGroup, Profile, Technology
from twin.model.access.dsl_reach import LEAST_DOWN, LEAST_UP, Rates, as_laid, attainable, reach
from twin.model.yaml.parsed_network import ParsedNetwork
from twin.model.yaml.problems import Path

Found = Iterator[tuple[Path, str, str]]

MINUTE = 60 * NS_PER_S


def profiles(draft: ParsedNetwork) -> Found:
    """The packets of a DSL profile fit, and its noise lets some through."""
    for profile in draft.network.profiles:
        path: Path = ("profiles", profile.name)
        if profile.technology is not Technology.DSL:
            continue
        if profile.mtu and profile.mtu > profile.encapsulation.mtu:
            yield ((*path, "mtu"), f"{profile.mtu} bytes do not fit: {profile.encapsulation.value} leaves "
                   f"{profile.encapsulation.mtu}", f"write mtu: {profile.encapsulation.mtu} bytes, or leave it out")
        yield from _noise((*path, "noise"), profile)


def _noise(path: Path, profile: Profile) -> Found:
    noise = profile.noise
    if noise is not None and noise.bursts * noise.length >= MINUTE:
        yield (path, f"{noise.bursts:g} bursts of {show_time(noise.length)} a minute last "
               f"{show_time(noise.bursts * noise.length)}: there would be no time without noise",
               "write fewer, or shorter ones")
    if noise is not None and noise.bursts and profile.shaper is not None:
        yield (path, "does not go with a shaper of the subscriber: noise is planned for a line whose modem holds no "
               "queue", "leave out one of them")


def loops(draft: ParsedNetwork) -> Found:
    """Every DSL line can be trained at some rate; what it cannot reach of its profile is no error."""
    sold = {profile.name: profile for profile in draft.network.profiles}
    for group in draft.network.lines:
        profile = sold.get(group.profile)
        if profile is not None and profile.technology is Technology.DSL:
            yield from _loop(group, profile)


def _loop(group: LineGroup, profile: Profile) -> Found:
    laid = as_laid(profile, group)
    most = attainable(laid.length, laid.conductor)
    if most.down < LEAST_DOWN or most.up < LEAST_UP:
        longest = reach(Rates(LEAST_DOWN, LEAST_UP), laid.conductor) or 0
        yield (("lines", group.name, "length" if group.length is not None else "profile"),
               f"{show_length(laid.length)} of {laid.conductor.value} copper cannot be trained: it would carry "
               f"{show_rate(most.down)} down and {show_rate(most.up)} up, and modems need {show_rate(LEAST_DOWN)} and "
               f"{show_rate(LEAST_UP)}", f"the longest loop is {show_length(longest // 100 * 100)}")
