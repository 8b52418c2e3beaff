"""The network as a picture: everything is in it, within the frame, readable, and always the same."""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations
from math import hypot
from xml.etree import ElementTree

import pytest

from tests.report.sample import AIR, sample_run
from tests.report.territory import network
from twin.judge.verdict import SpanLoad
from twin.plan import plan
from twin.report.class_colours import class_colours
from twin.report.drawing import graph
from twin.report.drawing.label_placement import Wanted, box_of, place
from twin.report.drawing.layout import TALL, WIDE, Frame, layout
from twin.report.drawing.legend import legend
from twin.report.drawing.loads import Loads, carried, loads_of, span_text, usage
from twin.report.drawing.scene import Kind, Scene, scene


@pytest.fixture(scope="module")
def whole() -> Scene:
    """The scene of the sixteen sites."""
    return scene(network(), plan(network()))


@pytest.mark.parametrize("frame", [WIDE, TALL])
def test_nodes_stand_apart_within_the_frame(whole: Scene, frame: Frame) -> None:
    """No node leaves the frame, no two stand on one another."""
    points = layout(whole, frame).nodes
    assert points.keys() == {node.name for node in whole.nodes}
    assert all(10 <= x <= frame.width - 10 and 10 <= y <= frame.height - 10 for x, y in points.values())
    assert min(hypot(a[0] - b[0], a[1] - b[1]) for a, b in combinations(points.values(), 2)) > 18


def test_near_places_are_eased_apart(whole: Scene) -> None:
    """Two towns a kilometre apart in a territory of twenty get room between them."""
    places = layout(whole, WIDE).places
    (ax, ay), (bx, by) = places["mazamet"], places["aussillon"]
    assert hypot(ax - bx, ay - by) > 0.9 * WIDE.near


def test_labels_of_crowded_points_part() -> None:
    """Names of points on one another are written on different spots."""
    points = [(300.0, 300.0), (302.0, 300.0), (300.0, 303.0), (303.0, 302.0)]
    places = place([Wanted(f"name {k}", point, 12, 12) for k, point in enumerate(points)], points, [], WIDE)
    assert all(a.overlap(b) == 0 for a, b in combinations(map(box_of, places), 2))


def test_map_keeps_its_sense(whole: Scene) -> None:
    """What lies north and west of something else is drawn above and to the left of it."""
    places = layout(whole, WIDE).places
    assert places["castres"][0] < places["mazamet"][0]
    assert places["castres"][1] < places["labruguiere"][1] < places["mazamet"][1]
    assert places["mazamet"][0] < places["saint-amans-soult"][0]


def test_labels_do_not_overlap_on_a_laptop(whole: Scene) -> None:
    """At 1280 px no name covers another or leaves the frame."""
    boxes = [box_of(label) for label in graph.labels(whole, layout(whole, WIDE), Loads())]
    assert all(a.overlap(b) == 0 for a, b in combinations(boxes, 2))
    assert all(box.left >= 0 and box.right <= WIDE.width and box.top >= 0 and box.bottom <= WIDE.height
               for box in boxes)


def test_drawing_is_the_same_again(whole: Scene) -> None:
    """The order in which entries come does not move anything."""
    turned = Scene(whole.title, whole.places[::-1], whole.nodes[::-1], whole.edges[::-1])
    assert layout(turned, WIDE).nodes == layout(whole, WIDE).nodes


def test_a_network_without_positions_is_drawn_too() -> None:
    """Without a map the ring becomes a circle; nothing stands on anything else."""
    bare = network()
    bare = replace(bare, sites=tuple(replace(site, latitude=None, longitude=None) for site in bare.sites))
    points = layout(scene(bare, plan(bare)), WIDE).nodes
    assert min(hypot(a[0] - b[0], a[1] - b[1]) for a, b in combinations(points.values(), 2)) > 15
    assert "≈" not in graph.svg(bare, plan(bare))


def test_svg_is_a_document_with_every_site() -> None:
    """The picture alone is well-formed, names each site and each head-end, and tells spans in words."""
    net = network()
    text = graph.svg(net, plan(net))
    root = ElementTree.fromstring(text)
    written = " ".join(root.itertext())
    assert root.tag.endswith("svg")
    assert all(site.title in written for site in net.sites)
    assert all(head_end.title in written for head_end in net.head_ends)
    assert "radio hop of 4.5 km, 11 Mbit/s for both directions together" in written


