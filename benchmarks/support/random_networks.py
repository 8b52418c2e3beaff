"""Random but sensible networks, as descriptions in YAML: what the certificate has to stand on. Pure: a seed, a text.

Several rings and points of presence, head-ends anywhere, every kind of access, from 64 kbit/s to 10 Gbit/s, under every
policy, some with spans and lines that lose packets.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from random import Random

CODES = {"voice": 80, "video": 1700}
"""kbit/s of IP that a call and a picture need, with room for headers."""


def description(seed: int) -> str:
    """The network of that seed."""
    return "\n".join(_lines(Random(f"corpus/{seed}"), seed)) + "\n"


def _lines(chance: Random, seed: int) -> Iterator[str]:
    """Section by section."""
    pops = [f"pop-{k}" for k in range(chance.choice((1, 1, 2, 3, 3, 4, 5, 6)))]
    capacity = chance.choice((34, 100, 100, 155, 1000, 10_000))
    yield from ("twin: 1", f"name: corpus-{seed}", "sites: {here: {}, village: {}}", "switches:")
    yield from (f"  {pop}: {{site: here}}" for pop in pops)
    yield from _spans(chance, pops, capacity)
    accesses = list(_accesses(chance, pops, capacity))
    yield from _places(accesses)
    yield from _head_ends(chance, pops, capacity)
    yield from _classes(chance)
    yield from _sold(chance, accesses)


def _spans(chance: Random, pops: list[str], capacity: int) -> Iterator[str]:
    """A chain, closed to a ring where there are three, and at times a second ring across."""
    pairs = list(pairwise(pops))
    pairs += [(pops[-1], pops[0])] if len(pops) > 2 else []
    pairs += [(pops[1], pops[4])] if len(pops) > 4 else []
    if pairs:
        yield "spans:"
    lossy = chance.random() < 0.12
    for a, b in pairs:
        loss = f", impairments: {{loss: {chance.choice(('0.1 %', '1 %', '10 %', '50 %', '90 %'))}}}" if lossy else ""
        yield (f"  {a}--{b}: {{ends: [{a}, {b}], capacity: {capacity} Mbit/s, "
               f"length: {chance.randint(1, 400)} km{loss}}}")


class _Access:
    """A node at which lines end, what feeds it, its kind, and kbit/s that it has for its lines."""

    def __init__(self, name: str, kind: str, written: str, room: int) -> None:
        self.name, self.kind, self.written, self.room = name, kind, written, room


def _accesses(chance: Random, pops: list[str], capacity: int) -> Iterator[_Access]:
    for number in range(chance.randint(1, 4)):
        pop = chance.choice(pops)
        match chance.choice(("dsl", "dsl", "ethernet", "fibre", "radio", "cell", "chain")):
            case "dsl":
                uplink = min(capacity, chance.choice((34, 100)))
                yield _Access(f"dslam-{number}", "dsl", f"{{to: {pop}, capacity: {uplink} Mbit/s}}", uplink * 1000)
            case "ethernet" | "fibre":
                yield _Access(pop, "ethernet", "", capacity * 1000)
            case "radio":
                hop = chance.choice((2, 5, 11, 54))
                yield _Access(f"mast-{number}", "radio", f"{{to: {pop}, medium: radio, capacity: {hop} Mbit/s, "
                              f"length: {chance.randint(1, 20)} km}}", hop * 400)
            case "cell":
                yield _Access(f"mast-{number}", "cell", _air(chance, pop, f"air-{number}"), 3000)
            case "chain":
                yield _Access(f"mast-{number}", "cell", _air(chance, pop, f"air-{number}"), 1500)
                yield _Access(f"far-{number}", "chain", _air(chance, f"mast-{number}", f"air-{number}"), 1500)


def _air(chance: Random, to: str, cell: str) -> str:
    errors = f", frame-errors: {chance.choice((1, 5, 20))} %" if chance.random() < 0.15 else ""
    return (f"{{to: {to}, medium: radio, length: {chance.randint(100, 900)} m, "
            f"air: {{cell: {cell}, rate: 11 Mbit/s{errors}}}}}")


def _places(accesses: list[_Access]) -> Iterator[str]:
    dslams = [access for access in accesses if access.kind == "dsl"]
    relays = [access for access in accesses if access.kind in ("radio", "cell", "chain")]
    cells = sorted({access.written.split("cell: ")[1].split(",")[0] for access in accesses
                    if access.kind in ("cell", "chain")})
    if dslams:
        yield "dslams:"
        yield from (f"  {access.name}: {{site: here, uplink: {access.written}}}" for access in dslams)
    if cells:
        yield "radio-cells:"
        yield from (f"  {cell}: {{standard: 802.11b, channel: {1 + 5 * (k % 3)}}}" for k, cell in enumerate(cells))
    if relays:
        yield "relays:"
        yield from (f"  {access.name}: {{site: village, uplink: {access.written}}}" for access in relays)


def _head_ends(chance: Random, pops: list[str], capacity: int) -> Iterator[str]:
    yield "head-ends:"
    for name in ("alpha", "midway", "zulu"):
        yield (f"  {name}: {{site: here, uplink: {{to: {chance.choice(pops)}, capacity: {capacity} Mbit/s, "
               f"length: {chance.randint(1, 2000)} m}}}}")


def _classes(chance: Random) -> Iterator[str]:
    """Voice before the rest; data in a queue of any kind; and where their services live."""
    queue = chance.choice(("queue: 50 ms", "queue: 100 ms", "queue: 300 ms", "queue: 1 s", "buffer: 64 kB"))
    kind = chance.choice(("", "", ", discipline: fq-codel", ", discipline: cake"))
    three = chance.random() < 0.4
    yield "classes:"
    yield f"  voice: {{dscp: EF, strict: true, {chance.choice(('', 'police: 100 kbit/s, '))}queue: 40 ms}}"
    if three:
        yield "  business: {dscp: AF21, weight: 4, queue: 100 ms}"
    yield f"  data: {{dscp: DF, weight: 1, {queue}{kind}}}"
    yield f"policy: {chance.choice(('strict', 'strict', 'drr', 'htb', 'hfsc', 'none'))}"
    ends = chance.sample(("alpha", "midway", "zulu"), 3)
    yield "services:"
    yield f"  telephony: {{class: voice, head-end: {ends[0]}, transport: udp, ports: [16384, 32767]}}"
    if three:
        yield f"  trade: {{class: business, head-end: {ends[1]}, transport: tcp, ports: [8000, 8099]}}"
    yield f"  web: {{class: data, head-end: {ends[2]}}}"


DSL = ((64, 64), (128, 64), (512, 128), (1024, 256), (2048, 512), (8000, 448), (8000, 256), (8000, 800))
"""kbit/s down and up."""
ETHERNET = (1, 10, 100, 1000, 10_000)
"""Mbit/s."""


def _sold(chance: Random, accesses: list[_Access]) -> Iterator[str]:
    profiles, lines, calls = [], [], False
    for number, access in enumerate(accesses):
        down, text = _profile(chance, access)
        count = max(1, min(chance.choice((1, 1, 2, 3, 5, 10)), access.room // 400, 40 // len(accesses)))
        runs = [run for run, able in (("call", down >= 256), ("flood", True), ("fetch", down <= 20_000 and number == 0))
                if able and chance.random() < 0.7] or ["flood"]
        calls = calls or "call" in runs
        profiles.append(f"  sold-{number}: {text}")
        lines.append(f"  homes-{number}: {{at: {access.name}, profile: sold-{number}, subscribers: {count}, "
                     f"emulated: {count}, runs: [{', '.join(runs)}]}}")
    used = {run for line in lines for run in ("call", "flood", "fetch") if run in line.split("runs:")[1]}
    yield from ("profiles:", *profiles, "workloads:")
    yield from (f"  {run}: {{{text}}}" for run, text in WORKLOADS.items() if run in used)
    yield from ("lines:", *lines, "targets:")
    yield from (f"  - {{workload: {run}, {bound}}}" for run, bound in TARGETS.items() if run in used)


WORKLOADS = {"call": "service: telephony, activity: call, codec: G.711",
             "flood": "service: web, activity: flood, rate: 20 kbit/s, random: true",
             "fetch": "service: web, activity: download"}
TARGETS = {"call": "loss: 1 %", "flood": "mean-delay: 1 s", "fetch": "goodput: 10 kbit/s"}


def _profile(chance: Random, at: _Access) -> tuple[int, str]:
    """kbit/s down, and the entry of what lines there are sold as."""
    if at.kind == "dsl":
        down, up = chance.choice(DSL)
        extra = chance.choice(("", ", interleaving: 16", ", interleaving: 64"))
        noise = chance.random()
        extra += (", noise: {bursts: 60, length: 2 ms}" if noise < 0.08 else
                  ", impairments: {loss: 1 %}" if noise < 0.13 else "")
        return down, f"{{down: {down} kbit/s, up: {up} kbit/s, delay: {chance.randint(0, 20)} ms, length: 1 km{extra}}}"
    if at.kind == "ethernet":
        rate = min(chance.choice(ETHERNET), at.room // 1000)
        return rate * 1000, f"{{technology: ethernet, down: {rate} Mbit/s, up: {rate} Mbit/s}}"
    down = chance.choice((512, 1000, 2000, 8000, 20_000))
    return down, f"{{technology: wifi, down: {down} kbit/s, up: {down // chance.choice((1, 2, 4))} kbit/s}}"
