"""A radio hop in a real kernel, in virtual time: what no fake can show."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from twin.lab import GUEST_OUT, GUEST_PYTHON, VIRTUAL, Job

RATE = 11_000_000
WAIT = 1514 * 8 * 10**9 / RATE
"""ns that a bulk packet keeps the hop busy."""
VOICE = 214 * 8 * 10**9 / RATE
REST = 10_000 + 30_000
"""ns of propagation, and of serialization on the two fast lines at most."""

ROOT = Path(__file__).parents[2]
"""Where the lab finds the module beside this one."""


@pytest.fixture(scope="module")
def seen(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """What was seen inside."""
    out: Path = tmp_path_factory.mktemp("hop")
    lines: list[str] = []
    job = Job((GUEST_PYTHON, "-m", "tests.emulation.build_and_readback", GUEST_OUT), out, packages=ROOT)
    result = VIRTUAL.run(job, on_line=lines.append)
    assert result.status == 0, "\n".join(lines)
    return json.loads((out / "seen.json").read_text())


def test_a_radio_hop_carries_both_directions_in_one_rate(seen: Any) -> None:
    """Loaded from both ends it carries exactly its rate in all, not more."""
    assert [turn["bits_per_s"] for turn in seen["turns"]] == [pytest.approx(RATE, rel=0.002)] * 2


def test_voice_comes_first_in_both_directions_of_a_radio_hop(seen: Any) -> None:
    """A voice packet waits for the one packet in service at most, and for a voice packet of the other side."""
    for turn in seen["turns"]:
        for delays in turn["voice"].values():
            assert len(delays) == pytest.approx(150, abs=1)
            assert max(delays) <= WAIT + 2 * VOICE + REST


def test_nothing_is_lost_outside_the_model(seen: Any) -> None:
    """What the hop could not carry was dropped by its own queue."""
    assert [turn["strays"] for turn in seen["turns"]] == [{}, {}]


def test_the_ends_of_a_cut_span_lose_their_carrier(seen: Any) -> None:
    """And get it back when it is mended."""
    assert [(turn["cut"], turn["mended"]) for turn in seen["turns"]] == [(["0", "0"], ["1", "1"])] * 2


def test_a_host_answers_mininets_cmd(seen: Any) -> None:
    """The command runs in the host's namespace."""
    assert [turn["command"] for turn in seen["turns"]] == [1, 1]


def test_nothing_stays_behind(seen: Any) -> None:
    """After the network is down the lab is as it was, and it comes up again."""
    assert [turn["left"] for turn in seen["turns"]] == [seen["first"]] * 2
