"""Closed forms against published or independently computed figures: queueing, calculus, capacity."""

from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from twin.core.units import Rate
from twin.model import Codec
from twin.plan.blueprint import LinkLayer
from twin.plan.demand import erlang
from twin.predict.theory import goodput, queueing
from twin.predict.theory.network_calculus import (
    FASTER,
    Group,
    RandomGroup,
    Server,
    poisson_burst,
    round_robin_packet_server,
    round_robin_server,
    strict_server,
    together,
)
from twin.predict.theory.queueing import Load

MS = 1e6
US = 1e3
ETHERNET = LinkLayer(overhead=4)
TAGGED = LinkLayer(overhead=8)
WIRE = LinkLayer(overhead=24, min_size=84)
PPPOA = LinkLayer(overhead=10 - 14, atm=True)
PPPOE = LinkLayer(overhead=40 - 14, atm=True)
IPOA = LinkLayer(overhead=8 - 14, atm=True)


@pytest.mark.parametrize(
    ("size", "rate", "ns"),
    [(1500, 100e6, 120 * US), (1500, 512e3, 23.4375 * MS), (1500, 256e3, 46.875 * MS), (1500, 128e3, 93.75 * MS),
     (1500, 2.048e6, 5.859375 * MS), (1696, 2.048e6, 6.625 * MS), (1696, 512e3, 26.5 * MS), (1696, 256e3, 53 * MS),
     (1696, 128e3, 106 * MS), (13 * 53, 128e3, 43.0625 * MS), (1518, 100e6, 121.44 * US), (1538, 100e6, 123.04 * US),
     (50 * 1696, 2.048e6, 331.25 * MS), (50 * 1696, 128e3, 5300 * MS)],
)
def test_serialization(size: float, rate: float, ns: float) -> None:
    """A packet in service takes L / C, in cells where the line has them; a full queue as many times that."""
    assert queueing.serialization(size, rate) == pytest.approx(ns)


@pytest.mark.parametrize(("share", "ms"), [(0.5, 0.060), (0.8, 0.240), (0.9, 0.540)])
def test_md1(share: float, ms: float) -> None:
    """M/D/1 on 100 Mbit/s with 1500 bytes; Cobham's formula with one class is the same."""
    assert queueing.md1_wait(share, 120 * US) == pytest.approx(ms * MS)
    assert queueing.priority_waits([Load(share, 120 * US)])[0] == pytest.approx(ms * MS)


def test_cobham() -> None:
    """Three classes on 100 Mbit/s: the first waits a ninth of what the last does."""
    loads = [Load(share, queueing.serialization(size, 100e6)) for share, size in ((0.1, 238), (0.3, 1394), (0.5, 1538))]
    assert queueing.priority_waits(loads) == pytest.approx((53.82 * US, 89.70 * US, 807.33 * US), rel=1e-4)
    assert queueing.residual(loads) / (1 - 0.9) == pytest.approx(484.40 * US, rel=1e-4)


def test_cobham_on_dsl() -> None:
    """One call and 85 % of data on 2048 kbit/s of cells: 3 ms in its own class, 29 ms in one queue."""
    voice, bulk = (queueing.serialization(size, 2.048e6) for size in (265, 1696))
    loads = [Load(265 * 8 * 50 / 2.048e6, voice), Load(0.85, bulk)]
    assert queueing.priority_waits(loads)[0] == pytest.approx(3.00 * MS, rel=5e-3)
    assert queueing.residual(loads) / (1 - sum(load.share for load in loads)) == pytest.approx(29.0 * MS, rel=5e-3)


def test_no_time_left() -> None:
    """Classes that take more than all of the time have no mean wait."""
    with pytest.raises(ValueError, match=r"1\.100 of the time"):
        queueing.priority_waits([Load(0.6, 1), Load(0.5, 1)])


@pytest.mark.parametrize(("erlangs", "circuits", "blocked"), [
    (1, 1, 0.5), (1, 2, 0.2), (2, 3, 0.210526), (3, 5, 0.110054), (5, 10, 0.018385), (10, 10, 0.214582)])
def test_erlang_b(erlangs: float, circuits: int, blocked: float) -> None:
    """Blocking by Erlang's first formula."""
    assert erlang.erlang_b(erlangs, circuits) == pytest.approx(blocked, abs=1e-6)


