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
from twin.report.page.html import render_campaign
from twin.report.terminal import campaign as words
from twin.report.wording import grouped

CASTRES = Path(__file__).parents[2] / "topologies" / "castres-mazamet.yaml"
MINIMAL = Path(__file__).parents[2] / "topologies" / "minimal.yaml"


def campaign(*, gap: int = 15) -> Campaign:
    """A cut that is healed, and one that only isolates."""
    return concluded(load(MINIMAL), seen(LEAF), seen(SPAN, gap, value=120.0, lost=3))


def test_the_text_says_what_matters_first() -> None:
    """The headline, what becomes of promises, the stated figures, then the cuts with what they cost whom."""
    lines = words.text(campaign(), where="here").splitlines()
    assert lines[0] == "Every cut that has another way is healed within 15 ms; the goal is 50 ms."
    assert lines[1].startswith("While 1 of them last, promises break that hold otherwise")
    assert "10 ms until a switch notices, 5 ms until it sends the other way, 20 ms" in lines[2]
    assert "5 ms for each round" in lines[2]
    row = next(line for line in lines if "span north-east" in line)
    assert row.startswith("✓") and "15 ms = 10 ms + 5 ms + 0" in row
    assert "    lost packets: voice 3" in lines
    assert "    no longer holds: call mean delay 120 ms (promised 100 ms, 0 ms intact), 1 flow" in lines
    assert any("takes services from 2 lines (20 subscribers): homes-1, homes-2" in line for line in lines)
    assert "  east-west and north-east: isolates 2 lines (20 subscribers): homes-1, homes-2; by the plan" in lines
    assert lines[-1] == "report: here"


def test_shares_of_the_controller_are_told_with_its_rounds() -> None:
    """Stated figures, and what was measured beyond them."""
    found = campaign()
    (healed,) = (one for one in found.findings if one.cut.guarded)
    moved = replace(healed, moved=Time(46_500_000), rounds=3)
    assert words.anew(moved, found) == "10 ms + 20 ms + 3 x 5 ms + 1.5 ms"


def test_a_goal_that_was_missed_is_the_headline() -> None:
    """With how many cuts missed it."""
    assert words.headline(campaign(gap=51)) == "Not healed within 50 ms: 1 of 1 cut with another way."


def test_many_lines_are_told_by_their_places() -> None:
    """With how many subscribers they stand for; a few by their names."""
    network = load(CASTRES)
    found = conclude(network, plan(network), 10.0, 1, [seen(None)], Time(1), ())
    village = [f"{name}-1" for name in ("naves-home", "naves-tv", "castres-home", "castres-tv", "castres-pro",
                                        "castres-bulk", "castres-school")]
    assert words.isolated(found, village) == f"7 lines ({grouped(1057)} subscribers) in Castres, Navès"
    assert words.isolated(found, village[:2]) == "2 lines (14 subscribers): naves-home-1, naves-tv-1"


def test_promises_to_those_who_are_cut_off_are_counted_by_service() -> None:
    """Of all that are made."""
    found = campaign()
    promised = replace(found, promises=563)
    assert words.void(replace(found.findings[0], void={"telephony": 5, "web": 1}), promised) == (
        "not kept to them: 6 of 563 promises (telephony 5, web 1)")


def test_the_page_shows_the_shares_against_the_goal() -> None:
    """Detection and switch are parts of the bar, whose whole width is the goal."""
    page = render_campaign(campaign())
    assert "detection 10 ms, switch 5 ms, beyond 0 ns" in page
    assert "width:20.0%" in page and "width:10.0%" in page


def test_json_holds_every_finding() -> None:
    """It can be written and read."""
    told = json.loads(json.dumps(words.plain(campaign())))
    assert [finding["cut"]["name"] for finding in told["findings"]] == ["north-east", "internet-uplink"]
    assert told["findings"][0]["worst"] == 15_000_000 and told["exit_code"] == 0
