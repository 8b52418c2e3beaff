"""Cuts and mends: light goes at once, the equipment notices after its detection time."""

from __future__ import annotations

import pytest

from tests.emulation.small import WIRE, ring
from twin.emulation import building, dumps, faults
from twin.emulation.layout import Layout
from twin.emulation.queues import size_table
from twin.emulation.seam import RecordingKernel
from twin.errors import EmulationError


def test_a_cut_loses_everything_before_the_ends_notice() -> None:
    """Both media lose all packets, the detection time passes, then both ends lose their carrier."""
    kernel = RecordingKernel()
    faults.cut(kernel, Layout(ring()), 7, "r1")
    assert ["loss 1000000ppm" in line for line in kernel.asked] == [True, True, False, False]
    assert kernel.asked[2:] == ["_plant: link set r1x down", "_plant: link set r1y down"]
    assert kernel.paused == pytest.approx(0.010)


def test_a_mend_undoes_a_cut() -> None:
    """The span's own loss and the carriers come back in the same order."""
    kernel = RecordingKernel()
    faults.mend(kernel, Layout(ring()), 7, "r1")
    assert ["loss 0ppm" in line for line in kernel.asked] == [True, True, False, False]
    assert kernel.asked[2:] == ["_plant: link set r1x up", "_plant: link set r1y up"]


def test_a_changed_medium_counts_as_before() -> None:
    """The kernel forgets the size table of a qdisc that is changed without one."""
    layout = Layout(ring())
    span = layout.spans["r1"]
    changed = building.medium(layout, span, span.b, span.forth, 7, cut=True, change=True)
    assert dumps.attributes(changed.body[20:])[8] == dumps.attributes(size_table(WIRE))[8]


def test_a_span_that_is_not_there_cannot_be_cut() -> None:
    """The message names it."""
    with pytest.raises(EmulationError, match="no span nowhere"):
        faults.cut(RecordingKernel(), Layout(ring()), 7, "nowhere")
