"""A network that no lab on this machine could hold is refused before anything of it is planned."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from twin.core.errors import CannotRun
from twin.jobs.experiment.on_host import require_memory
from twin.jobs.verify import verify
from twin.model.yaml import load

MINIMAL = Path(__file__).parents[3] / "topologies" / "minimal.yaml"


def test_more_lines_than_memory_are_refused_with_the_numbers(tmp_path: Path) -> None:
    """A hundred million lines take 95 TiB; nothing is made for them. The native lab has the memory of the machine."""
    network = load(MINIMAL)
    large = replace(network, lines=tuple(replace(network.lines[0], emulated=100_000) for _ in range(1000)))
    with pytest.raises(CannotRun, match=r"100001026 MiB .*of which 100000000 emulated lines take 100000000"):
        verify(large, tmp_path / "run")
    assert not (tmp_path / "run").exists()
    require_memory(network, "virtual")
    require_memory(large, "native")