@pytest.mark.parametrize(("circuits", "erlangs"), [
    (1, 0.0101), (2, 0.1526), (5, 1.3608), (10, 4.4612), (15, 8.1080), (20, 12.0306), (30, 20.3373), (50, 37.9014),
    (100, 84.0642), (120, 102.9636), (200, 179.738)])
def test_erlangs_at_one_percent(circuits: int, erlangs: float) -> None:
    """What circuits carry at 1 % blocking, as the printed tables have it; and back."""
    assert erlang.erlangs_on(circuits, 0.01) == pytest.approx(erlangs, rel=1e-3)
    assert erlang.circuits_for(erlang.erlangs_on(circuits, 0.01), 0.01) == circuits


def test_erlang_c() -> None:
    """Erlang's second formula; too few servers make everybody wait."""
    assert erlang.erlang_c(8, 10) == pytest.approx(0.409180, abs=1e-6)
    assert erlang.erlang_c(10, 10) == 1


@pytest.mark.parametrize(("take_up", "calls"), [(0.05, 151), (0.10, 288), (0.20, 557), (0.30, 824), (1.0, 2675)])
def test_calls_of_a_territory(take_up: float, calls: int) -> None:
    """Circuits at 1 % for the busy hour of 33 000 homes (0.05 E) and 5 000 businesses (0.2 E)."""
    assert erlang.circuits_for(take_up * (33_000 * 0.05 + 5_000 * 0.2), 0.01) == pytest.approx(calls, abs=1)


def test_rate_latency_bound() -> None:
    """The textbook example: 10 kB at 1 Mbit/s through 2 Mbit/s with 5 ms latency."""
    server = Server(2e6, 5 * MS)
    assert server.delay(10_000, 1e6) == pytest.approx(45 * MS)
    assert server.backlog(10_000, 1e6) == pytest.approx(10_625)
    assert server.delay(10_000, 2.1e6) is None
    assert Server(0, 0).delay(1, 0) is None


@pytest.mark.parametrize(("calls", "us"), [(1, 142.1), (10, 313.4), (100, 2027.0), (500, 9643.0)])
def test_strict_class_bound(calls: int, us: float) -> None:
    """n calls at once in the strict class of 100 Mbit/s: one full packet, then each other."""
    server = strict_server(100e6, 0, 0, 1538)
    assert server.delay(calls * 238, calls * 95_200) == pytest.approx(us * US, rel=5e-4)


def test_second_class_and_concatenation() -> None:
    """Below 100 calls a class keeps 90.48 Mbit/s after 2240.3 us; two servers in a row pay a burst once."""
    second = strict_server(100e6, 100 * 238, 100 * 95_200, 1538)
    assert second.rate == pytest.approx(90.48e6)
    assert second.latency == pytest.approx(2240.3 * US, rel=1e-4)
    whole = Server(10e6, 1 * MS).then(Server(5e6, 2 * MS))
    assert whole == Server(5e6, 3 * MS)


@pytest.mark.parametrize(("quantum", "us", "part"), [(1500, 2280, 1), (3000, 2040, 2), (6000, 1560, 4)])
def test_round_robin(quantum: int, us: float, part: int) -> None:
    """Deficit round robin with quanta 1500, 3000 and 6000 on 100 Mbit/s: latency and share of each."""
    server = round_robin_server(Server(100e6, 0), quantum, 10_500)
    assert server.latency == pytest.approx(us * US)
    assert server.rate == pytest.approx(100e6 * part / 7)


def test_round_robin_by_packets() -> None:
    """A quantum of 20 packets beside one of one: once the other's turn, what it had left, and a 20th of its turn."""
    server = round_robin_packet_server(Server(100e6, 0), 30_000, 1500, 1500, 1500)
    assert server.latency == pytest.approx(8 * (1500 * (1 + 1 / 20) + 1500) * 10)
    assert server.latency < round_robin_server(Server(100e6, 0), 30_000, 31_500).latency / 11
    assert server.rate == pytest.approx(100e6 * 20 / 21)


