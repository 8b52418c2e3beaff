"""A campaign as text, page and JSON."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

from tests.judge.restoration.test_campaign import LEAF, SPAN, concluded, seen
from twin.core.units import Time
from twin.judge.restoration.campaign import conclude
from twin.judge.restoration.failure_results import Campaign
from twin.model.yaml import load
from twin.plan import plan
from twin.report.language.wording import grouped
from twin.report.page.html import render_campaign
from twin.report.terminal import campaign as words
from twin.report.terminal import failures

CASTRES = Path(__file__).parents[2] / "topologies" / "castres-mazamet.yaml"
MINIMAL = Path(__file__).parents[2] / "topologies" / "minimal.yaml"


def campaign(*, gap: int = 15) -> Campaign:
    """A failure that is restored, and one that only isolates."""
    return concluded(load(MINIMAL), seen(LEAF), seen(SPAN, gap, value=120.0, lost=3))


def test_the_text_says_what_matters_first() -> None:
    """The headline, targets missed, the configured times, then the failures with their impact."""
    lines = words.text(campaign(), where="here").splitlines()
    assert lines[0] == "Every failure with a redundant path is restored within 15 ms; the goal is 50 ms."
    assert lines[1].startswith("During 1 of them, targets are missed that are met in the intact network")
    assert "detection 10 ms, switch 5 ms, controller 20 ms" in lines[2]
    assert "5 ms for each round" in lines[2]
    row = next(line for line in lines if "span north-east" in line)
    assert row.startswith("✓") and "15 ms = 10 ms + 5 ms + 0" in row
    assert "    lost packets: voice 3 (most of homes-1.call.up)" in lines
    assert "    target missed: call mean delay 120 ms (target 100 ms, 0 ms intact), homes-1.call.up" in lines
    assert any("some services lost: 2 lines (20 subscribers): homes-1, homes-2" in line for line in lines)
    assert "  east-west and north-east: isolates 2 lines (20 subscribers): homes-1, homes-2; from the plan" in lines
    assert lines[-1] == "report: here"


def test_parts_of_the_controller_include_its_rounds() -> None:
    """Configured times, and what was measured beyond them."""
    example = campaign()
    (healed,) = (failure for failure in example.failures if failure.cut.protected)
    moved = replace(healed, reconverged=Time(46_500_000), rounds=3)
    assert failures.reconvergence_parts(moved, example) == "10 ms + 20 ms + 3 x 5 ms + 1.5 ms"


def test_a_goal_that_was_missed_is_the_headline() -> None:
    """With how many cuts missed it."""
    assert words.headline(campaign(gap=51)) == "Not restored within 50 ms: 1 of 1 failure with a redundant path."


def test_many_lines_are_listed_by_their_sites() -> None:
    """With how many subscribers they stand for; a few by their names."""
    network = load(CASTRES)
    concluded = conclude(network, plan(network), 10.0, 1, [seen(None)], ())
    village = [f"{name}-1" for name in ("naves-home", "naves-tv", "castres-home", "castres-tv", "castres-pro",
                                        "castres-bulk", "castres-school")]
    assert failures.listed_lines(concluded, village) == f"7 lines ({grouped(1057)} subscribers) in Castres, Navès"
    assert failures.listed_lines(concluded, village[:2]) == "2 lines (14 subscribers): naves-home-1, naves-tv-1"


def test_targets_of_isolated_flows_are_counted_by_service() -> None:
    """Of all targets."""
    example = campaign()
    failure = replace(example.failures[0], isolated_targets={"telephony": 5, "web": 1})
    assert failures.isolated_targets(failure, replace(example, targets=563)) == (
        "targets of isolated flows: 6 of 563 (telephony 5, web 1)")


def test_the_page_shows_the_parts_against_the_goal() -> None:
    """Detection and switch are parts of the bar, whose whole width is the goal."""
    page = render_campaign(campaign())
    assert "detection 10 ms, switch 5 ms, excess 0 ns" in page
    assert "width:20.0%" in page and "width:10.0%" in page


def test_json_holds_every_failure() -> None:
    """It can be written and read."""
    plain = json.loads(json.dumps(words.plain(campaign())))
    assert [failure["cut"]["name"] for failure in plain["failures"]] == ["north-east", "internet-uplink"]
    assert plain["failures"][0]["restoration_time"] == 15_000_000 and plain["exit_code"] == 0
