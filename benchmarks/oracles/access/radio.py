"""Radio: airtime by IEEE 802.11b and 802.11g, contention, chains of hops, and the link budget."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from statistics import fmean

from benchmarks.oracles.oracle import Oracle
from benchmarks.support import lab
from benchmarks.support.radio_builder import RadioBuilder
from twin.core.units import NS_PER_S, Gain, Length, Power, Rate, Time
from twin.jobs.experiment.on_host import Side
from twin.model import Air, Network, Preamble, RadioCell, Standard
from twin.model.wifi import law, reach
from twin.model.wifi.link_budget import path_loss
from twin.model.yaml_field_metadata import Name
from twin.plan import plan
from twin.plan.blueprint import FULL_FRAME, Blueprint
from twin.plan.blueprint.layers import HEADER
from twin.predict.theory.dcf_contention import Saturation, Windows, answered, bianchi, saturation
from twin.predict.theory.goodput import ACK_PACKET, TCP_PAYLOAD

SECONDS = 6
MORE_SEEDS = (2, 3)
"""Of further draws of the backoffs: in one, the few hundred collisions of two stations are three deviations off."""
BEGIN = NS_PER_S
"""From here on, queues that are to be full are."""
UDP, CALL, PLAIN_ACK = 1472, 200, 40
"""Payload of UDP in a full packet; IP bytes of a G.711 packet and of an acknowledgement without time stamps."""
MEGA = 1_000_000
CALL_FRAMES = 100
"""A second, of one call both ways."""
NOISE = 0.01
"""Backoffs are drawn: some thousand of them are measured."""
COLLISIONS = 0.1
"""Of a few hundred frames that collide, and of a theory in which those that meet are two, at one stage."""
ROUNDED = 0.0025
"""Published airtimes are not rounded up to whole microseconds, which the header of 802.11b counts."""


def _cell(name: str, rate: str = "11", **settings: object) -> tuple[RadioCell, Rate]:
    return RadioCell(Name(name), **settings), Rate(int(float(rate) * MEGA))  # type: ignore[arg-type]  # its fields


MODES = {
    "11 Mbit/s, long preamble": _cell("b-11"),
    "11 Mbit/s, short preamble": _cell("b-11-short", preamble=Preamble.SHORT, basic_rate=Rate(11 * MEGA)),
    "5.5 Mbit/s": _cell("b-5", "5.5"),
    "2 Mbit/s": _cell("b-2", "2"),
    "1 Mbit/s": _cell("b-1", "1"),
    "54 Mbit/s": _cell("g", "54", standard=Standard.G),
    "54 Mbit/s, CTS-to-self": _cell("g-mixed", "54", standard=Standard.G, mixed=True),
}
AIRTIME = (1927.09, 1689.27, 3044.18, 6954.00, 13154.00, 393.50, 710.18)
"""Microseconds for 1500 bytes of IP, with DIFS, mean backoff, SIFS and acknowledgement."""
GOODPUT = (6.111, 6.971, 3.868, 1.693, 0.895, 29.926, 16.582)
"""Mbit/s of UDP payload in packets of 1500 bytes."""
TCP_EACH = (4.183, 5.042, 2.946, 1.448, 0.798, 20.455, 9.698)
TCP_SECOND = (4.950, 5.831, 3.333, 1.555, 0.841, 24.220, 12.201)
"""Mbit/s of TCP where an acknowledgement for each, for every second packet takes its own turn, without time stamps."""
CALLS = (10, 13, 8, 5, 3, 49, 19)
"""Simultaneous calls of G.711 where frames take turns."""
BIANCHI = {1: 6.11, 2: 6.46, 5: 6.40, 10: 6.10, 20: 5.69}
LOSSES, POWERS = (100.2, 109.7, 114.2, 120.2, 123.7), (-62, -72, -76, -82, -86)
"""dB and dBm over 1, 3, 5, 10 and 15 km."""
CHANNEL = 6
FHSS = {5: 0.810, 10: 0.753, 20: 0.679, 50: 0.553}


def oracles() -> Iterator[Oracle]:
    """Computed by what the plan and the predictions use, then measured in virtual labs."""
    yield from _airtimes()
    yield from _contention()
    yield from _reaches()
    yield from measured()


def _airtimes() -> Iterator[Oracle]:
    source = "IEEE 802.11, one station"
    for mode, times, udp, each, second, calls in zip(MODES, AIRTIME, GOODPUT, TCP_EACH, TCP_SECOND, CALLS, strict=True):
        full, ack = _exchange(mode, 1500), _exchange(mode, PLAIN_ACK)
        yield Oracle(f"1500 bytes at {mode}", source, times, full / 1e3, ROUNDED, "us")
        yield Oracle(f"UDP at {mode}", source, udp, UDP * 8e3 / full, ROUNDED, "Mbit/s")
        yield Oracle(f"TCP at {mode}, acknowledged each", source, each, 1460 * 8e3 / (full + ack), ROUNDED, "Mbit/s")
        yield Oracle(f"TCP at {mode}, acknowledged every second", source, second, 2 * 1460 * 8e3 / (2 * full + ack),
                     ROUNDED, "Mbit/s")
        yield Oracle(f"calls at {mode}", source, calls, NS_PER_S / CALL_FRAMES // _exchange(mode, CALL), 0)
    cell, rate = _cell("jun", basic_rate=Rate(MEGA))
    rules = law(cell)
    headed = replace(rules.airtime(rate), overhead=rules.airtime(rate).overhead - 2)
    whole = rules.difs + rules.cw_min / 2 * rules.slot + headed.of(FULL_FRAME) + rules.answer(rate, Time(0))
    yield Oracle("throughput bound of 802.11b at 1500 bytes", "Jun et al. 2003", 6.056, 1500 * 8e3 / whole, ROUNDED,
                 "Mbit/s")


def _exchange(mode: str, packet: int) -> float:
    cell, rate = MODES[mode]
    return law(cell).exchange(rate, packet + HEADER)


def _contention() -> Iterator[Oracle]:
    """Published saturation: the answer is part of a success alone."""
    header, answer, difs = 192 + 1536 * 8 / 11, 10 + 248, 50
    for stations, theory in BIANCHI.items():
        model = bianchi(stations, Windows(32, 5), 20e3, (header + answer + difs) * 1e3, (header + difs) * 1e3)
        yield Oracle(f"saturation of {stations} stations, 802.11b", "Bianchi 2000", theory,
                     model.frames * UDP * 8 / 1e6, 0.001, "Mbit/s")
    packet, payload = 400 + 8184, 8184
    for stations, theory in FHSS.items():
        model = bianchi(stations, Windows(32, 3), 50e3, (packet + 28 + 240 + 128 + 2) * 1e3, (packet + 128 + 1) * 1e3)
        yield Oracle(f"saturation of {stations} stations, FHSS, W = 32, m = 3", "Bianchi 2000", theory,
                     model.frames * payload / 1e6, 0.002)


def _reaches() -> Iterator[Oracle]:
    for kilometres, loss, power in zip((1, 3, 5, 10, 15), LOSSES, POWERS, strict=True):
        length = Length(kilometres * 1000)
        yield Oracle(f"loss in free space over {kilometres} km", "ITU-R P.525", loss, path_loss(CHANNEL, length) / 100,
                     0.001, "dB")
        budget = reach(RadioCell(Name("x"), eirp=Power(2000)), Air(Name("x"), Gain(1800)), length)
        yield Oracle(f"received over {kilometres} km, 20 dBm and 18 dBi", "ITU-R P.525", power, budget.received / 100,
                     0.01, "dBm")


def measured() -> Iterator[Oracle]:
    """Every mode, contention, chains and calls: floods in one lab, TCP and calls in another."""
    floods, rest = plan(_floods()), plan(_rest())
    first, second = lab.side_by_side([floods, rest], SECONDS)
    draws = [first, *(side for seed in MORE_SEEDS for side in lab.side_by_side([floods], SECONDS, seed))]
    yield from _goodputs(first)
    yield from _stations(draws)
    yield from _chains(draws)
    yield from _tcp(second, rest)
    yield from _calls(second)


STATIONS = (2, 5, 10)
HOPS = (1, 2, 3)


def _floods() -> Network:
    """A relay in a cell of its own for each mode; cells of several stations that send up; chains; both directions."""
    built = RadioBuilder()
    for cell, rate in MODES.values():
        built.hop(cell.name, cell, rate)
        built.lines(cell.name, "fill-down" if cell.standard is Standard.B else "fast-down")
    for stations in STATIONS:
        cell, rate = _cell(f"n{stations}")
        for number in range(stations):
            built.hop(f"n{stations}-{number}", cell, rate)
            built.lines(f"n{stations}-{number}", "fill-up")
    for hops in HOPS[1:]:
        cell, rate = _cell(f"chain{hops}")
        for number in range(hops):
            built.hop(f"chain{hops}-{number}", cell, rate, f"chain{hops}-{number - 1}" if number else "exchange")
        built.lines(f"chain{hops}-{hops - 1}", "fill-down")
    built.hop("both", *_cell("both"))
    built.lines("both", "fill-down", "fill-up")
    return built.network


def _rest() -> Network:
    """TCP at some modes; calls as many as are good, and one more."""
    built = RadioBuilder()
    for mode in TCP_MODES:
        cell, rate = MODES[mode]
        built.hop(cell.name, cell, rate)
        built.lines(cell.name, "download")
    for calls in (GOOD_CALLS, GOOD_CALLS + 1):
        built.hop(f"calls{calls}", *_cell(f"calls{calls}"))
        built.lines(f"calls{calls}", "call", emulated=calls)
    return built.network


TCP_MODES = ("11 Mbit/s, long preamble", "11 Mbit/s, short preamble", "54 Mbit/s")
GOOD_CALLS = 11
"""By contention of two stations; where frames take turns it would be 10."""


def _goodputs(side: Side) -> Iterator[Oracle]:
    for mode, (cell, _) in MODES.items():
        theory = UDP * 8e3 / _exchange(mode, 1500)
        yield Oracle(f"UDP over a hop at {mode}", "IEEE 802.11, one station", theory, _brought(side, f"{cell.name}-of"),
                     NOISE, "Mbit/s")


def _stations(draws: Sequence[Side]) -> Iterator[Oracle]:
    for stations in STATIONS:
        total = sum(_mean(draws, f"n{stations}-{number}-of") for number in range(stations))
        yield Oracle(f"UDP of {stations} stations together, 802.11b", SATURATED, _saturation(stations), total, NOISE,
                     "Mbit/s")
        yield from _air(draws, stations)


def _air(draws: Sequence[Side], stations: int) -> Iterator[Oracle]:
    """What the air itself counted, while queues filled up too."""
    cells = [cell for side in draws for cell in side.air if cell.cell == f"n{stations}"]
    difs = law(MODES[FIRST][0]).difs
    predicted, busy = _contended(stations), _busy(FIRST, FULL_FRAME)
    yield Oracle(f"part of the frames of {stations} stations that collide", SATURATED, predicted.failed,
                 fmean(cell.collided / cell.sent for cell in cells), COLLISIONS)
    yield Oracle(f"part of the time for which {stations} stations keep the air busy", SATURATED,
                 predicted.taken * (busy - difs) / busy, fmean(cell.busy for cell in cells) / (SECONDS * NS_PER_S),
                 NOISE)


SATURATED = "Tinnirello et al. 2010"


def _saturation(stations: int) -> float:
    """Mbit/s of UDP that stations bring through together at 11 Mbit/s."""
    return _contended(stations).frames * UDP * 8 / 1e6


def _contended(stations: int) -> Saturation:
    return saturation(stations, WINDOWS, law(MODES[FIRST][0]).slot, _busy(FIRST, FULL_FRAME))


FIRST = "11 Mbit/s, long preamble"
WINDOWS = Windows(32, 5, 7)


def _busy(mode: str, frame: int) -> float:
    """What a frame takes without its backoff, ns."""
    cell, rate = MODES[mode]
    rules = law(cell)
    return rules.difs + rules.airtime(rate).of(frame) + rules.answer(rate, Time(0))


def _chains(draws: Sequence[Side]) -> Iterator[Oracle]:
    """Each hop of a chain on one channel sends the same packets again; both directions of a hop share it."""
    for hops in HOPS[1:]:
        yield Oracle(f"UDP over {hops} hops on one channel", f"{SATURATED}, a part for each hop",
                     _saturation(hops) / hops, _mean(draws, f"chain{hops}-{hops - 1}-of"), 0.03, "Mbit/s")
    for way in ("down", "up"):
        yield Oracle(f"UDP {way} while as much is sent the other way", f"{SATURATED}, half", _saturation(2) / 2,
                     _mean(draws, "both-of", f".fill-{way}"), 0.03, "Mbit/s")


def _tcp(side: Side, blueprint: Blueprint) -> Iterator[Oracle]:
    """By the packets and acknowledgements that were sent: Linux acknowledges more than every second packet at times."""
    for mode in TCP_MODES:
        cell, _ = MODES[mode]
        rules = law(cell)
        name = f"{cell.name}-uplink"
        data, acks = (_sent(side, name, forth) for forth in (True, False))
        windows = Windows(rules.cw_min + 1, 6 if cell.standard is Standard.G else 5, 7)
        time = answered(data, acks, windows, rules.slot, _busy(mode, FULL_FRAME),
                        _busy(mode, ACK_PACKET + HEADER))
        yield Oracle(f"TCP over a hop at {mode}, {acks / data:.2f} acknowledgements a packet",
                     "two stations, one of them always ready", data * TCP_PAYLOAD * 8e3 / time,
                     data * TCP_PAYLOAD * 8 / SECONDS / MEGA, 0.015, "Mbit/s")


def _calls(side: Side) -> Iterator[Oracle]:
    """Two stations bring through as many frames as calls ask for, or fewer."""
    model = saturation(2, WINDOWS, law(MODES[FIRST][0]).slot, _busy(FIRST, CALL + HEADER))
    yield Oracle("calls that two stations carry at 11 Mbit/s", SATURATED, GOOD_CALLS, model.frames // CALL_FRAMES, 0)
    for calls, what, theory in ((GOOD_CALLS, "longest delay", 0.0), (GOOD_CALLS + 1, "longest delay", 1.0)):
        late = max(max(lab.packets(side, name).delays) for name in side.samples if name.startswith(f"calls{calls}-of"))
        yield Oracle(f"{calls} calls: {what} beyond 50 ms (0: no, 1: yes)", SATURATED, theory, float(late > 50e6), 0)


def _mean(draws: Sequence[Side], group: str, workload: str = "") -> float:
    """The same over several draws of the backoffs, Mbit/s."""
    return fmean(_brought(side, group, workload) for side in draws)


def _brought(side: Side, group: str, workload: str = "") -> float:
    """Mbit/s of UDP payload that came to the floods of a group."""
    count = sum(BEGIN <= at < SECONDS * NS_PER_S for name in side.samples
                if name.startswith(f"{group}-") and workload in name for at in lab.packets(side, name).received)
    return count * UDP * 8 * NS_PER_S / (SECONDS * NS_PER_S - BEGIN) / MEGA


def _sent(side: Side, span: str, forth: bool) -> int:
    after = sum(c.packets for c in side.after if (c.span, c.forward) == (span, forth))
    return after - sum(c.packets for c in side.before if (c.span, c.forward) == (span, forth))
