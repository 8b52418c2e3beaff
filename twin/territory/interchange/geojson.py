"""GeoJSON (RFC 7946) of communes: features with a name and a population or households, in; sites and spans, out. Pure.

What is read passes through the list of communes (twin.territory.draft), so that its checks and guesses hold here, too.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from twin.model import Network, Site
from twin.territory.great_circle import Position
from twin.territory.interchange.json_values import Object, inside, json_object, json_text, objects, position_of, text_of
from twin.territory.interchange.topology_graph import refused, some

COLUMNS = {"name": ("name", "nom", "title", "commune"), "role": ("role",), "households": ("households", "menages"),
           "population": ("population",), "businesses": ("businesses", "entreprises"), "town": ("town",)}
"""Columns of a list of communes, each with the properties that say it."""


def communes_csv(text: str, file: str) -> tuple[bytes, tuple[str, ...]]:
    """The features of a GeoJSON as a CSV of communes, and what of them is lost. Raises TopologyError."""
    features = objects(json_object(text, file).get("features"))
    places = [feature for feature in features if inside(feature, "geometry", "type") not in LINES]
    if not places:
        raise refused(file, "has no features that are places", "each commune is a feature with a point or an outline")
    columns = [column for column, names in COLUMNS.items()
               if any(name in (inside(feature, "properties") or {}) for feature in places for name in names)]
    rows = [";".join([*columns, "latitude", "longitude"])]
    rows += [";".join(map(_cell, _row(feature, columns))) for feature in places]
    lines = len(features) - len(places)
    outlines = [_property(feature, "name") for feature in places if inside(feature, "geometry", "type") in OUTLINES]
    return "\n".join(rows).encode(), (
        *([f"lost: lines ({lines})"] if lines else []),
        *some("guessed: positions are the middle of outlines", outlines))


LINES = ("LineString", "MultiLineString")
OUTLINES = ("Polygon", "MultiPolygon")


def _row(feature: Object, columns: Sequence[str]) -> list[str]:
    position = _position(feature)
    north, east = ("", "") if position is None else map(repr, position)
    return [*(_property(feature, column) for column in columns), north, east]


def _property(feature: Object, column: str) -> str:
    """What the properties of a feature say of a column."""
    properties = inside(feature, "properties")
    return next((text for name in COLUMNS[column] if (text := text_of(inside(properties, name)))), "")


def _position(feature: Object) -> Position | None:
    """Of a point, itself; of an outline, the middle between its extremes."""
    points = [*_points(inside(feature, "geometry", "coordinates"))]
    if not points:
        return None
    return (round((min(north for north, _ in points) + max(north for north, _ in points)) / 2, 5),
            round((min(east for _, east in points) + max(east for _, east in points)) / 2, 5))


def _points(coordinates: object) -> Iterator[Position]:
    """All points of nested coordinates, which GeoJSON writes east before north."""
    if not isinstance(coordinates, list) or not coordinates:
        return
    if isinstance(coordinates[0], list):
        for each in coordinates:
            yield from _points(each)
    elif len(coordinates) > 1 and (position := position_of(coordinates[1], coordinates[0])) is not None:
        yield position


def _cell(text: str) -> str:
    return '"' + " ".join(text.split()).replace('"', '""') + '"'


def geojson_text(network: Network) -> str:
    """Sites as points, with their role, figures and town, and spans between sites with positions as lines."""
    places = {str(site.name): site for site in network.sites}
    towns = {switch.site for switch in network.switches}
    up, homes = _uplinks(network), _homes(network)
    ends = [(name, homes[a], homes[b]) for name, a, b in (
        *((span.name, *span.ends) for span in network.spans), *((name, name, to) for name, to in up.items()))]
    lines = [_line(places[a], places[b], name) for name, a, b in ends
             if a != b and _placed(places[a]) and _placed(places[b])]
    fed = {relay.site: places[homes[_top(relay.name, up)]] for relay in network.relays}
    return json_text({"type": "FeatureCollection", "features": [
        *(_point(site, "town" if site.name in towns else "village", fed.get(site.name)) for site in network.sites),
        *lines]})


def _uplinks(network: Network) -> dict[str, str]:
    """The node to which each node's uplink leads."""
    up: dict[str, str] = {dslam.name: dslam.uplink.to for dslam in network.dslams}
    return up | {relay.name: relay.uplink.to for relay in network.relays}


def _top(node: str, up: Mapping[str, str]) -> str:
    """The switch to which a chain of uplinks leads."""
    while node in up:
        node = up[node]
    return node


def _homes(network: Network) -> dict[str, str]:
    """The site of each node that may feed others."""
    homes: dict[str, str] = {switch.name: switch.site for switch in network.switches}
    homes |= {dslam.name: dslam.site for dslam in network.dslams}
    return homes | {relay.name: relay.site for relay in network.relays}


def _placed(site: Site) -> bool:
    return site.latitude is not None and site.longitude is not None


def _point(site: Site, role: str, town: Site | None) -> Object:
    geometry = {"type": "Point", "coordinates": [site.longitude, site.latitude]} if _placed(site) else None
    return {"type": "Feature", "geometry": geometry, "properties": {
        "name": site.title or site.name, "role": role, "households": site.households, "businesses": site.businesses,
        **({} if town is None else {"town": town.title or town.name})}}


def _line(a: Site, b: Site, name: str) -> Object:
    return {"type": "Feature", "properties": {"name": name}, "geometry": {
        "type": "LineString", "coordinates": [[a.longitude, a.latitude], [b.longitude, b.latitude]]}}
