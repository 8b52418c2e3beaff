"""A run is a function of network, seed and versions, down to the last bit of its samples."""

from pathlib import Path

import pytest

from benchmarks.support import lab
from twin.model.yaml import load
from twin.plan import plan

TOPOLOGIES = Path(__file__).parents[3] / "topologies"
SECONDS = 5


@pytest.fixture(scope="module")
def digests() -> tuple[str, str, str]:
    """Of two runs with one seed, at the same time on two cores if there are two, and of one with another seed."""
    blueprint = plan(load(TOPOLOGIES / "minimal.yaml"))
    first, again = lab.side_by_side([blueprint, blueprint], SECONDS, seed=1)
    (other,) = lab.side_by_side([blueprint], SECONDS, seed=2)
    return first.digest, again.digest, other.digest


def test_the_same_seed_gives_the_same_samples(digests: tuple[str, str, str]) -> None:
    """To the byte, TCP included."""
    first, again, _ = digests
    assert first == again


def test_another_seed_gives_other_samples(digests: tuple[str, str, str]) -> None:
    """Phases, ports and hashes are drawn from it."""
    first, _, other = digests
    assert first != other


def test_a_whole_territory_is_the_same_twice() -> None:
    """With radio cells, channels joined by IGMP at moments that the kernel draws, and calls that are dialled."""
    blueprint = plan(load(TOPOLOGIES / "castres-mazamet.yaml"))
    first, again = lab.side_by_side([blueprint, blueprint], 2)
    assert first.digest == again.digest
