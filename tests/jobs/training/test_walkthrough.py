"""What evidence showed in a run is kept line by line, before the first change and at the end."""

from __future__ import annotations

from pathlib import Path

from twin.api.training.session import _matches
from twin.api.training.walkthrough import AFTER, BEFORE, Shown, _shown, keep, kept
from twin.jobs.training.exercise import Evidence
from twin.model import Name

METERS = Evidence(Name("east-dslam"), ("ovs-ofctl", "dump-meters"), "rate=64 ")


def test_the_line_that_shows_the_trouble_is_kept() -> None:
    """Or the last one, where none does."""
    assert _shown(METERS, "head\n  rate=64 burst=1\nrest\n") == Shown("east-dslam: ovs-ofctl dump-meters", True,
                                                                    "rate=64 burst=1")
    assert _shown(METERS, "head\n  rate=100 burst=1\n").line == "rate=100 burst=1"
    assert _shown(METERS, "").line == ""


def test_a_walk_needs_both_ends(tmp_path: Path) -> None:
    """A session in which nothing was changed has none."""
    before, after = (_shown(METERS, f"rate={rate} ") for rate in (64, 100))
    keep(tmp_path, AFTER, [after])
    assert kept(tmp_path) == ()
    keep(tmp_path, BEFORE, [before])
    assert kept(tmp_path) == ((before, after),)


def test_evidence_is_a_command_of_its_own_program() -> None:
    """Anything can be echoed."""
    assert _matches(METERS, ["east-dslam", "ovs-ofctl", "-O", "OpenFlow13", "dump-meters"], "rate=64 ")
    assert not _matches(METERS, ["east-dslam", "echo", "rate=64 "], "rate=64 ")
    assert not _matches(METERS, ["west-dslam", "ovs-ofctl", "dump-meters"], "rate=64 ")
    assert not _matches(METERS, ["east-dslam", "ovs-ofctl", "dump-meters"], "rate=100 ")
