"""Where places stand before they are fitted and eased apart: as on the map, or in a ring or fan where there is none."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import cos, pi, radians, sin

from twin.report.drawing.scene import Kind, Place, Scene

Point = tuple[float, float]

GOLDEN_ANGLE = pi * (3 - 5**0.5)


def start(scene: Scene, links: Sequence[tuple[str, str]]) -> dict[str, Point]:
    """Positions in no particular unit: the map where at least two places are on it, else a ring or fan round the hub.

    links: pairs of places that spans join. A place without position stands beside one that it is joined to.
    """
    located = {place.name: place.position for place in scene.places if place.position}
    if not scene.mapped:
        return _fan(scene, links)
    middle = radians(sum(latitude for latitude, _ in located.values()) / len(located))
    points = {name: (longitude * cos(middle), -latitude) for name, (latitude, longitude) in sorted(located.items())}
    xs, ys = zip(*points.values(), strict=True)
    step = max(max(xs) - min(xs), max(ys) - min(ys), 1e-6) * 0.16
    lost = sorted((place for place in scene.places if place.name not in points), key=lambda place: place.name)
    for index, place in enumerate(_reachable_first(lost, points, links)):
        near = next((points[b if a == place.name else a] for a, b in links
                     if place.name in (a, b) and (b if a == place.name else a) in points), (xs[0], ys[0]))
        angle = pi / 5 + index * GOLDEN_ANGLE
        points[place.name] = near[0] + step * cos(angle), near[1] + step * sin(angle)
    return points


def _reachable_first(
    lost: Sequence[Place], placed: Mapping[str, Point], links: Sequence[tuple[str, str]]
) -> list[Place]:
    """Places without position in such an order that each, where possible, is connected to an earlier one."""
    waiting, known, order = list(lost), set(placed), []
    while waiting:
        ready = [p for p in waiting if any(p.name in link and known & set(link) - {p.name} for link in links)]
        take = ready or waiting[:1]
        order += take
        known |= {place.name for place in take}
        waiting = [place for place in waiting if place not in take]
    return order


def _fan(scene: Scene, links: Sequence[tuple[str, str]]) -> dict[str, Point]:
    """A drawing without a map: the ring's places on a circle (or the hub alone), all others outward of their parent,
    each subtree in a sector as wide as it has leaves."""
    core = _ring_places(scene) or [_hub(scene, links)]
    parents: dict[str, list[str]] = {}
    seen = set(core)
    queue = list(core)
    for place in queue:
        for a, b in links:
            other = b if a == place else a
            if place in (a, b) and other not in seen:
                seen.add(other)
                parents.setdefault(place, []).append(other)
                queue.append(other)
    points: dict[str, Point] = {}
    loose = [place.name for place in scene.places if place.name not in seen]
    trees = [*core, *loose]
    width = 2 * pi / len(trees)
    for index, root in enumerate(trees):
        radius = 1.0 if len(trees) > 1 else 0.0
        _spread(root, index * width - pi / 2, width if len(trees) > 1 else 2 * pi, radius, parents, points)
    return points


def _spread(
    place: str, angle: float, width: float, radius: float, parents: Mapping[str, list[str]], points: dict[str, Point]
) -> None:
    """Set `place` in the middle of its sector, and its children in shares of it one step outward."""
    todo = [(place, angle, width, radius)]
    leaves = _leaves(place, parents)
    while todo:
        name, angle, width, radius = todo.pop()
        points[name] = radius * cos(angle), radius * sin(angle)
        start = angle - width / 2
        for child in parents.get(name, ()):
            share = width * leaves[child] / leaves[name]
            todo.append((child, start + share / 2, share, radius + 1))
            start += share


def _leaves(root: str, parents: Mapping[str, list[str]]) -> dict[str, int]:
    order = [root]
    for name in order:
        order.extend(parents.get(name, ()))
    count: dict[str, int] = {}
    for name in reversed(order):
        count[name] = sum(count[child] for child in parents.get(name, ())) or 1
    return count


def _ring_places(scene: Scene) -> list[str]:
    """The places of the ring's spans in order round it; empty where there is no ring."""
    home = {node.name: node.place for node in scene.nodes}
    edges = [(home[edge.a], home[edge.b]) for edge in scene.edges if edge.ring and home[edge.a] != home[edge.b]]
    if not edges:
        return []
    served = {node.place for node in scene.nodes if node.kind is Kind.HEAD_END}
    order = [min((place for edge in edges for place in edge), key=lambda place: (place not in served, place))]
    while True:
        beside = sorted({b if a == order[-1] else a for a, b in edges if order[-1] in (a, b)} - set(order))
        if not beside:
            return order
        order.append(beside[0])


def _hub(scene: Scene, links: Sequence[tuple[str, str]]) -> str:
    """The place with the most links; among equals the one with the most head-ends."""
    def weight(place: Place) -> tuple[int, int]:
        served = sum(node.place == place.name and node.kind is Kind.HEAD_END for node in scene.nodes)
        return -sum(place.name in link for link in links), -served

    return min(scene.places, key=lambda place: (*weight(place), place.name)).name