def test_loads_are_strips_by_class() -> None:
    """A loaded span has a strip for each class that it carried, and says the rates in its title."""
    run = sample_run()
    what, loads = scene(run.network, run.blueprint), loads_of(run.qos)
    colours = class_colours(run.network.classes)
    picture = graph.drawing(what, loads, colours, WIDE)
    assert all(f'class="fill-{index}"' in picture for index in range(4))
    assert "of the capacity is used" in picture
    assert 'class="fill-' not in graph.drawing(what, Loads(), colours, WIDE)


def test_a_radio_hop_carries_both_ways_in_one() -> None:
    """The load of a half-duplex hop is told once, for both directions together."""
    run = sample_run()
    what = scene(run.network, run.blueprint)
    hop = next(edge for edge in what.edges if edge.radio)
    loads = Loads({(hop.name, way): SpanLoad(hop.name, way, hop.capacity, {"voice": 1e6}, {}) for way in (True, False)})
    assert carried(hop, loads, True) == {"voice": 2e6}
    assert usage(hop, loads) == 2e6 / hop.capacity
    assert "both ways: voice 2 Mbit/s" in span_text(hop, loads, (hop.a, hop.b))


def test_capacities_stand_beside_spans_where_they_cover_nothing(whole: Scene) -> None:
    """Most find room; none covers a name, a node or a span."""
    drawn = layout(whole, WIDE)
    labels = graph.labels(whole, drawn, Loads())
    boxes = [box_of(label) for label in labels if label.text.endswith("Mbit/s")]
    assert len(boxes) > len(whole.edges) / 2
    assert not any(box.crosses(segment) for box in boxes for segment in drawn.segments(whole.edges))
    assert {label.text for label in labels} >= {"100 Mbit/s", "11 Mbit/s", "Castres", "≈ Boissezon"}


def test_a_text_that_need_not_be_there_gives_way() -> None:
    """One that must be stays, whatever it covers; another has no room for itself."""
    crowd = [(float(x), float(y)) for x in range(240, 400, 15) for y in range(240, 400, 15)]
    wanted = [Wanted("must", (300.0, 300.0), 12, 12), Wanted("may", (320.0, 320.0), 12, 12, optional=True)]
    assert [label.text for label in place(wanted, crowd, [], WIDE)] == ["must"]
    assert [label.text for label in place(wanted, [], [], WIDE)] == ["must", "may"]


def test_the_busyness_of_the_air_stands_on_the_map(whole: Scene) -> None:
    """Of a cell of one hop beside it, of one of several in their midst."""
    hops = [edge for edge in whole.edges if edge.radio]
    edges = tuple(replace(edge, cell="hill" if edge in hops[:3] else "vale" if edge == hops[3] else None)
                  for edge in whole.edges)
    loads = Loads({}, {name: replace(AIR, cell=name) for name in ("hill", "vale")})
    texts = [text for text, _ in graph.span_labels(replace(whole, edges=edges), layout(whole, WIDE), loads)]
    assert texts[0] == "hill: air 43%" and "11 Mbit/s, air 43%" in texts
    assert sum("air" in text for text in texts) == 2
    assert "the air of radio cell hill was busy for 43.2% of the time" in span_text(
        next(edge for edge in edges if edge.cell == "hill"), loads, ("a", "b"))


def test_the_legend_has_what_is_drawn_and_nothing_else(whole: Scene) -> None:
    """Kinds of nodes and lines, classes, and assumed positions."""
    words = "".join(ElementTree.fromstring(f"<p>{legend(whole, {'voice': 0})}</p>").itertext())
    assert words == "voiceswitchDSLAMrelayhead\u2011endfibrespan of a ringradio hop≈ assumed position"
    switches = replace(whole, nodes=tuple(node for node in whole.nodes if node.kind is Kind.SWITCH), edges=(),
                       places=())
    assert "".join(ElementTree.fromstring(f"<p>{legend(switches, {})}</p>").itertext()) == "switch"


def test_dot_and_mermaid_name_every_span() -> None:
    """Each span between nodes is a line of the DOT and Mermaid texts; quotes in titles do no harm."""
    net = network()
    net = replace(net, head_ends=tuple(replace(h, title='a "quoted" \\ <b>') for h in net.head_ends))
    blueprint = plan(net)
    spans = len(scene(net, blueprint).edges)
    dot, mermaid = graph.dot(net, blueprint), graph.mermaid(net, blueprint)
    assert dot.count(" -- ") == spans
    assert '\\"quoted\\"' in dot
    assert sum(mermaid.count(arrow) for arrow in (" --- ", " === ", " -.- ", "---|", "===|", "-.-|")) == spans
    assert "#quot;quoted#quot;" in mermaid
