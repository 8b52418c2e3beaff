"""Descriptions, stored runs and manifests changed at random are used or refused; benchmarks.mutations tries more."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable

import pytest

from benchmarks import mutations
from benchmarks.mutations import REFUSED, USED


@pytest.mark.parametrize(("outcome", "count"), [
    (mutations.run_outcome, 30), (mutations.manifest_outcome, 300), (mutations.description_outcome, 120)])
def test_what_was_changed_at_random_is_used_or_refused(outcome: Callable[[int], str], count: int) -> None:
    """And ends in no other exception."""
    outcomes = Counter(outcome(number) for number in range(count))
    assert set(outcomes) <= {USED, REFUSED} and outcomes[REFUSED] > count / 3
