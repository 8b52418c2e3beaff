"""Lights of line groups beside the nodes of a map: all there, none on a node or on another light."""

from __future__ import annotations

from itertools import combinations
from math import hypot
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as some

from tests.cli.console.views import MINIMAL
from twin.model import Network
from twin.model.yaml import load
from twin.plan import plan
from twin.report.drawing.layout import TALL, WIDE, Frame, layout
from twin.report.drawing.light_placement import BESIDE, GLYPH, LIGHT, light_spots
from twin.report.drawing.scene import scene

TERRITORY = load(Path(__file__).parents[3] / "topologies" / "castres-mazamet.yaml")


@pytest.mark.parametrize("frame", [WIDE, TALL])
@pytest.mark.parametrize("network", [MINIMAL, TERRITORY], ids=lambda network: str(network.name))
def test_no_light_covers_a_node_or_another_light(network: Network, frame: Frame) -> None:
    """Castres and Mazamet have their switch, its DSLAM and a dozen line groups in one place."""
    drawn = scene(network, plan(network))
    picture = layout(drawn, frame)
    spots = light_spots({node.name: len(node.groups) for node in drawn.nodes}, picture.nodes,
                        picture.segments(drawn.edges), frame)
    lights = [light for spot in spots.values() for light in spot]
    assert len(lights) == sum(len(node.groups) for node in drawn.nodes) > 0
    assert min((hypot(a[0] - b[0], a[1] - b[1]) for a, b in combinations(lights, 2)), default=LIGHT) >= LIGHT - 1
    assert min(hypot(x - u, y - v) for x, y in lights for u, v in picture.nodes.values()) >= LIGHT / 2 + GLYPH - 1
    assert all(0 <= x <= frame.width and 0 <= y <= frame.height for x, y in lights)


@given(some.integers(1, 9))
def test_a_node_alone_has_its_lights_below_it(count: int) -> None:
    """In one row, in the order of the groups, the node above their middle."""
    (spot,) = light_spots({"node": count}, {"node": (300.0, 300.0)}, [], WIDE).values()
    assert [y for _, y in spot] == [300 + BESIDE] * count
    assert spot == tuple(sorted(spot)) and sum(x for x, _ in spot) / count == pytest.approx(300)
