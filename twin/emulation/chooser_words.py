"""What chooses between a port's bands, in words: the same for what was planned and for what stands; pure."""

from __future__ import annotations

import struct
from collections.abc import Iterable, Iterator, Mapping

from twin.emulation import choosers, dumps
from twin.emulation.dumps import Standing
from twin.model import Scheduling
from twin.plan.blueprint import Scheduler
from twin.units import Rate


def planned(order: Scheduler) -> Iterator[str]:
    """What stands at handle 1: for several bands, and its classes."""
    match order.kind:
        case Scheduling.HTB:
            yield f"htb chooses default {order.default}"
            plenty = Rate(choosers.PLENTY * order.rate)
            yield _htb(choosers.LENDER, plenty, plenty)
            for k, band in enumerate(order.bands):
                yield _htb(k + 1, band.guarantee, band.ceiling or plenty) + _turn(band.quantum, band.priority)
        case Scheduling.HFSC:
            yield f"hfsc chooses default {order.default}"
            for k, band in enumerate(order.bands):
                yield _hfsc(k + 1, choosers.curve(band), (0, 0, band.guarantee // 8))
        case _:
            yield _ets([band.quantum for band in order.bands], order.default)


def said(one: Standing) -> str:
    """A qdisc at handle 1: or a class of it as the kernel says it."""
    if one.kind == "hfsc" and not one.handle & 0xFFFF:
        return f"hfsc chooses default {struct.unpack_from('=H', one.options)[0] - 1}"
    options, minor = dumps.attributes(one.options), one.handle & 0xFFFF
    match one.kind:
        case "ets":
            return _ets(_quanta(options), _default(options))
        case "htb" if minor:
            *_, quantum, _, priority = struct.unpack_from("=5I", options[1], 24)
            turn = "" if minor == choosers.LENDER else _turn(quantum, priority)
            return _htb(minor, rate(options) * 8, _ceiling(options) * 8) + turn
        case "htb":
            return f"htb chooses default {struct.unpack_from('=8xI', options[2])[0] - 1}"
        case "hfsc":
            real, link = (struct.unpack("=3I", options[kind]) for kind in (1, 2))
            return _hfsc(minor, real, link)
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


def _turn(quantum: int, priority: int) -> str:
    return f" quantum {quantum} priority {priority}"


def _hfsc(minor: int, real: Iterable[int], link: Iterable[int]) -> str:
    return f"hfsc class 1:{minor:x} real {' '.join(map(str, real))} link {' '.join(map(str, link))}"


def _ets(quanta: Iterable[int], default: int) -> str:
    return f"ets quanta {' '.join(map(str, quanta))} default {default}"


def _quanta(options: Mapping[int, bytes]) -> list[int]:
    strict = options.get(choosers.STRICT, b"\0")[0]
    shares = [struct.unpack("=I", value)[0] for _, value in dumps.each(options.get(choosers.QUANTA, b""))]
    return [0] * strict + shares


def _default(options: Mapping[int, bytes]) -> int:
    """The band of every priority, if it is one for all; -1 else."""
    chosen = {value[0] for _, value in dumps.each(options.get(choosers.PRIORITIES, b""))}
    return chosen.pop() if len(chosen) == 1 else -1
