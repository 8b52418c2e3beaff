"""What is seen of flows of which a window holds nothing, or next to nothing: figures, never an error."""

from __future__ import annotations

from pathlib import Path

import pytest

from traffic.sample_files import LOST, Bytes, Calls, Packets, Samples, Transactions, Viewed
from twin.core.units import NS_PER_S
from twin.judge.flow_figures import figures
from twin.model.yaml import load
from twin.plan import plan
from twin.plan.blueprint import Flow

TERRITORY = Path(__file__).parents[3] / "topologies" / "castres-mazamet.yaml"
EARLIER, NOW = -NS_PER_S, NS_PER_S
"""Before the window, and in it: what began earlier may end in it."""
FEW: tuple[Samples, ...] = (
    Packets((), (), 200), Packets((NOW,), (LOST,), 200), Packets((EARLIER,), (NOW,), 200),
    Viewed((), (), (), (), 1356), Viewed((EARLIER,), (NOW,), (LOST,), (0,), 1356),
    Viewed((EARLIER,), (EARLIER,), (NOW,), (1,), 1356),
    Bytes((), ()), Bytes((EARLIER,), (0,)), Bytes((NOW, NOW), (0, 1000)),
    Transactions((), (), ()), Transactions((NOW,), (LOST,), (0,)), Transactions((EARLIER,), (NOW,), (1000,)),
    Calls((), (), (), (), ()), Calls((NOW,), (LOST,), (LOST,), (LOST,), (0,)),
    Calls((EARLIER,), (NOW,), (NOW,), (LOST,), (200,)),
)


def kinds() -> dict[str, Flow]:
    """A flow of each kind of traffic of the territory."""
    return {type(flow.traffic).__name__: flow for flow in plan(load(TERRITORY)).flows}


@pytest.mark.parametrize("samples", FEW, ids=str)
def test_few_samples_have_figures(samples: Samples) -> None:
    """A lab that has fallen behind, a flow that has just begun, or has just been stopped."""
    for flow in kinds().values():
        assert figures(flow, samples, 10.0, charted=False).sent >= 0
