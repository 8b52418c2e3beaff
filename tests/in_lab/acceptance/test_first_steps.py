"""The first steps of docs/guide.md lead to the verdicts shown there."""

from __future__ import annotations

from pathlib import Path

from tests.docs.test_documents import TEXTS, blocks
from twin.api.pytest_plugin import Runs
from twin.judge.verdict import Outcome
from twin.model import Metric

GUIDE = TEXTS["docs/guide.md"]
FIRST = blocks(GUIDE, "yaml")[0]


def missed(measured: Runs, file: Path, text: str) -> set[Metric]:
    """The metrics whose targets are missed by the network that a text describes."""
    file.write_text(text, encoding="utf-8")
    verdicts = measured(file).verdicts
    assert Outcome.INCONCLUSIVE not in {verdict.verdict for verdict in verdicts}
    return {verdict.metric for verdict in verdicts if verdict.verdict is Outcome.MISSED}


def test_the_first_network_meets_its_targets(measured: Runs, tmp_path: Path) -> None:
    """As typed, in at most 30 lines."""
    assert len(FIRST.splitlines()) <= 30
    assert missed(measured, tmp_path / "guide-first.yaml", FIRST) == set()


def test_the_change_shown_spoils_the_call(measured: Runs, tmp_path: Path) -> None:
    """A slower line up misses the two targets shown, and smaller packets meet them again."""
    old, new = (line[1:] for line in blocks(GUIDE, "diff")[0].splitlines())
    assert old in FIRST
    slower = FIRST.replace(old, new)
    assert missed(measured, tmp_path / "guide-slower.yaml", slower) == {Metric.R_FACTOR, Metric.DELAY_VARIATION}
    assert "`mtu: 576 bytes`" in GUIDE
    smaller = slower.replace(new, new.replace("}", ", mtu: 576 bytes}"))
    assert missed(measured, tmp_path / "guide-smaller.yaml", smaller) == set()
