"""irtt's report, as recorded from version 0.9 on a line of 512 kbit/s there and 256 back, one trip marked as lost."""

from __future__ import annotations

from pathlib import Path

import pytest

from traffic.tools.irtt import parse
from twin.core.errors import Unparsable

RECORDED = Path(__file__).parent / "irtt" / "report.json"


def test_both_directions_are_kept_apart() -> None:
    """214 bytes take 3.344 ms at 512 kbit/s and 6.688 ms at 256, and 5 ms of propagation each."""
    parsed = parse(RECORDED.read_text())
    assert parsed.there == pytest.approx([8_343_750] * 3, abs=1_000)
    assert parsed.back == pytest.approx([11_687_500] * 3, abs=7_000)
    assert parsed.lost == 1


@pytest.mark.parametrize("text", ["", "{", "[]", "{}", '{"round_trips": [{}]}', '{"round_trips": [{"lost": "false"}]}'])
def test_anything_else_is_unparsable(text: str) -> None:
    """A report that was cut short or is none at all never becomes a delay."""
    with pytest.raises(Unparsable):
        parse(text)
