"""The DSL lines that are held against theory (benchmarks.oracles.access.dsl), added to a small description; pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import product

from benchmarks.support import lab
from twin.core.units import Length, Rate, Size, Time, rate
from twin.model import (
    Codec,
    Direction,
    Encapsulation,
    Flood,
    LineGroup,
    Name,
    Network,
    Noise,
    Profile,
    Workload,
)
from twin.model.yaml import load
from twin.predict.theory.goodput import RTP_OVERHEAD

DOWN, UP = rate("2048 kbit/s"), rate("512 kbit/s")
NARROW = rate("128 kbit/s")
CAPACITIES = tuple(product((Codec.G711, Codec.G729), (128_000, 256_000, 512_000),
                           (Encapsulation.PPPOA_VC, Encapsulation.PPPOE_LLC)))
"""Codec, rate from the subscriber and encapsulation of the lines that are filled with calls."""
NOISE, SHORT = Noise(1200.0, Time(10_000_000)), Noise(2400.0, Time(1_000_000))
STORM = Noise(1200.0, Time(40_000_000))
"""Its bursts overlap."""
BUFFER = Size(50 * 1696)
"""50 full packets of PPPoA in ATM cells."""
FAR = Length(5_200)
DEPTHS = (0, 8, 64)

Line = tuple[str, Profile, Sequence[str]]
"""A line's name, what it is, and the workloads that it runs."""


def network() -> Network:
    """The description with all lines; each is called <name>-1."""
    base = load(lab.NETWORKS / "dsl.yaml")
    made = [*_by_encapsulation(), *_queued(), *_laid()]
    filled = [*_filled()]
    every = sorted([*made, *((name, profile, [work.name]) for name, profile, work in filled)], key=lambda line: line[0])
    return replace(
        base,
        profiles=tuple(replace(profile, name=Name(name)) for name, profile, _ in every),
        workloads=tuple(sorted((*base.workloads, *(work for _, _, work in filled)), key=lambda work: work.name)),
        lines=tuple(LineGroup(Name(name), Name("town-dslam"), Name(name), runs=tuple(map(Name, runs)))
                    for name, _, runs in every),
    )


def profile(up: Rate = UP, encapsulation: Encapsulation = Encapsulation.PPPOA_VC) -> Profile:
    """A line of 2048 kbit/s without length or delay."""
    return Profile(Name("-"), DOWN, up, encapsulation=encapsulation)


def _by_encapsulation() -> Iterator[Line]:
    """UDP both ways at once, TCP down, TCP up."""
    for kind in Encapsulation:
        suffix = "-1492" if kind.mtu == 1492 else ""
        yield f"udp-{kind.value}", profile(encapsulation=kind), [f"fill-down{suffix}", f"fill-up{suffix}"]
        yield f"down-{kind.value}", profile(encapsulation=kind), ["download"]
        yield f"up-{kind.value}", profile(encapsulation=kind), ["upload"]


def _queued() -> Iterator[Line]:
    """A call behind full packets of three sizes; port buffers of 50 full packets; acknowledgements beside a call."""
    narrow = profile(NARROW)
    yield "behind-1500", narrow, ["g729", "upload"]
    yield "behind-1492", profile(NARROW, Encapsulation.PPPOE_LLC), ["g729", "upload"]
    yield "behind-576", replace(narrow, mtu=Size(576)), ["g729", "upload"]
    yield "buffer", replace(narrow, buffer=BUFFER), ["g729", "fill-down", "fill-up"]
    yield "answers", profile(), ["g711", "download"]
    yield "slim", narrow, ["g729", "download"]


def _laid() -> Iterator[Line]:
    """Interleaving of three depths, noise, and a loop that is too long for its profile."""
    for depth in DEPTHS:
        yield f"depth-{depth}", replace(profile(), interleaving=depth), []
    yield "noise", replace(profile(), noise=NOISE), ["fill-down"]
    yield "short", replace(profile(), noise=SHORT), ["fill-down"]
    yield "small", replace(profile(), noise=SHORT), ["small-down"]
    yield "mended", replace(profile(), noise=SHORT, interleaving=32), ["fill-down"]
    yield "storm", replace(profile(), noise=STORM), ["small-down"]
    yield "far", replace(profile(), length=FAR), ["download"]


def _filled() -> Iterator[tuple[str, Profile, Workload]]:
    """What as many calls send as fit, and what one call more sends: packets of calls, evenly one after the other."""
    for (codec, up, kind), more in product(CAPACITIES, (0, 1)):
        count = fit(codec, up, kind) + more
        size = codec.payload + RTP_OVERHEAD
        load_ = Workload(Name(f"{codec.name.lower()}-by-{count}"), Name("web"),
                         Flood(rate=Rate(size * 8 * 50 * count), direction=Direction.UP, packet=Size(size)))
        name = filled_name(codec, up, kind, more)
        yield name, profile(Rate(up), kind), replace(load_, name=Name(name))


def filled_name(codec: Codec, up: int, kind: Encapsulation, more: int) -> str:
    """The name of a line filled with calls, `more` than fit."""
    return f"{codec.name.lower()}-{up // 1000}-{kind.value}-{'over' if more else 'full'}"


def fit(codec: Codec, up: int, kind: Encapsulation) -> int:
    """How many calls fit, by cells: ceil((packet + overhead) / 48) of 53 bytes, 50 packets a second."""
    cells = -(-(codec.payload + RTP_OVERHEAD + kind.overhead) // 48)
    return up // (cells * 53 * 8 * 50)
