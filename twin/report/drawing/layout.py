"""Where to draw the places and nodes of a scene: as on the map where positions are known, eased apart to be read.

Pure and deterministic: the same scene and frame give the same positions, whatever the order of anything. Units: px.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from math import atan2, cos, hypot, pi, sin

from twin.report.drawing.initial_positions import GOLDEN_ANGLE, Point, start
from twin.report.drawing.scene import Edge, Kind, Node, Scene

Segment = tuple[Point, Point]

_KIND_ORDER = (Kind.SWITCH, Kind.DSLAM, Kind.RELAY, Kind.HEAD_END)
_WORK = 1_500_000
"""How many pairs may be looked at while easing apart: keeps the drawing of hundreds of places quick."""


@dataclass(frozen=True, slots=True)
class Frame:
    """The size of the drawing, its margins, and how near places may come. All px."""

    width: float
    height: float
    margin_x: float
    margin_y: float
    near: float


LAYOUTS = 8
"""A scene is drawn once for each language, in the same places."""
WIDE = Frame(1080, 660, 84, 40, 66)
TALL = Frame(390, 640, 66, 34, 46)


@dataclass(frozen=True, slots=True)
class Layout:
    """Positions of the nodes by name, and of each place's first node by the place's name."""

    frame: Frame
    nodes: Mapping[str, Point]
    places: Mapping[str, Point]

    def segments(self, edges: Sequence[Edge]) -> list[Segment]:
        """The edges as drawn."""
        return [(self.nodes[edge.a], self.nodes[edge.b]) for edge in edges]


@lru_cache(maxsize=LAYOUTS)
def layout(scene: Scene, frame: Frame) -> Layout:
    """Positions for all nodes of `scene` within `frame`."""
    if not scene.places:
        return Layout(frame, {}, {})
    first = {place.name: _first(scene, place.name) for place in scene.places}
    home = {node.name: node.place for node in scene.nodes}
    links = sorted({(min(pair), max(pair)) for e in scene.edges if (pair := (home[e.a], home[e.b]))[0] != pair[1]})
    crowd = {place.name: sum(node.place == place.name for node in scene.nodes) for place in scene.places}
    begin = _fit(start(scene, links), frame)
    places = _ease(begin, links, {name: _reach(frame, size) for name, size in crowd.items()}, frame)
    nodes = {first[name].name: point for name, point in places.items()}
    for node in _satellites(scene, first):
        nodes[node.name] = _beside(node, places[node.place], nodes, scene, frame)
    return Layout(frame, nodes, places)


def _first(scene: Scene, place: str) -> Node:
    """The node that stands where its place is: the one most central to the network."""
    at = [node for node in scene.nodes if node.place == place]
    return min(at, key=lambda node: (_KIND_ORDER.index(node.kind), node.name))


def _satellites(scene: Scene, first: Mapping[str, Node]) -> list[Node]:
    """All other nodes: those with few choices (near their place, with a name to write) before the rest."""
    rest = [node for node in scene.nodes if first[node.place] is not node]
    return sorted(rest, key=lambda node: (-_KIND_ORDER.index(node.kind), node.name))


def _reach(frame: Frame, nodes: int) -> float:
    """Half the distance that a place keeps from others: places with many nodes need more space."""
    return frame.near / 2 * (1.0 if nodes == 1 else 1.15 if nodes == 2 else 1.6)


def _fit(points: Mapping[str, Point], frame: Frame) -> dict[str, Point]:
    """Scale and shift into the frame; the axes may differ by a factor of 2.6, so that the frame is used."""
    xs, ys = zip(*points.values(), strict=True)
    wide, high = (max(xs) - min(xs)) or 1e-9, (max(ys) - min(ys)) or 1e-9
    scale_x, scale_y = (frame.width - 2 * frame.margin_x) / wide, (frame.height - 2 * frame.margin_y) / high
    scale_x, scale_y = min(scale_x, 2.6 * scale_y), min(scale_y, 2.6 * scale_x)
    middle_x, middle_y = (max(xs) + min(xs)) / 2, (max(ys) + min(ys)) / 2
    return {name: (frame.width / 2 + (x - middle_x) * scale_x, frame.height / 2 + (y - middle_y) * scale_y)
            for name, (x, y) in sorted(points.items())}


def _ease(
    start: Mapping[str, Point], links: Sequence[tuple[str, str]], reach: Mapping[str, float], frame: Frame
) -> dict[str, Point]:
    """Push apart places that are too near one another or too near a link that is not theirs."""
    names = sorted(start)
    points = {name: _within(start[name], frame, reach[name]) for name in names}
    rounds = max(12, min(240, _WORK // max(1, len(names) * (len(names) + len(links)))))
    for number in range(rounds):
        push = {name: [(start[name][i] - points[name][i]) * 0.02 for i in (0, 1)] for name in names}
        for index, a in enumerate(names):
            for b in names[index + 1 :]:
                _part(points[a], points[b], reach[a] + reach[b], push[a], push[b], GOLDEN_ANGLE * (index + 1))
        for a, b in links:
            for name in names:
                if name not in (a, b):
                    foot, _ = nearest(points[name], (points[a], points[b]))
                    _part(points[name], foot, reach[name] * 0.62, push[name], [0.0, 0.0], GOLDEN_ANGLE)
        damping = 1 - 0.5 * number / rounds
        points = {name: _within((x + push[name][0] * damping, y + push[name][1] * damping), frame, reach[name])
                  for name, (x, y) in points.items()}
    return points


def _part(a: Point, b: Point, apart: float, push_a: list[float], push_b: list[float], direction: float) -> None:
    """Add to the pushes what brings a and b `apart`; points that coincide part in `direction`."""
    dx, dy = a[0] - b[0], a[1] - b[1]
    gap = hypot(dx, dy)
    if gap >= apart:
        return
    dx, dy = (dx / gap, dy / gap) if gap > 1e-6 else (cos(direction), sin(direction))
    step = (apart - gap) / 2
    for push, sign in ((push_a, 1), (push_b, -1)):
        push[0] += sign * dx * step * 0.5
        push[1] += sign * dy * step * 0.5


def _within(point: Point, frame: Frame, reach: float) -> Point:
    """The point, moved into the frame together with what surrounds it."""
    x, y = max(frame.margin_x, 3.0 * reach), max(frame.margin_y, 1.7 * reach)
    return min(max(point[0], x), frame.width - x), min(max(point[1], y), frame.height - y)


def nearest(point: Point, segment: Segment) -> tuple[Point, float]:
    """The point of `segment` nearest to `point`, and how far it is."""
    (ax, ay), (bx, by) = segment
    dx, dy = bx - ax, by - ay
    square = dx * dx + dy * dy
    t = 0.0 if square == 0 else min(1.0, max(0.0, ((point[0] - ax) * dx + (point[1] - ay) * dy) / square))
    foot = ax + t * dx, ay + t * dy
    return foot, hypot(point[0] - foot[0], point[1] - foot[1])


def _beside(node: Node, at: Point, placed: Mapping[str, Point], scene: Scene, frame: Frame) -> Point:
    """The freest spot round a place for one more of its nodes; head-ends like to stand outward."""
    served = node.kind is Kind.HEAD_END
    radius = frame.near * (1.0 if served else 0.52)
    segments = [(placed[e.a], placed[e.b]) for e in scene.edges if e.a in placed and e.b in placed]
    outward = atan2(at[1] - frame.height / 2, at[0] - frame.width / 2)

    def freedom(angle: float) -> float:
        spot = at[0] + radius * cos(angle), at[1] + radius * sin(angle)
        free = min((hypot(spot[0] - x, spot[1] - y) for x, y in placed.values()), default=frame.near)
        clear = min((nearest(spot, s)[1] * (1.0 if at not in s else 1.4) for s in segments), default=frame.near)
        outside = max(0.0, 24 - spot[0], 18 - spot[1], spot[0] - frame.width + 24, spot[1] - frame.height + 18)
        liking = radius * 0.45 * cos(angle - outward) if served else 0.0
        return round(min(free, clear, radius * 0.7) + liking - 4 * outside, 3)

    angle = max((k * pi / 12 for k in range(24)), key=freedom)
    return at[0] + radius * cos(angle), at[1] + radius * sin(angle)
