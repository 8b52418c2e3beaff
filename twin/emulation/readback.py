"""Is what stands what was planned? Both are said in the same words and compared; a difference is an error."""

from __future__ import annotations

import struct
from collections.abc import Iterable, Iterator, Mapping

from twin.emulation import dumps, queues
from twin.emulation.dumps import Standing
from twin.emulation.layout import PLANT, ROOT, Layout
from twin.emulation.seam import Kernel
from twin.errors import EmulationError
from twin.model import Discipline
from twin.plan.blueprint import Band, Carrier, Scheduler
from twin.units import PPM, Ratio, Time

Words = dict[str, tuple[str, ...]]
"""What stands on each interface ("namespace device"), one line a qdisc or class, sorted."""
SHOWN = 8


def planned(layout: Layout) -> Words:
    """What the blueprint says must stand on every interface."""
    found: dict[str, list[str]] = {}
    for span in layout.blueprint.spans:
        for end, carrier in ((span.a, span.back), (span.b, span.forth)):
            found[_key(PLANT, end.medium_device)] = [_medium(carrier), "ingress"]
            if end.scheduler is not None:
                found[_key(layout.namespace(end), end.device)] = list(_scheduler(end.scheduler))
        if span.shared is not None:
            found[_key(PLANT, span.shared.device)] = list(_scheduler(span.shared.scheduler))
            found[_key(PLANT, span.shared.peer_device)] = ["ingress"]
    return {key: tuple(sorted(lines)) for key, lines in found.items()}


def read(kernel: Kernel, layout: Layout) -> Words:
    """What the kernel says stands on the interfaces of the emulation."""
    found: dict[str, list[str]] = {}
    for namespace, names in _interfaces(layout).items():
        stand = [one for one in dumps.standing(kernel.dump(namespace, dumps.qdiscs())) if one.index in names]
        for index in sorted({one.index for one in stand if one.kind == "htb"}):
            stand += dumps.standing(kernel.dump(namespace, dumps.classes(index)))
        for one in stand:
            found.setdefault(_key(namespace, names[one.index]), []).extend(_said(one))
    return {key: tuple(sorted(lines)) for key, lines in found.items()}


def compare(plan: Words, stands: Words) -> None:
    """Raise EmulationError, showing both, where something else stands than was planned."""
    differing = [key for key in sorted(plan.keys() | stands.keys()) if plan.get(key, ()) != stands.get(key, ())]
    if differing:
        shown = [f"  {key}\n    planned: {'; '.join(plan.get(key, ())) or 'nothing'}\n"
                 f"    stands:  {'; '.join(stands.get(key, ())) or 'nothing'}" for key in differing[:SHOWN]]
        raise EmulationError(f"{len(differing)} interfaces are not as the blueprint says:\n" + "\n".join(shown))


def _key(namespace: str, device: str) -> str:
    return f"{namespace or 'lab'} {device}"


def _interfaces(layout: Layout) -> dict[str, dict[int, str]]:
    """Names of the interfaces of the emulation, by namespace and index."""
    found: dict[str, dict[int, str]] = {PLANT: {index: name for name, index in layout.plant.items()}, ROOT: {}}
    for span in layout.blueprint.spans:
        for end in (span.a, span.b):
            if end.scheduler is not None:
                found.setdefault(layout.namespace(end), {})[layout.index(end)] = end.device
    return found


def _medium(carrier: Carrier) -> str:
    return _netem(carrier.rate // 8, carrier.delay, carrier.loss, queues.flight(carrier.rate, carrier.delay))


def _netem(rate: int, delay: int, loss: Ratio, limit: int) -> str:
    return f"netem {rate * 8} bit/s {delay} ns loss {loss} ppm limit {limit}"


def _scheduler(order: Scheduler) -> Iterator[str]:
    yield "htb"
    yield f"htb class {order.rate // 8 * 8} bit/s"
    if len(order.bands) > 1:
        yield _ets([band.quantum for band in order.bands])
    full = order.layer.cost(queues.FULL_FRAME)
    for number, band in enumerate(order.bands):
        yield f"{number} {_queue(band, full)}"


def _ets(quanta: Iterable[int]) -> str:
    return f"ets quanta {' '.join(map(str, quanta))}"


def _queue(band: Band, full: int) -> str:
    if band.discipline is Discipline.FIFO:
        return f"bfifo {band.limit} bytes"
    packets, memory = queues.codel_limits(band.limit, full)
    return _codel(_kept(band.target), packets, _kept(band.interval), full, memory)


def _kept(time: Time) -> int:
    """A time as fq_codel keeps it, in units of 1024 ns, told again in µs."""
    return (time // 1000 * 1000 >> 10 << 10) // 1000


def _codel(target: int, packets: int, interval: int, quantum: int, memory: int) -> str:
    """target, interval: µs."""
    return f"fq_codel target {target} µs interval {interval} µs {packets} packets quantum {quantum} memory {memory}"


def _said(one: Standing) -> Iterator[str]:
    """A qdisc or class in the words of the plan; no queue is nothing, and
    kinds that the plan never asks for are said by name."""
    options = dumps.attributes(one.options) if one.kind not in ("netem", "bfifo") else {}
    match one.kind:
        case "htb":
            if one.handle & 0xFFFF:
                yield f"htb class {_htb_rate(options) * 8} bit/s"
            else:
                yield "htb"
        case "netem":
            yield _netem_said(one.options)
        case "ets":
            if not one.handle & 0xFFFF:
                yield _ets(_quanta(options))
        case "bfifo":
            yield f"{_band(one)} bfifo {struct.unpack_from('=I', one.options)[0]} bytes"
        case "fq_codel":
            values = {kind: struct.unpack("=I", value)[0] for kind, value in options.items() if len(value) == 4}
            yield f"{_band(one)} {_codel(values[1], values[2], values[3], values[6], values[9])}"
        case "noqueue":
            return
        case other:
            yield other


def _band(one: Standing) -> int:
    return (one.handle >> 16) - queues.FIRST_LEAF


def _htb_rate(options: Mapping[int, bytes]) -> int:
    if 6 in options:
        return int(struct.unpack("=Q", options[6])[0])
    return int(struct.unpack_from("=8xI", options[1])[0])


def _quanta(options: Mapping[int, bytes]) -> list[int]:
    strict = options.get(2, b"\0")[0]
    shares = [struct.unpack("=I", value)[0] for _, value in dumps.each(options.get(3, b""))]
    return [0] * strict + shares


def _netem_said(body: bytes) -> str:
    _, limit, chance = struct.unpack_from("=3I", body)
    options = dumps.attributes(body[24:])
    rate = struct.unpack_from("=I", options[6])[0]
    wide = struct.unpack("=Q", options[8])[0] if 8 in options else rate
    return _netem(wide, struct.unpack("=q", options[10])[0], Ratio(round(chance * PPM / 2**32)), limit)
