"""The traffic in a lab, against what serialization and propagation say."""

import json
from bisect import bisect_right
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from traffic.sample_files import LOST, Bytes, Packets, Samples, Transactions, digest, read
from twin.core.units import NS_PER_S
from twin.lab import GUEST_PYTHON, VIRTUAL, Job

SECONDS = 10
GRAIN = 1_300
"""ns: the lab's clock ticks in 256, and a packet meets five timers."""


def star(out: Path, seed: int = 7) -> Path:
    """Run the star in a lab; returns the folder of its samples."""
    printed: list[str] = []
    job = Job((GUEST_PYTHON, "-m", "tests.traffic.star_network", str(seed)), out, packages=Path(__file__).parents[2])
    result = VIRTUAL.run(job, on_line=printed.append)
    assert result.status == 0, "\n".join(printed)
    began, *progress = [json.loads(line) for line in printed if line.startswith("{")]
    assert began.keys() == {"start"}
    assert progress == [{"seconds": second, "of": SECONDS} for second in (5.0, 10.0)]
    return out / "samples"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The samples of one run."""
    return star(tmp_path_factory.mktemp("star"))


@pytest.fixture(scope="module")
def summary(folder: Path) -> dict[str, Any]:
    """What the run says of itself."""
    traffic: dict[str, Any] = json.loads((folder / "traffic.json").read_text())
    return traffic


@pytest.fixture
def samples(folder: Path) -> Callable[[str], Samples]:
    """The samples of a flow by its name."""
    return lambda name: read(folder / f"{name}.csv.gz")


def packets(samples: Samples) -> Packets:
    """Samples that must be packets."""
    assert isinstance(samples, Packets)
    return samples


def times(samples: Samples) -> list[int]:
    """How long the transactions took that came to an end."""
    assert isinstance(samples, Transactions)
    return [end - start for start, end in zip(samples.started, samples.ended, strict=True) if end != LOST]


def test_packets_leave_at_their_scheduled_times(samples: Callable[[str], Samples]) -> None:
    """Behind a shaper, up an all but idle span, a packet takes its serialization and propagation exactly."""
    call = packets(samples("call.up"))
    expected = (214 + 24) * 8 * 10 + 50_000
    assert call.sent == tuple(range(0, SECONDS * NS_PER_S, 20_000_000))
    assert min(call.delays) >= expected - GRAIN
    assert sorted(call.delays)[len(call.delays) // 2] <= expected + GRAIN


def test_a_packet_waits_for_the_one_in_service(samples: Callable[[str], Samples]) -> None:
    """Down a line that also carries a stream: never less than its own time, never more than one datagram and pages."""
    call = packets(samples("call.down"))
    own = (214 + 24) * 4_000 + 10_000_000
    assert LOST not in call.received
    assert own - GRAIN <= min(call.delays) <= own + GRAIN
    stream = packets(samples("stream"))
    assert stream.sent[0] == 5_000_000
    assert abs(min(stream.delays) - ((1370 + 24) * 4_000 + 10_000_000)) <= GRAIN


def test_a_download_fills_its_line(samples: Callable[[str], Samples]) -> None:
    """1448 of 1538 bytes are goodput (TCP timestamps on): within 0.5 % once it has started, with a sample a second."""
    download = samples("download")
    assert isinstance(download, Bytes)
    by = {second: download.total[bisect_right(download.at, second * NS_PER_S) - 1] for second in (2, 9)}
    assert any(9 * NS_PER_S - 20_000 < at <= 9 * NS_PER_S for at in download.at)
    assert (by[9] - by[2]) * 8 / 7 == pytest.approx(2_000_000 * 1448 / 1538, rel=0.005)


def test_pages_take_at_least_two_round_trips(samples: Callable[[str], Samples]) -> None:
    """A connection and a request before the page: more than 20 ms; most come within 100."""
    pages = samples("pages")
    taken = times(pages)
    assert len(taken) > 8
    assert min(taken) > 20_000_000
    assert sorted(taken)[len(taken) // 2] < 100_000_000


def test_dns_queries_and_terminal_requests_take_a_round_trip(samples: Callable[[str], Samples]) -> None:
    """A packet up and one down: never less than their own times, mostly little more, beside a stream and pages."""
    for name, up, down in (("look-ups", 35 + 28, 51 + 28), ("typing", 2 + 52, 2 + 52)):
        taken = times(samples(name))
        own = 10_050_000 + (up + 38) * 80 + (down + 38) * 4_000
        assert len(taken) > 20
        assert min(taken) >= own - GRAIN
        assert sorted(taken)[len(taken) // 2] < own + 20_000_000


def test_mail_is_sent_up(samples: Callable[[str], Samples]) -> None:
    """20 kB at the payload's part of 1 Mbit/s, and two round trips; several in ten seconds."""
    taken = times(samples("sending"))
    assert len(taken) > 3
    assert min(taken) > 20_000 * 8 * 1_000


def test_forged_packets_are_counted_by_attack(summary: dict[str, Any]) -> None:
    """On a bridge that stops nothing every kind arrives: a hundred packets, a quarter of each kind."""
    forged = summary["flows"]["forged"]
    assert forged["sent"] == 100
    assert {kind: sent for kind, (sent, _) in forged["by_attack"].items()} == {
        "marked": 25, "spoofed": 25, "arp-claim": 25, "arp-storm": 25}
    assert all(arrived == 25 for _, arrived in forged["by_attack"].values())


def test_iperf3_agrees_with_our_own_download(samples: Callable[[str], Samples]) -> None:
    """Its goodput is that of our own download on the same kind of line."""
    witness = samples("witness")
    assert isinstance(witness, Bytes)
    assert witness.at[0] == NS_PER_S
    assert (witness.total[8] - witness.total[2]) * 8 / 6 == pytest.approx(2_000_000 * 1448 / 1538, rel=0.01)


def test_a_flow_that_cannot_run_fails_alone(folder: Path, summary: dict[str, Any]) -> None:
    """A host that is not there is an error of its flows, which leave no samples; all others go on."""
    assert summary["failed"] == ["unheard", "nobody"]
    assert summary["flows"]["nobody"]["errors"] == ["No such file or directory"]
    assert not (folder / "nobody.csv.gz").exists()
    assert not (folder / "unheard.csv.gz").exists()


def test_the_same_seed_gives_the_same_samples(folder: Path, tmp_path: Path) -> None:
    """To the last bit, TCP and iperf3 included; another seed gives others."""
    again = star(tmp_path / "again")
    assert digest(again) == digest(folder)
    assert digest(star(tmp_path / "other", seed=8)) != digest(folder)
