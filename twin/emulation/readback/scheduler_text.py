"""The scheduler of a port's bands as text, in the same words for blueprint and kernel; pure."""

from __future__ import annotations

import struct
from collections.abc import Iterable, Iterator, Mapping
from typing import assert_never

from twin.core.units import Rate
from twin.emulation.qdisc import ets, hfsc, htb, tc_requests
from twin.emulation.readback import netlink_dumps
from twin.emulation.readback.netlink_dumps import DumpedQdisc
from twin.model import Scheduling
from twin.plan.blueprint import Band, ParentBand, Scheduler


def expected_text(scheduler: Scheduler) -> Iterator[str]:
    """The scheduler at handle 1: and its classes, as the blueprint has them."""
    match scheduler.kind:
        case Scheduling.HTB:
            yield f"htb chooses default {scheduler.default}"
            unlimited = Rate(htb.UNLIMITED_FACTOR * scheduler.rate)
            yield _htb(htb.ROOT_CLASS, unlimited, unlimited)
            for minor, band in _classes(scheduler):
                text = _htb(minor, band.guarantee, band.ceiling or unlimited) + _under(htb.parent_minor(band))
                yield text + _share(band.quantum, band.priority) if isinstance(band, Band) else text
        case Scheduling.HFSC:
            yield f"hfsc chooses default {scheduler.default}"
            for minor, band in _classes(scheduler):
                yield _hfsc(minor, dict(hfsc.curves_of(band))) + _under(hfsc.parent_minor(band))
        case Scheduling.STRICT | Scheduling.DRR | Scheduling.NONE:
            yield _ets([band.quantum for band in scheduler.bands], scheduler.default)
        case _:
            assert_never(scheduler.kind)


def actual_text(dumped: DumpedQdisc) -> str:
    """A qdisc at handle 1: or a class of it, as the kernel reports it."""
    if dumped.kind == "hfsc" and not dumped.handle & 0xFFFF:
        return f"hfsc chooses default {struct.unpack_from('=H', dumped.options)[0] - 1}"
    options, minor = netlink_dumps.attributes(dumped.options), dumped.handle & 0xFFFF
    match dumped.kind:
        case "ets":
            return _ets(_quanta(options), _default(options))
        case "htb" if minor:
            *_, quantum, _, priority = struct.unpack_from("=5I", options[1], 24)
            text = _htb(minor, rate(options) * 8, _ceiling(options) * 8)
            if minor != htb.ROOT_CLASS:
                text += _under(dumped.parent & 0xFFFF)
            return text + _share(quantum, priority) if minor < tc_requests.LAST_PARENT else text
        case "htb":
            return f"htb chooses default {struct.unpack_from('=8xI', options[2])[0] - 1}"
        case "hfsc":
            curves = {name: struct.unpack("=3I", options[kind]) if kind in options else None
                      for kind, name in enumerate(("rt", "ls", "ul"), start=1)}
            return _hfsc(minor, curves) + _under(dumped.parent & 0xFFFF)
        case other:
            return other


def rate(options: Mapping[int, bytes]) -> int:
    """The rate of a class of htb, bytes/s."""
    if 6 in options:
        return int(struct.unpack("=Q", options[6])[0])
    return int(struct.unpack_from("=8xI", options[1])[0])


def _ceiling(options: Mapping[int, bytes]) -> int:
    if 7 in options:
        return int(struct.unpack("=Q", options[7])[0])
    return int(struct.unpack_from("=20xI", options[1])[0])


def _htb(minor: int, guarantee: int, ceiling: int) -> str:
    return f"htb class 1:{minor:x} {guarantee // 8 * 8} bit/s ceiling {ceiling // 8 * 8}"


def _share(quantum: int, priority: int) -> str:
    return f" quantum {quantum} priority {priority}"


def _hfsc(minor: int, curves: Mapping[str, Iterable[int] | None]) -> str:
    shown = (f" {name} {' '.join(map(str, curve))}" for name, curve in curves.items() if curve is not None)
    return f"hfsc class 1:{minor:x}{''.join(shown)}"


def _under(minor: int) -> str:
    return f" under 1:{minor:x}"


def _classes(scheduler: Scheduler) -> Iterator[tuple[int, Band | ParentBand]]:
    """All bands and their parents, with their minor numbers."""
    yield from ((tc_requests.FIRST_PARENT - number, parent) for number, parent in enumerate(scheduler.parents))
    yield from enumerate(scheduler.bands, start=1)


def _ets(quanta: Iterable[int], default: int) -> str:
    return f"ets quanta {' '.join(map(str, quanta))} default {default}"


def _quanta(options: Mapping[int, bytes]) -> list[int]:
    strict = options.get(ets.STRICT, b"\0")[0]
    quanta = netlink_dumps.each_attribute(options.get(ets.QUANTA, b""))
    shares = [struct.unpack("=I", value)[0] for _, value in quanta]
    return [0] * strict + shares


def _default(options: Mapping[int, bytes]) -> int:
    """The band of every priority, if it is one for all; -1 else."""
    chosen = {value[0] for _, value in netlink_dumps.each_attribute(options.get(ets.PRIORITIES, b""))}
    return chosen.pop() if len(chosen) == 1 else -1
