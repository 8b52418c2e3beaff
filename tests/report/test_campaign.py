"""A campaign as text, page and JSON."""

from __future__ import annotations

import json
from pathlib import Path

from tests.verify.test_campaign import LEAF, SPAN, concluded, seen
from twin.load import load
from twin.report import campaign as words
from twin.report.html import render_campaign
from twin.verify.campaign import Campaign

MINIMAL = Path(__file__).parents[2] / "topologies" / "minimal.yaml"


def campaign(*, gap: int = 15) -> Campaign:
    """A cut that is healed, and one that only isolates."""
    return concluded(load(MINIMAL), seen(LEAF), seen(SPAN, gap, value=120.0, lost=3))


def test_the_text_says_what_matters_first() -> None:
    """The headline, the stated figures, then the cuts with what they cost and whom two at once isolate."""
    lines = words.text(campaign(), where="here").splitlines()
    assert lines[0] == "Every cut that has another way is healed within 15 ms; the goal is 50 ms."
    assert "10 ms until a switch notices, 5 ms until it sends the other way" in lines[1]
    row = next(line for line in lines if "span north-east" in line)
    assert row.startswith("✓") and row.split()[3:5] == ["15", "ms"] and row.endswith("voice 3")
    assert "    no longer holds: call mean delay 120 ms (promised 100 ms, 0 ms intact), 1 flow" in lines
    assert any("takes services from 2 lines: homes-1, homes-2" in line for line in lines)
    assert "  east-west and north-east: isolates 2 lines: homes-1, homes-2; by the plan" in lines
    assert lines[-1] == "report: here"


def test_a_goal_that_was_missed_is_the_headline() -> None:
    """With how many cuts missed it."""
    assert words.headline(campaign(gap=51)) == "Not healed within 50 ms: 1 of 1 cut with another way."


def test_many_lines_are_told_as_a_number() -> None:
    """The first of them by name."""
    assert words.isolated(f"l{n}" for n in range(9)) == "9 lines: l0, l1, l2, l3, l4, l5 and 3 more"


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
