"""Voice: the E-model on the vectors of independent programs, and what a playout buffer discards."""

from __future__ import annotations

from collections.abc import Iterator

from benchmarks.oracles.oracle import Oracle
from traffic.sample_files import Packets
from twin.core.units import NS_PER_MS, Time
from twin.judge.figures import packet_metrics, playout_buffer
from twin.judge.figures.emodel import Inputs, absolute_delay, call_rating, mos, rating
from twin.model import Codec

G107, G113 = "ITU-T G.107", "ITU-T G.107 with G.113"
R, MOS = 1e-6, 5e-5
"""Relative: the vectors have eight figures of R and four decimals of MOS."""
PLAIN, CONCEALED = Codec.G711.impairment(), Codec.G711.impairment(concealment=True)
G729, G723 = Codec.G729.impairment(), Codec.G723_63.impairment()
RATINGS = (
    ("any codec of G.711", PLAIN, 0, 0, 93.206208, 4.4094), ("G.711", PLAIN, 100, 0, 93.206208, 4.4094),
    ("G.711", PLAIN, 150, 0, 93.042677, 4.4062), ("G.711", PLAIN, 200, 0, 90.161793, 4.3429),
    ("G.711", PLAIN, 300, 0, 78.445513, 3.9639), ("G.711", PLAIN, 400, 0, 69.136119, 3.5562),
    ("G.711", PLAIN, 50, 1, 75.281679, 3.8339), ("G.711", PLAIN, 150, 1, 75.118148, 3.8269),
    ("G.711", PLAIN, 150, 3, 54.001581, 2.7858), ("G.711", PLAIN, 250, 2, 54.130768, 2.7926),
    ("G.711", PLAIN, 300, 5, 27.370244, 1.5039),
    ("G.711 with PLC", CONCEALED, 50, 1, 89.566361, 4.3282), ("G.711 with PLC", CONCEALED, 150, 1, 89.402830, 4.3241),
    ("G.711 with PLC", CONCEALED, 150, 3, 82.900328, 4.1288), ("G.711 with PLC", CONCEALED, 200, 1, 86.521947, 4.2448),
    ("G.711 with PLC", CONCEALED, 300, 5, 62.664782, 3.2369),
    ("G.729A", G729, 0, 0, 82.206208, 4.1046), ("G.729A", G729, 100, 1, 78.006208, 3.9465),
    ("G.729A", G729, 150, 1, 77.842677, 3.9399), ("G.729A", G729, 150, 3, 70.588131, 3.6245),
    ("G.729A", G729, 250, 2, 65.289498, 3.3690), ("G.729A", G729, 300, 5, 49.945513, 2.5721),
    ("G.723.1", G723, 100, 0, 78.206208, 3.9544), ("G.723.1", G723, 150, 1, 73.364314, 3.7506),
    ("G.723.1", G723, 250, 2, 60.449719, 3.1233),
)
"""Codec, Ie and Bpl, mouth to ear in ms, percent not played, R, MOS; echo-free, random loss."""
BURSTS = ((1, 2, 89.495270), (3, 1, 83.063859), (3, 2, 82.491922), (3, 3, 82.286667))
"""Percent not played, BurstR, R of G.711 with concealment."""
ECHO = ((10, 92.847861), (20, 92.531343), (50, 91.756161), (100, 90.663730), (150, 89.539132), (200, 85.804718),
        (250, 79.177101), (300, 72.666360), (400, 62.246827))
"""Delay in ms and R of G.711 with all echoes."""
IDD = ((150, 0.1635), (177.3, 1.1721), (200, 3.0444), (250, 8.9167), (300, 14.7607), (400, 24.0701), (500, 30.6359))
"""Delay in ms, and what delay alone costs."""


def oracles() -> Iterator[Oracle]:
    """Computed by the functions that every verdict uses."""
    for codec, impairment, delay, lost, r, opinion in RATINGS:
        what = f"{codec}, {delay} ms, {lost} % lost"
        rated = call_rating(impairment, delay * NS_PER_MS, lost / 100)
        yield Oracle(f"R of {what}", G113, r, rated, R)
        yield Oracle(f"MOS of {what}", "ITU-T G.107, annex B", opinion, mos(rated), MOS)
    for lost, burst, r in BURSTS:
        yield Oracle(f"R of G.711 concealed, {lost} % lost in bursts, BurstR {burst}", G113, r,
                     call_rating(CONCEALED, 0, lost / 100, burst), R)
    yield Oracle("R of G.711 without concealment: BurstR 3 counts as 1", "ITU-T G.113", call_rating(PLAIN, 0, 0.03),
                 call_rating(PLAIN, 0, 0.03, 3), R)
    for delay, r in ECHO:
        yield Oracle(f"R with echo, {delay} ms", G107, r, rating(Inputs(T=delay, Ta=delay, Tr=2 * delay)), R)
    for late, cost in IDD:
        yield Oracle(f"Idd at {late} ms", G107, cost, absolute_delay(Inputs(Ta=late)), 5e-4)
    yield from _playout()


def _playout() -> Iterator[Oracle]:
    """Delays spread evenly over 0 to 100 ms: a buffer of 40 ms discards three packets in five."""
    sent = tuple(20 * NS_PER_MS * k for k in range(1001))
    even = Packets(sent, tuple(at + k * 37 % 1001 * NS_PER_MS // 10 for k, at in enumerate(sent)), 200)
    late = [d > most for d, most in zip(even.delays, playout_buffer.fixed(even, Time(40 * NS_PER_MS)), strict=True)]
    yield Oracle("discarded of delays even over 100 ms, playout 40 ms", "even distribution", 0.6,
                 sum(late) / len(late), 2e-3)
    steady = Packets(sent, tuple(at + 30 * NS_PER_MS for at in sent), 200)
    last = playout_buffer.adaptive(steady, Time(40 * NS_PER_MS), Codec.G711.interval)[-1]
    yield Oracle("adaptive playout of a steady delay of 30 ms, after 20 s", "Ramjee et al. 1994; one packet at least",
                 50.0, last / NS_PER_MS, 1e-6, "ms")
    flags = [k % 100 in (0, 1, 2) for k in range(3000)]
    yield Oracle("burst ratio of three in a hundred, each time together", "ITU-T G.107: 3 x (1 - 0.03)", 2.91,
                 packet_metrics.burst_ratio(flags), 1e-9)
