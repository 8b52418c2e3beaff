"""Every oracle of benchmarks.oracles holds: formulas, standards and papers against what is measured here."""

import pytest

from benchmarks.oracles import oracles, subjects


@pytest.mark.parametrize("subject", subjects())
def test_oracles_hold(subject: str) -> None:
    """Each within its own tolerance."""
    found = oracles(subject)
    assert found
    assert [oracle.figure for oracle in found if not oracle.holds] == []
