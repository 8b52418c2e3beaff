"""Is what stands what was planned? Both are said in the same words and compared; a difference is an error."""

from __future__ import annotations

import struct
from collections.abc import Iterable, Iterator

from twin.emulation import air, building, chooser_words, dumps, filtering, gate, marker, ovs, queues
from twin.emulation.dumps import Standing
from twin.emulation.layout import PLANT, ROOT, Layout
from twin.emulation.seam import Kernel
from twin.errors import EmulationError
from twin.model import Discipline, Share
from twin.netlink import NEW_FILTER, Request
from twin.plan.blueprint import Band, Carrier, Layer, Scheduler
from twin.plan.contracts import gated
from twin.units import PPM, Ratio, Time

Words = dict[str, tuple[str, ...]]
"""What stands on each interface ("namespace device"), one line a qdisc or class, sorted."""
SHOWN = 8
SEED = "seed"


def planned(layout: Layout, seed: int) -> Words:
    """What the blueprint says must stand on every interface."""
    found: dict[str, list[str]] = {}
    for span in layout.blueprint.spans:
        for end, carrier in ((span.a, span.back), (span.b, span.forth)):
            device = end.medium_device
            chance = building.medium_seed(seed, span.name, device)
            found[_key(PLANT, device)] = [_medium(carrier), f"{SEED} {chance}", "ingress"]
            if end.scheduler is not None:
                found[_key(layout.namespace(end), end.device)] = list(_scheduler(end.scheduler))
            elif end.node not in layout.hosts:
                found[_key(ROOT, end.device)] = []
        if span.shared is not None:
            found[_key(PLANT, span.shared.device)] = list(_scheduler(span.shared.scheduler))
            found[_key(PLANT, span.shared.peer_device)] = ["ingress"]
    for cell in layout.blueprint.cells:
        trees = [f"station {k}: {line}" for k, station in enumerate(cell.stations, start=1)
                 for line in _tree(station.scheduler)]
        found[_key(PLANT, cell.device)] = [*air.planned(cell, building.cell_seed(seed, cell)), *trees]
        found[_key(PLANT, cell.peer_device)] = ["ingress"]
    for namespace, requests in _requests(layout):
        names = _interfaces(layout)[namespace]
        for one in filtering.asked(requests):
            found[_key(namespace, names[one.index])].append(filtering.said(one, names))
    for switch in layout.blueprint.switches:
        for port in switch.ports:
            found[_key(ROOT, port.device)].append(f"port {port.number}")
            if switch.markers:
                found[_key(ROOT, port.device)].append("bpf marker")
    _colours(layout, found)
    return {key: tuple(sorted(lines)) for key, lines in found.items()}


def _colours(layout: Layout, found: dict[str, list[str]]) -> None:
    """Add what stands for the colours of contracts."""
    gates = {one.end.device: one.end.medium_device for one in gated(layout.blueprint)}
    for device, behind in gates.items():
        found[_key(ROOT, device)].append(f"bpf {gate.ENTRY}")
        found[_key(PLANT, behind)].append(f"bpf {gate.EXIT}")
    for device in {*gates, *(port.device for switch in layout.blueprint.switches if switch.markers
                             for port in switch.ports)}:
        found[_key(ROOT, device)].append("clsact")


