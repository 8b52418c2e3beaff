"""IGMP in a real network: a host that vanishes loses the channel, one that answers version 2 queries keeps it."""

from __future__ import annotations

import json

import pytest

from tests.in_lab.iptv.igmp_versions import EVERY, SECONDS, STAYS, VANISHES
from tests.in_lab.places import NETWORKS, ROOT
from twin.core.records import to_plain
from twin.lab import GUEST_OUT, GUEST_PYTHON, VIRTUAL, Job
from twin.model.yaml import load
from twin.plan import plan

FILE = NETWORKS / "channels.yaml"
WHEEL = 0.64
"""By how much Linux's timers of 5 to 41 s may be late, s: 64 ticks at 100 a second (kernel/time/timer.c, level 2)."""
Seen = dict[str, list[tuple[float, str]]]


@pytest.fixture(scope="module")
def seen(tmp_path_factory: pytest.TempPathFactory) -> Seen:
    """What came to both lines and left them, in five minutes with the intervals of RFC 2236."""
    folder = tmp_path_factory.mktemp("watching")
    (folder / "blueprint.json").write_text(json.dumps(to_plain(plan(load(FILE)))))
    job = Job((GUEST_PYTHON, "-m", "tests.in_lab.iptv.igmp_versions", GUEST_OUT), folder, packages=ROOT)
    (result,) = VIRTUAL.run_all([job], on_line=lambda lab, line: None)
    assert result.status == 0, "\n".join(result.tail)
    stored: Seen = json.loads((folder / "seen.json").read_text())
    return stored


def times(seen: Seen, line: str, what: str) -> list[float]:
    """When something passed on a line, s."""
    return [at for at, kind in seen[line] if kind == what]


def test_who_vanishes_without_a_leave_loses_the_channel_after_260_s(seen: Seen) -> None:
    """The group membership interval after its one report: no sooner, and later only by what is told of equipment."""
    came = times(seen, VANISHES, "channel")
    assert came[0] <= 2 * EVERY and 260 - 2 * EVERY <= came[-1] <= 260 + EVERY
    assert len(came) == pytest.approx(260 / EVERY, abs=3)


def test_who_answers_keeps_it(seen: Seen) -> None:
    """Beside the other, on the same switch, to the end."""
    came = times(seen, STAYS, "channel")
    assert came[-1] >= SECONDS - 2 * EVERY and len(came) == pytest.approx(SECONDS / EVERY, abs=3)


def test_all_lines_are_asked_at_the_start_and_every_125_s(seen: Seen) -> None:
    """Also those that are silent; nobody else's reports come down a line."""
    for line in (STAYS, VANISHES):
        at_start, *later = times(seen, line, "down 0x11")
        assert at_start < 0.1 and later == pytest.approx([125, 250], abs=0.01)
    assert not times(seen, VANISHES, "down 0x16") and not times(seen, VANISHES, "down 0x22")


def test_a_host_of_version_3_falls_back_to_version_2(seen: Seen) -> None:
    """RFC 3376, 7.2.1: asked by version 2 at the start, it answers each query so, within 10 s and what its timer is
    late."""
    queries, answers = times(seen, STAYS, "down 0x11"), times(seen, STAYS, "up 0x16")
    assert not times(seen, STAYS, "up 0x22")
    delays = [answer - query for query, answer in zip(queries, answers, strict=True)]
    assert len(delays) == 3 and all(0 <= delay <= 10 + WHEEL for delay in delays), delays


def test_a_report_of_version_3_joins(seen: Seen) -> None:
    """As RFC 2236 has it of version 2."""
    assert len(times(seen, VANISHES, "up 0x22")) == 1 and times(seen, VANISHES, "channel")
