"""Qdiscs and classes as text, in the same words for blueprint and kernel; pure."""

from __future__ import annotations

import struct
from collections.abc import Iterator

from twin.core.units import PPM, Ratio, Time
from twin.emulation.qdisc import dcf_qdisc, netem, tc_requests
from twin.emulation.readback import netlink_dumps, scheduler_text
from twin.emulation.readback.netlink_dumps import DumpedQdisc
from twin.model import Discipline, Share
from twin.plan.blueprint import Band, LinkDirection, LinkLayer, Scheduler

SEED = "seed"
"""The first word of the line with the seed of a medium."""


def medium_text(carrier: LinkDirection) -> str:
    limit, given = netem.packets_held(carrier), carrier.impairments
    rate = netem.medium_rate(carrier) // 8
    return _netem(rate, carrier.delay, given.loss, limit) + _bursts(netem.loss_model(given)) + _layer(carrier.layer)


def modem_text(carrier: LinkDirection) -> Iterator[str]:
    """The modem's queue, if it has one."""
    if carrier.queue:
        yield _modem(carrier.rate // 8, carrier.queue)


def _modem(rate: int, limit: int) -> str:
    return f"modem {rate * 8} bit/s limit {limit}"


def delayer_text(carrier: LinkDirection) -> Iterator[str]:
    """What delays packets, if anything does."""
    given = carrier.impairments
    if given.delays:
        yield _delayer(given.delay, given.jitter, given.reorder, netem.delayed_packets(carrier))


def _netem(rate: int, delay: int, loss: Ratio, limit: int) -> str:
    return f"netem {rate * 8} bit/s {delay} ns loss {loss} ppm limit {limit}"


def _bursts(model: tuple[int, ...]) -> str:
    return f" gemodel {' '.join(map(str, model))}" if any(model) else ""


def _delayer(delay: int, jitter: int, reorder: int, limit: int) -> str:
    return f"delays {delay} ns jitter {jitter} ns reorder {reorder} ppm limit {limit}"


def _layer(layer: LinkLayer) -> str:
    if layer.plain:
        return ""
    return f" overhead {layer.overhead} least {layer.min_size}{' cells' if layer.atm else ''}"


def _layer_text(table: bytes) -> str:
    if not table:
        return ""
    overhead, linklayer, least = struct.unpack_from("=4xiII", netlink_dumps.attributes(table)[1])
    return _layer(LinkLayer(overhead, least, linklayer == tc_requests.ATM))


def port_text(scheduler: Scheduler) -> Iterator[str]:
    yield "htb" + _layer(scheduler.layer)
    yield f"htb class {scheduler.rate // 8 * 8} bit/s"
    yield from bands_text(scheduler)


def bands_text(scheduler: Scheduler) -> Iterator[str]:
    """Bands and queues."""
    if len(scheduler.bands) > 1:
        yield from scheduler_text.expected_text(scheduler)
    full = scheduler.layer.max_frame_cost
    for number, band in enumerate(scheduler.bands):
        per_subscriber = scheduler.subscriber_queues if band.share is Share.SUBSCRIBER else None
        flows = per_subscriber.queues if per_subscriber else tc_requests.FLOWS
        yield f"{number} {_queue(band, full, flows)}"


def _queue(band: Band, full: int, flows: int) -> str:
    packets, memory = tc_requests.codel_limits(band.limit, full)
    match band.discipline:
        case Discipline.FIFO:
            return f"bfifo {band.limit} bytes"
        case Discipline.FQ_CODEL:
            return _codel(_codel_time(band.target), packets, _codel_time(band.interval), full, memory, flows)
        case Discipline.CAKE:
            return _cake(band.target // 1000, band.interval // 1000, memory, tc_requests.CAKE_BEST_EFFORT,
                         tc_requests.CAKE_FLOWS)


def _codel_time(time: Time) -> int:
    """A time as fq_codel keeps it, in units of 1024 ns, reported in µs."""
    return (time // 1000 * 1000 >> 10 << 10) // 1000


def _codel(target: int, packets: int, interval: int, quantum: int, memory: int, flows: int) -> str:
    """target, interval: µs."""
    return (f"fq_codel target {target} µs interval {interval} µs {packets} packets quantum {quantum} memory {memory} "
            f"flows {flows}")


def _cake(target: int, interval: int, memory: int, tins: int, flows: int) -> str:
    """target, interval: µs."""
    return f"cake target {target} µs interval {interval} µs memory {memory} tins {tins} flows {flows}"


def qdisc_text(dumped: DumpedQdisc) -> Iterator[str]:
    """A qdisc or class as text; nothing for noqueue, and the name alone for kinds that no blueprint has."""
    options = netlink_dumps.attributes(dumped.options) if dumped.kind not in ("netem", "bfifo") else {}
    match dumped.kind:
        case "htb":
            if dumped.handle == tc_requests.SHAPED:
                yield f"htb class {scheduler_text.rate(options) * 8} bit/s"
            elif dumped.handle == tc_requests.SHAPER:
                yield "htb" + _layer_text(dumped.table)
            else:
                yield _station(dumped) + scheduler_text.actual_text(dumped)
        case "netem" if dumped.handle == netem.DELAYER:
            yield from _delayer_text(dumped.options)
        case "netem" if dumped.handle == netem.MODEM:
            yield _modem(_netem_rate(dumped.options), struct.unpack_from("=4xI", dumped.options)[0])
        case "netem":
            yield _netem_text(dumped.options) + _layer_text(dumped.table)
            yield from _seed_text(dumped.options)
        case "dcf":
            yield from dcf_qdisc.actual_text(options)
        case "ets" | "hfsc":
            yield _station(dumped) + scheduler_text.actual_text(dumped)
        case "bfifo":
            yield f"{_band(dumped)} bfifo {struct.unpack_from('=I', dumped.options)[0]} bytes"
        case "fq_codel":
            values = {kind: struct.unpack("=I", value)[0] for kind, value in options.items() if len(value) == 4}
            yield f"{_band(dumped)} {_codel(values[1], values[2], values[3], values[6], values[9], values[5])}"
        case "cake":
            values = {kind: struct.unpack("=I", value)[0] for kind, value in options.items() if len(value) == 4}
            yield f"{_band(dumped)} {_cake(values[8], values[7], values[10], values[3], values[5])}"
        case "noqueue":
            return
        case other:
            yield other


def _station(dumped: DumpedQdisc) -> str:
    """Its station, where it belongs to a radio cell."""
    number, _ = tc_requests.queue_at(dumped.handle)
    return f"station {number}: " if number else ""


def _band(dumped: DumpedQdisc) -> str:
    return f"{_station(dumped)}{tc_requests.queue_at(dumped.handle)[1]}"


def _netem_text(body: bytes) -> str:
    _, limit, chance = struct.unpack_from("=3I", body)
    options = netlink_dumps.attributes(body[24:])
    models = netlink_dumps.attributes(options.get(netem.LOSS, b""))
    model = struct.unpack("=4I", models[netem.GILBERT_ELLIOTT]) if netem.GILBERT_ELLIOTT in models else ()
    return _netem(_netem_rate(body), struct.unpack("=q", options[10])[0], _ratio(chance), limit) + _bursts(model)


def _netem_rate(body: bytes) -> int:
    """bytes/s."""
    options = netlink_dumps.attributes(body[24:])
    wide = options.get(netem.RATE_64)
    return int(struct.unpack("=Q", wide)[0] if wide else struct.unpack_from("=I", options[netem.RATE])[0])


def _delayer_text(body: bytes) -> Iterator[str]:
    """Delays that are all 0 are none. The kernel does not tell the table of their distribution."""
    limit = struct.unpack_from("=4xI", body)[0]
    options = netlink_dumps.attributes(body[24:])
    delay, jitter = (struct.unpack("=q", options[kind])[0] for kind in (netem.LATENCY_64, netem.JITTER_64))
    reorder = _ratio(struct.unpack_from("=I", options[netem.REORDER])[0])
    if delay or jitter or reorder:
        yield _delayer(delay, jitter, reorder, limit)
        yield from (f"{line} of delays" for line in _seed_text(body))


def _ratio(chance: int) -> Ratio:
    return Ratio(round(chance * PPM / 2**32))


def _seed_text(body: bytes) -> Iterator[str]:
    options = netlink_dumps.attributes(body[24:])
    if netem.SEED in options:
        yield f"{SEED} {struct.unpack('=Q', options[netem.SEED])[0]}"
