"""Metrics on the sequences that their standards print: jitter, delay variation, percentiles."""

from __future__ import annotations

from collections.abc import Iterator

from benchmarks.oracles.oracle import Oracle
from traffic.sample_files import Packets
from twin.judge.figures import packet_metrics

EXACT = 1e-9


def oracles() -> Iterator[Oracle]:
    """Computed by the functions that every verdict uses."""
    yield from _jitter()
    sample = (-2, 7, 7, 4, 18, -5)
    for probability, value in ((0.5, 4), (0.25, -2), (1.0, 18)):
        yield Oracle(f"percentile {probability:g} of six values", "RFC 2330, 11.3", value,
                     packet_metrics.percentile(sample, probability), EXACT)
    yield from _variation()


def _variation() -> Iterator[Oracle]:
    """Both definitions on the five delays that the RFC prints, and a stall of 85 ms in a stream of a packet each 20."""
    for what, delays, pdv, ipdv in (("five delays", (20, 10, 20, 25, 20), (10, 0, 10, 15, 10), (-10, 10, 5, -5)),
                                    ("a stall of 85 ms", (0, 85, 65, 45, 25, 5, 0), (0, 85, 65, 45, 25, 5, 0),
                                     (85, -20, -20, -20, -20, -5))):
        sent = tuple(20 * k for k in range(len(delays)))
        packets = Packets(sent, tuple(a + b for a, b in zip(sent, delays, strict=True)), 200)
        for name, theory, computed in (("PDV", pdv, packet_metrics.pdv(delays)),
                                    ("IPDV", ipdv, packet_metrics.ipdv(packets)[1:])):
            yield Oracle(f"{name} of {what}", "RFC 5481", len(theory),
                         sum(a == b for a, b in zip(theory, computed, strict=True)), 0, "as they must be")
            if what == "five delays":
                yield Oracle(f"range of {name} of {what}", "RFC 5481", max(theory) - min(theory),
                             max(delay or 0 for delay in computed) - min(delay or 0 for delay in computed), EXACT, "ms")


def _jitter() -> Iterator[Oracle]:
    sent = tuple(stamp * 125_000 for stamp in (1240, 1400, 1560))
    computed = packet_metrics.jitter(Packets(sent, (348_411_000, 418_358_000, 421_891_000), 200))
    for after, theory in zip(("second", "third"), (0.0031216875, 0.00395576953125), strict=True):
        yield Oracle(f"jitter after the {after} packet", "RFC 3550, 6.4.1", theory * 1e3,
                     computed[after == "third"] / 1e6, EXACT, "ms")
    sent = tuple(20_000_000 * k for k in range(102))
    late = tuple(at + 5_000_000 + 10_000_000 * (k % 2) for k, at in enumerate(sent))
    computed = packet_metrics.jitter(Packets(sent, late, 200))
    for count in (1, 10, 16, 50, 100):
        yield Oracle(f"jitter after {count} differences of 10 ms", "RFC 3550, closed form",
                     10 * (1 - (15 / 16) ** count), computed[count - 1] / 1e6, EXACT, "ms")
