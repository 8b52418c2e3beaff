"""A live load in a lab: flows that start and stop while others go on, against what the line says of each."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import pairwise
from pathlib import Path

import pytest

from tests.traffic.test_in_the_lab import GRAIN
from traffic.live.window import FlowWindow, Window, decode
from traffic.sample_files import LOST, Bytes, Packets, Transactions
from twin.core.units import NS_PER_S
from twin.lab import GUEST_PYTHON, VIRTUAL, Job

GAP = 20_000_000


@pytest.fixture(scope="module")
def windows(tmp_path_factory: pytest.TempPathFactory) -> tuple[Window, ...]:
    """The windows of one load, in order."""
    out = tmp_path_factory.mktemp("load")
    printed: list[str] = []
    job = Job((GUEST_PYTHON, "-m", "tests.traffic.live.star_load"), out, packages=Path(__file__).parents[3])
    assert VIRTUAL.run(job, on_line=printed.append).status == 0, "\n".join(printed)
    return tuple(decode(path.read_bytes()) for path in sorted(out.glob("*.window")))


def of(windows: tuple[Window, ...], name: str) -> Mapping[int, list[FlowWindow]]:
    """The windows of one flow, by the origin of its times: one entry for each time that it was started."""
    by_flow: dict[int, list[FlowWindow]] = {}
    for window in windows:
        if name in window.flows:
            by_flow.setdefault(window.flows[name].origin, []).append(window.flows[name])
    return by_flow


def packets(several: list[FlowWindow]) -> tuple[list[int], list[int]]:
    """When the packets of all windows were sent and received, after the origin."""
    parts = [window.samples for window in several if isinstance(window.samples, Packets)]
    return [at for part in parts for at in part.sent], [at for part in parts for at in part.received]


def test_windows_follow_each_other_second_by_second(windows: tuple[Window, ...]) -> None:
    """Each has its number, and what is known of every second is told once."""
    assert [window.number for window in windows] == list(range(1, len(windows) + 1))
    assert {b.until - a.until for a, b in pairwise(windows)} == {NS_PER_S}


def test_every_packet_is_told_once_and_to_the_nanosecond(windows: tuple[Window, ...]) -> None:
    """A call up an idle line: one packet every 20 ms without gap or repetition, each after its own time on the line."""
    ((_, several),) = of(windows, "call.up").items()
    sent, received = packets(several)
    assert sent == list(range(0, len(sent) * GAP, GAP)) and len(sent) > 10 * NS_PER_S // GAP
    delays = sorted(there - here for here, there in zip(sent, received, strict=True))
    expected = (214 + 24) * 8 * 10 + 50_000
    assert LOST not in received and delays[0] >= expected - GRAIN and delays[len(delays) // 2] <= expected + GRAIN


def test_a_flow_is_stopped_and_started_again_while_others_go_on(windows: tuple[Window, ...]) -> None:
    """The call down the line: some four seconds, a pause, and again from a new origin; what was sent has arrived."""
    first, second = of(windows, "call.down").items()
    assert second[0] - first[0] == 11 * NS_PER_S
    for _, several in (first, second):
        sent, received = packets(several)
        assert sent == list(range(0, len(sent) * GAP, GAP))
    sent, received = packets(first[1])
    assert 4 * NS_PER_S // GAP < len(sent) <= 6 * NS_PER_S // GAP
    assert LOST not in received[:4 * NS_PER_S // GAP]


def test_a_download_carries_what_its_line_can_while_it_runs(windows: tuple[Window, ...]) -> None:
    """1448 of 1538 bytes of 2 Mbit/s in each whole second, and nothing once it is stopped."""
    ((_, several),) = of(windows, "download").items()
    rates = []
    for window in several:
        if isinstance(window.samples, Bytes) and len(window.samples.at) > 1:
            span = window.samples.at[-1] - window.samples.at[0]
            rates.append((window.samples.total[-1] - window.samples.total[0]) * 8 * NS_PER_S / span)
    assert len(rates) == 3
    assert all(rate == pytest.approx(2_000_000 * 1448 / 1538, rel=0.02) for rate in rates[1:])


def test_pages_are_told_once_they_have_ended(windows: tuple[Window, ...]) -> None:
    """Each takes at least two round trips; none is told twice."""
    ((_, several),) = of(windows, "pages").items()
    parts = [window.samples for window in several if isinstance(window.samples, Transactions)]
    started = [at for part in parts for at in part.started]
    assert started == sorted({*started}) and len(started) > 8
    assert min(end - start for part in parts for start, end in zip(part.started, part.ended, strict=True)) > 20_000_000


def test_who_asks_and_waits_asks_no_more_once_stopped(windows: tuple[Window, ...]) -> None:
    """Pages were stopped after 8 s: none begins later, and the flow is forgotten."""
    ((origin, several),) = of(windows, "pages").items()
    started = [at for window in several if isinstance(window.samples, Transactions) for at in window.samples.started]
    assert max(started) <= 7 * NS_PER_S
    assert "pages" not in windows[-1].flows and origin < windows[-1].until - 9 * NS_PER_S


def test_a_flow_that_is_stopped_before_it_begins_has_not_failed(windows: tuple[Window, ...]) -> None:
    """An upload that never made its connections, for it was not given the time: no samples, no errors."""
    ((_, several),) = of(windows, "upload").items()
    assert {(window.samples, window.errors) for window in several} == {(None, ())}


def test_a_flow_that_the_kernel_refuses_is_told_with_the_reason(windows: tuple[Window, ...]) -> None:
    """In the window after it was to start, and never again."""
    ((_, several),) = of(windows, "nobody").items()
    assert [window.errors for window in several] == [("No such file or directory",)]