def read(kernel: Kernel, layout: Layout) -> Words:
    """What the kernel says stands on the interfaces of the emulation."""
    found: dict[str, list[str]] = {}
    shared = _shared(layout)
    for namespace, names in _interfaces(layout).items():
        stand = [one for one in dumps.standing(kernel.dump(namespace, dumps.qdiscs())) if one.index in names]
        shaped = sorted({one.index for one in stand if one.kind in ("htb", "hfsc")})
        filtered = sorted((one.index, marker.LEAVING_FILTERS if one.kind == "clsact" else one.handle) for one in stand
                          if _filtering(one, apart=one.index in shared[namespace]))
        classes = dumps.standing(kernel.dump(namespace, *map(dumps.classes, shaped)))
        stand += [one for one in classes if one.kind in ("htb", "hfsc") and one.handle & 0xFFFF]
        for one in stand:
            found.setdefault(_key(namespace, names[one.index]), []).extend(_said(one))
        answers = kernel.dump(namespace, *(dumps.filters(*place) for place in filtered))
        for kind, body in dumps.messages(answers):
            rule = dumps.filter_of(body) if kind == NEW_FILTER else None
            if rule is not None:
                found[_key(namespace, names[rule.index])].append(filtering.said(rule, names))
    numbers = ovs.port_numbers(kernel.run(*ovs.PORT_NUMBERS))
    for device in layout.ports:
        found.setdefault(_key(ROOT, device), []).append(f"port {numbers.get(device)}")
    return {key: tuple(sorted(lines)) for key, lines in found.items()}


def _filtering(one: Standing, *, apart: bool) -> bool:
    """Whether filters may hang on a qdisc: what chooses between bands, what arrives, what tells subscribers apart."""
    return (one.kind in ("ets", "ingress", "clsact") or (queues.chooses(one.handle) and one.kind in ("htb", "hfsc"))
            or (apart and one.kind in ("fq_codel", "cake")))


def compare(plan: Words, stands: Words) -> None:
    """Raise EmulationError, showing both, where something else stands than was planned.

    Kernels before 6.6 cannot be told a seed for losses; where none says one, none is expected.
    """
    if not any(line.startswith(SEED) for lines in stands.values() for line in lines):
        plan = {key: tuple(line for line in lines if not line.startswith(SEED)) for key, lines in plan.items()}
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
            if end.scheduler is not None or end.node not in layout.hosts:
                found.setdefault(layout.namespace(end), {})[layout.index(end)] = end.device
    return found


def _shared(layout: Layout) -> dict[str, set[int]]:
    """The interfaces, by namespace and index, whose queues share between subscribers."""
    found: dict[str, set[int]] = {namespace: set() for namespace in _interfaces(layout)}
    for span in layout.blueprint.spans:
        for end in (span.a, span.b):
            if end.scheduler is not None and end.scheduler.sharing is not None:
                found[layout.namespace(end)].add(layout.index(end))
        if span.shared is not None and span.shared.scheduler.sharing is not None:
            found[PLANT].add(layout.plant[span.shared.device])
    for cell in layout.blueprint.cells:
        if any(station.scheduler.sharing is not None for station in cell.stations):
            found[PLANT].add(layout.plant[cell.device])
    return found


def _requests(layout: Layout) -> Iterator[tuple[str, Iterable[Request]]]:
    """All requests that may hold filters, by namespace; file descriptors do not matter to them."""
    yield PLANT, building.media(layout, 0, Time(0))
    yield ROOT, building.ports(layout, 0, Time(0))
    for host in layout.blueprint.hosts:
        if layout.end_of(host).scheduler is not None:
            yield host.namespace, building.host(layout, host, 0, Time(0))


def _medium(carrier: Carrier) -> str:
    limit = queues.flight(carrier.rate, carrier.delay)
    rate = 0 if carrier.airtime else carrier.rate // 8
    return _netem(rate, carrier.delay, carrier.loss, limit) + _layer(carrier.layer)


def _netem(rate: int, delay: int, loss: Ratio, limit: int) -> str:
    return f"netem {rate * 8} bit/s {delay} ns loss {loss} ppm limit {limit}"


def _layer(layer: Layer) -> str:
    if layer.plain:
        return ""
    return f" overhead {layer.overhead} least {layer.least}{' cells' if layer.cells else ''}"


def _layer_said(table: bytes) -> str:
    if not table:
        return ""
    overhead, linklayer, least = struct.unpack_from("=4xiII", dumps.attributes(table)[1])
    return _layer(Layer(overhead, least, linklayer == queues.ATM))


def _scheduler(order: Scheduler) -> Iterator[str]:
    yield "htb" + _layer(order.layer)
    yield f"htb class {order.rate // 8 * 8} bit/s"
    yield from _tree(order)


