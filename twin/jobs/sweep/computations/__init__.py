"""What can be computed for a point of a study.

A computation is a file here with its record: it says what it needs, what it depends on, what a description lacks for
it, what its responses can be called, and computes them. It is a word in `ComputationKind`, and its name in
`Computation`; its keys in a study follow from the record.
"""

from __future__ import annotations

from typing import Annotated

from twin.core.errors import TopologyError
from twin.core.records import Tagged
from twin.jobs.experiment.on_host import OnProgress
from twin.jobs.sweep.computation_kinds import ComputationKind
from twin.jobs.sweep.computations.cost import CostLines
from twin.jobs.sweep.computations.packets import Packets
from twin.jobs.sweep.computations.sizing import SizeLines
from twin.jobs.sweep.computations.theory import Theory
from twin.jobs.sweep.point import Point
from twin.judge.sweep.results import Result

__all__ = ["Computation", "ComputationKind", "CostLines", "Packets", "SizeLines", "TaggedComputation", "Theory",
           "compute"]

Computation = Theory | Packets | SizeLines | CostLines
"""Everything that can be computed."""
TaggedComputation = Annotated[Computation, Tagged]
"""The same where it is written as JSON."""


def compute(computation: Computation, point: Point, on_progress: OnProgress) -> Result:
    """The result of a computation. That no network can be built as the point says is one: it would be so anywhere."""
    try:
        return computation.compute(point, on_progress)
    except TopologyError as fault:
        return Result(refused=str(fault))
