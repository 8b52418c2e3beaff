"""Impairments that come and go during a run, and those of radio hops: delays, and a certificate that holds."""

from __future__ import annotations

from pathlib import Path
from statistics import fmean

import pytest

from traffic import sample_files
from traffic.sample_files import Packets
from twin.api.pytest_plugin import Runs
from twin.core.units import NS_PER_MS, NS_PER_S
from twin.judge.run_record import Run
from twin.model import Metric

TEXT = """
twin: 1
name: impaired-for-a-time
sites: {here: {}}
switches: {core: {site: here}, edge: {site: here}}
spans: {core-edge: {ends: [core, edge], capacity: 10 Mbit/s}}
radio-cells: {air: {}}
relays:
  hop: {site: here, uplink: {to: core, capacity: 5 Mbit/s, medium: radio, impairments: {delay: 10 ms, duplicate: 10 %}}}
  cell: {site: here, uplink: {to: core, medium: radio, length: 100 m, air: {cell: air, rate: 11 Mbit/s},
         impairments: {delay: 10 ms, jitter: 4 ms}}}
head-ends: {softswitch: {site: here, uplink: {to: core, capacity: 100 Mbit/s}}}
classes: {voice: {dscp: EF, strict: true}, data: {dscp: DF}}
services: {telephony: {class: voice, head-end: softswitch, transport: udp, ports: [16384, 32767]}}
profiles:
  fibre: {technology: ethernet, down: 2 Mbit/s, up: 2 Mbit/s}
  wifi: {technology: wifi, down: 2 Mbit/s, up: 2 Mbit/s}
workloads: {call: {service: telephony, activity: call}}
lines:
  wired: {at: edge, profile: fibre, runs: [call]}
  shared: {at: hop, profile: wifi, runs: [call]}
  aired: {at: cell, profile: wifi, runs: [call]}
faults:
  - {at: 4 s, kind: degrade, span: core-edge, impairments: {delay: 40 ms, jitter: 5 ms, duplicate: 50 %}}
  - {at: 8 s, kind: mend, span: core-edge}
targets: [{workload: call, mean-delay: 100 ms}]
"""
SECONDS = 12
OTHERS = 2 * 19_040
"""What two packets of other calls take of the head-end's span, ns."""


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The description."""
    path = tmp_path_factory.mktemp("impaired") / "impaired.yaml"
    path.write_text(TEXT, encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def run(measured: Runs, file: Path) -> Run:
    """The run, with its baseline."""
    return measured(file, seconds=SECONDS)


def delays(measured: Runs, file: Path, flow: str, begin: int, end: int) -> list[int]:
    """Of the packets that were sent from one second to another, ns."""
    samples = sample_files.read(measured.folder(file, seconds=SECONDS) / "samples" / f"{flow}.csv.gz")
    assert isinstance(samples, Packets)
    return [received - sent for sent, received in zip(samples.sent, samples.received, strict=True)
            if begin * NS_PER_S <= sent < end * NS_PER_S]


def test_what_is_impaired_is_not_refused(run: Run) -> None:
    """No probe, no second instrument and no copy speaks against the emulation."""
    assert run.qos.certificate.reasons == () and run.baseline is not None
    assert run.baseline.certificate.reasons == ()


@pytest.mark.parametrize("way", ["up", "down"])
def test_a_span_is_impaired_for_a_time(measured: Runs, file: Path, run: Run, way: str) -> None:
    """As before, then later by the delay and within its jitter, then as before; but for packets of the other calls."""
    before, during, after = (delays(measured, file, f"wired-1.call.{way}", *part) for part in ((0, 4), (5, 8), (9, 12)))
    assert fmean(during) - fmean(before) == pytest.approx(40 * NS_PER_MS, abs=NS_PER_MS)
    assert min(during) > min(before) + 35 * NS_PER_MS - OTHERS and max(during) < max(before) + 45 * NS_PER_MS + OTHERS
    assert max(during) - min(during) > 8 * NS_PER_MS
    assert max(after) <= max(before) + OTHERS and min(after) >= min(before) - OTHERS


def test_radio_hops_are_impaired_behind_their_air(measured: Runs, file: Path, run: Run) -> None:
    """A hop of given capacity, and one through a cell: no sooner than airtime and delay allow, as theory says."""
    for line, least in (("shared", 10), ("aired", 6)):
        came = delays(measured, file, f"{line}-1.call.down", 0, SECONDS)
        assert least * NS_PER_MS < min(came) < (least + 3) * NS_PER_MS
        agreements = {agreement.metric: agreement for agreement in run.agreements[f"{line}-1.call.down"]}
        assert agreements[Metric.MAX_DELAY].agrees is not False and agreements[Metric.MEAN_DELAY].agrees is not False