def _tree(order: Scheduler) -> Iterator[str]:
    """Bands and queues."""
    if len(order.bands) > 1:
        yield from chooser_words.planned(order)
    full = order.layer.full
    for number, band in enumerate(order.bands):
        flows = order.sharing.queues if order.sharing and band.share is Share.SUBSCRIBER else queues.FLOWS
        yield f"{number} {_queue(band, full, flows)}"


def _queue(band: Band, full: int, flows: int) -> str:
    if band.discipline is Discipline.FIFO:
        return f"bfifo {band.limit} bytes"
    packets, memory = queues.codel_limits(band.limit, full)
    if band.discipline is Discipline.CAKE:
        return _cake(band.target // 1000, band.interval // 1000, memory, queues.CAKE_BEST_EFFORT, queues.CAKE_FLOWS)
    return _codel(_kept(band.target), packets, _kept(band.interval), full, memory, flows)


def _kept(time: Time) -> int:
    """A time as fq_codel keeps it, in units of 1024 ns, told again in µs."""
    return (time // 1000 * 1000 >> 10 << 10) // 1000


def _codel(target: int, packets: int, interval: int, quantum: int, memory: int, flows: int) -> str:
    """target, interval: µs."""
    return (f"fq_codel target {target} µs interval {interval} µs {packets} packets quantum {quantum} memory {memory} "
            f"flows {flows}")


def _cake(target: int, interval: int, memory: int, tins: int, flows: int) -> str:
    """target, interval: µs."""
    return f"cake target {target} µs interval {interval} µs memory {memory} tins {tins} flows {flows}"


def _said(one: Standing) -> Iterator[str]:
    """A qdisc or class in the words of the plan; no queue is nothing, and
    kinds that the plan never asks for are said by name."""
    options = dumps.attributes(one.options) if one.kind not in ("netem", "bfifo") else {}
    match one.kind:
        case "htb":
            if one.handle == queues.SHAPED:
                yield f"htb class {chooser_words.rate(options) * 8} bit/s"
            elif one.handle == queues.SHAPER:
                yield "htb" + _layer_said(one.table)
            else:
                yield _station(one) + chooser_words.said(one)
        case "netem":
            yield _netem_said(one.options) + _layer_said(one.table)
            yield from _seed_said(one.options)
        case "dcf":
            yield from air.said(options)
        case "ets" | "hfsc":
            yield _station(one) + chooser_words.said(one)
        case "bfifo":
            yield f"{_band(one)} bfifo {struct.unpack_from('=I', one.options)[0]} bytes"
        case "fq_codel":
            values = {kind: struct.unpack("=I", value)[0] for kind, value in options.items() if len(value) == 4}
            yield f"{_band(one)} {_codel(values[1], values[2], values[3], values[6], values[9], values[5])}"
        case "cake":
            values = {kind: struct.unpack("=I", value)[0] for kind, value in options.items() if len(value) == 4}
            yield f"{_band(one)} {_cake(values[8], values[7], values[10], values[3], values[5])}"
        case "noqueue":
            return
        case other:
            yield other


def _station(one: Standing) -> str:
    """Whose it is, where it belongs to a station of a radio cell."""
    number, _ = queues.queue_at(one.handle)
    return f"station {number}: " if number else ""


def _band(one: Standing) -> str:
    return f"{_station(one)}{queues.queue_at(one.handle)[1]}"


def _netem_said(body: bytes) -> str:
    _, limit, chance = struct.unpack_from("=3I", body)
    options = dumps.attributes(body[24:])
    rate = struct.unpack_from("=I", options[6])[0]
    wide = struct.unpack("=Q", options[8])[0] if 8 in options else rate
    return _netem(wide, struct.unpack("=q", options[10])[0], Ratio(round(chance * PPM / 2**32)), limit)


def _seed_said(body: bytes) -> Iterator[str]:
    options = dumps.attributes(body[24:])
    if 14 in options:
        yield f"{SEED} {struct.unpack('=Q', options[14])[0]}"
