"""Every oracle of benchmarks.oracles holds: formulas, standards and papers against what is measured here."""

import pytest

from benchmarks.oracles import oracles, subjects


@pytest.mark.parametrize("subject", subjects())
def test_oracles_hold(subject: str) -> None:
    """Each within its own tolerance."""
    results = oracles(subject)
    assert results
    assert [oracle.figure for oracle in results if not oracle.holds] == []
