"""The messages of the loader, word for word: each golden file is the review of what a user reads.

To accept new wording: GOLDEN=write .venv/bin/python -m pytest tests/model/yaml/test_messages.py, then read
the difference.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from twin.core.errors import TopologyError
from twin.model.yaml import load

GOLDEN = Path(__file__).parent / "golden"
CASES = sorted(path.stem for path in GOLDEN.glob("*.yaml"))


def messages(path: Path) -> str:
    with pytest.raises(TopologyError) as raised:
        load(path)
    return "".join(f"{line}\n" for line in str(raised.value).replace(str(path), path.name).splitlines())


@pytest.mark.parametrize("case", CASES)
def test_a_wrong_file_is_answered_by_every_problem_in_it(case: str) -> None:
    """All problems of a file come at once, in order of place, each with reason and remedy, as reviewed."""
    expected = GOLDEN / f"{case}.txt"
    shown = messages(GOLDEN / f"{case}.yaml")
    if os.environ.get("GOLDEN") == "write":
        expected.write_text(shown, encoding="utf-8")
    assert shown == expected.read_text(encoding="utf-8")


def test_every_golden_text_has_its_case() -> None:
    """No golden text is left behind when its case goes."""
    assert sorted(path.stem for path in GOLDEN.glob("*.txt")) == CASES