@given(st.lists(st.integers(1, 1500), min_size=1, max_size=60), st.integers(1500, 9000), st.integers(1500, 9000))
def test_no_round_robin_serves_less_than_its_curve(sizes: list[int], quantum: int, other: int) -> None:
    """A class that is always backlogged, against another one that is too: packet by packet, at a byte a ns."""
    server = round_robin_packet_server(Server(8e9, 0), quantum, other, max(sizes), 1500)
    clock, served, left, theirs = 0.0, 0, 0, 1499
    for size in sizes * 3:
        while left < size:
            theirs += other
            clock, theirs = clock + theirs // 1500 * 1500, theirs % 1500
            left += quantum
        assert served * 8e9 / server.rate >= clock - server.latency - 1e-6
        clock, served, left = clock + size, served + size, left - size


@pytest.mark.parametrize(
    ("ip", "interval", "ethernet", "tagged", "wire", "pppoa", "pppoe"),
    [(200, 20, 87.2, 88.8, 95.2, 106.0, 106.0), (120, 10, 110.4, 113.6, 126.4, 127.2, 169.6),
     (280, 30, 79.47, 80.53, 84.8, 98.93, 98.93), (60, 20, 31.2, 32.8, 39.2, 42.4, 63.6),
     (64, 30, 21.87, 22.93, 27.2, 28.27, 42.4)],
    ids=["G.711 20 ms", "G.711 10 ms", "G.711 30 ms", "G.729", "G.723.1"],
)
def test_wire_rates_of_codecs(
    ip: int, interval: int, ethernet: float, tagged: float, wire: float, pppoa: float, pppoe: float
) -> None:
    """What a call takes at each layer, kbit/s."""
    for layer, expected in ((ETHERNET, ethernet), (TAGGED, tagged), (WIRE, wire), (PPPOA, pppoa), (PPPOE, pppoe)):
        assert goodput.wire_rate(ip, interval * 1_000_000, layer) / 1e3 == pytest.approx(expected, abs=6e-3)


@pytest.mark.parametrize(
    ("stream", "pps", "ip", "ethernet", "wire", "pppoa"),
    [(1.5e6, 142.477, 1.5456, 1.5661, 1.5889, 1.7519), (2e6, 189.970, 2.0608, 2.0881, 2.1185, 2.3359),
     (3e6, 284.954, 3.0912, 3.1322, 3.1778, 3.5038), (3.5e6, 332.447, 3.6064, 3.6543, 3.7074, 4.0878),
     (3.75e6, 356.193, 3.8640, 3.9153, 3.9723, 4.3797), (5e6, 474.924, 5.1520, 5.2204, 5.2964, 5.8397)],
)
def test_wire_rates_of_channels(
    stream: float, pps: float, ip: float, ethernet: float, wire: float, pppoa: float
) -> None:
    """What a television channel takes at each layer: seven TS packets and 40 bytes of headers."""
    interval = round(1316 * 8 * 1e9 / stream)
    assert 1e9 / interval == pytest.approx(pps, abs=1e-3)
    for layer, expected in ((LinkLayer(overhead=-14), ip), (ETHERNET, ethernet), (WIRE, wire), (PPPOA, pppoa)):
        assert goodput.wire_rate(1356, interval, layer) / 1e6 == pytest.approx(expected, abs=6e-5)


@pytest.mark.parametrize(
    ("rate", "layer", "payload", "packet", "mbit"),
    [(2_048_000, PPPOA, 1460, 1500, 1.7630), (2_048_000, PPPOE, 1452, 1492, 1.7534),
     (128_000, PPPOA, 1460, 1500, 0.1102), (128_000, PPPOE, 1452, 1492, 0.1096),
     (100e6, WIRE, 1460, 1500, 94.9285), (100e6, WIRE, 1448, 1500, 94.1482),
     (2_048_000, PPPOA, 1448, 1500, 1.74854), (2_048_000, PPPOA, 1500, 1500, 1.8113),
     (2_048_000, PPPOE, 1492, 1492, 1.8017)],
)
def test_goodput(rate: float, layer: LinkLayer, payload: int, packet: int, mbit: float) -> None:
    """TCP (and IP) on 2048 kbit/s of cells and on 100BASE; Linux's time stamps cost 12 bytes a packet."""
    assert goodput.tcp_goodput(rate, layer, payload, packet) / 1e6 == pytest.approx(mbit, abs=6e-5)


def test_goodput_defaults_to_linux() -> None:
    """By default TCP carries time stamps: 1448 bytes of 1500."""
    assert goodput.tcp_goodput(1696 * 8, PPPOA) == 1448 * 8


