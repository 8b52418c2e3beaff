"""A section that is no list of entries keeps what is right in it: a wrong key hides no other problem, makes none."""

from __future__ import annotations

from pathlib import Path

import pytest

from twin.core.errors import TopologyError
from twin.model.yaml import read

TERRITORY = (Path(__file__).parents[3] / "topologies" / "castres-mazamet.yaml").read_text(encoding="utf-8")
OTHERS = {"low: 46 EUR": "low: 460 EUR", "share: 60 %": "share: 61 %"}
"""What else is wrong: a price in costs, and a share in demand."""
SHARES = "demand.offers"


def wrong(right: str, other: str) -> set[str]:
    """The paths of all problems, with one thing more that is wrong."""
    text = TERRITORY
    for good, bad in {**OTHERS, right: other}.items():
        assert good in text
        text = text.replace(good, bad, 1)
    with pytest.raises(TopologyError) as raised:
        read(text, "x.yaml")
    return {problem.path for problem in raised.value.problems}


@pytest.mark.parametrize(("right", "other", "path"), [
    ("\n  horizon: 10 years", "\n  horizon: ten", "costs.horizon"),
    ("\n  budget: 5 MEUR", "\n  budgt: 5 MEUR", "costs.budgt"),
    ("\n  stages:\n", "\n  stags: 1\n  stages:\n", "demand.stags"),
    ("multicast: {", "multicast: {query-interval: 1 s, query-response: long, ", "multicast.query-response"),
    ("protection: {detection: 10 ms", "protection: {detection: fast", "protection.detection"),
])
def test_the_rest_of_a_section_is_judged(right: str, other: str, path: str) -> None:
    """Every problem at once; what is wrong is compared with nothing."""
    assert wrong(right, other) == {path, SHARES, "costs.items.trench.low"}


def test_entries_under_another_word_are_one_problem() -> None:
    """Whatever names them, here and in costs; the shares of what is not there cannot be judged."""
    assert wrong("\n  offers:\n", "\n  offer:\n") == {"demand.offer", "costs.items.trench.low"}