def test_cells() -> None:
    """An acknowledgement takes two cells, one without time stamps on IPoA; 100 bytes take three."""
    assert (PPPOA.cost(40 + 14), IPOA.cost(40 + 14), PPPOE.cost(100 + 14)) == (106, 53, 159)
    assert PPPOE.cost(1492 + 14) == PPPOA.cost(1500 + 14) == 1696
    assert PPPOE.cost(1500 + 14) == 1749


def test_calls_on_a_span() -> None:
    """One G.711 call fits 128 kbit/s of cells, three G.729 do; 1050 G.711 fit the wire of 100BASE."""
    assert goodput.calls_on(Rate(128_000), PPPOA, Codec.G711) == 1
    assert goodput.calls_on(Rate(128_000), PPPOA, Codec.G729) == 3
    assert goodput.calls_on(Rate(100_000_000), WIRE, Codec.G711) == 1050


def test_random_arrivals_keep_to_their_burst() -> None:
    """100 000 Poisson arrivals: more than the burst beyond twice their rate have come at 1 % of them at the most."""
    draw, burst = random.Random(1), poisson_burst(2.0, 0.01)
    assert burst == pytest.approx(1 + 4.60517 / 1.25643, rel=1e-5)
    crowd = above = 0.0
    for _ in range(100_000):
        crowd = max(0.0, crowd - 2.0 * draw.expovariate(1.0)) + 1
        above += crowd > burst
    assert 0 < above <= 0.01 * 100_000


@pytest.mark.parametrize("seed", range(20))
def test_groups_wait_as_a_search_finds(seed: int) -> None:
    """Delay and backlog of several groups behind a server, against the worst of many moments."""
    draw = random.Random(seed)
    groups = [Group(draw.uniform(200, 20_000), draw.uniform(1e4, 1e6), draw.uniform(100, 1_500),
                    draw.choice([float("inf"), draw.uniform(5e5, 2e7)])) for _ in range(5)]
    server = Server(10e6, draw.choice([0.0, 3 * MS]))
    moments = [k * 50 * US for k in range(20_000)]

    def come(time: float) -> float:
        return sum(min(g.burst + g.rate * time / 8e9,
                       g.largest + g.peak_rate * time / 8e9 if g.peak_rate < 1e9 else float("inf"))
                   if g.burst > g.largest or g.rate > g.peak_rate else g.burst + g.rate * time / 8e9 for g in groups)

    curve = together(groups)
    delay = max(server.latency + come(t) * 8e9 / server.rate - t for t in moments)
    backlog = max(come(t) - max(0.0, t - server.latency) * server.rate / 8e9 for t in moments)
    assert curve.delay(server) == pytest.approx(delay, rel=1e-2)
    assert curve.backlog(server) == pytest.approx(backlog, rel=1e-2)


@pytest.mark.parametrize("faster", FASTER)
def test_random_groups_keep_to_each_of_their_lines(faster: float) -> None:
    """Random arrivals of two sizes: no more than the burst beyond any of the rates, at all but a billionth of them."""
    draw, rate = random.Random(3), 8e6
    group = RandomGroup(rate, 1500)
    burst, line = next(pair for pair in group.lines if pair[1] == pytest.approx(faster * rate))
    mean_size = (1500 + 100) / 2
    backlog = highest = 0.0
    for _ in range(50_000):
        gap = draw.expovariate(rate / 8 / mean_size)
        backlog = max(0.0, backlog - gap * line / 8) + draw.choice((100, 1500))
        highest = max(highest, backlog)
    assert highest <= burst


@given(st.lists(st.tuples(st.floats(100, 20_000), st.floats(1e4, 2e6)), min_size=1, max_size=5))
def test_no_packet_outlasts_the_busy_period(buckets: list[tuple[float, float]]) -> None:
    """All bursts at once, then all rates: the server is done when the bound says so, and no earlier."""
    curve, rate = together(Group(burst, own) for burst, own in buckets), 10.5e6
    burst, own = sum(b for b, _ in buckets), sum(r for _, r in buckets)
    assert curve.busy_period(rate) == pytest.approx(burst * 8e9 / (rate - own))
    assert curve.burst_beyond(rate) == pytest.approx(burst)
