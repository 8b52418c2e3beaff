"""NetBox: answers of its API saved in one JSON object, a key for each collection. Pure.

`speed` of an interface is in kbit/s; cables have lengths with a unit, wireless links a distance. A cable joins two
interfaces; what ends elsewhere (circuits, consoles, power) is listed as lost.
"""

from __future__ import annotations

from collections.abc import Mapping

from twin.core.units import Length, Rate
from twin.model import Medium
from twin.territory.interchange.attributes import capacity_of
from twin.territory.interchange.json_values import Object, inside, number_of, objects, position_of, text_of
from twin.territory.interchange.topology_graph import (
    GraphLink,
    GraphNode,
    NodeKind,
    Reading,
    TopologyGraph,
    refused,
    some,
)

COLLECTIONS = ("devices", "interfaces", "cables", "wireless-links", "sites")
KILO = 1_000
METRES: Mapping[str, float] = {"km": 1000, "m": 1, "cm": 0.01, "mi": 1609.344, "ft": 0.3048, "in": 0.0254}
"""m in each unit of a length (NetBox, CableLengthUnitChoices and WirelessLink)."""
KINDS = (("dslam", NodeKind.DSLAM), ("access-node", NodeKind.DSLAM), ("relay", NodeKind.RELAY),
         ("access-point", NodeKind.RELAY), ("server", NodeKind.HEAD_END))
"""Parts of the slugs of roles that say a kind by themselves; anything else is a switch."""
Ports = Mapping[str, tuple[str, Rate | None]]
"""The device and the speed of each interface, by its id."""


def netbox_graph(data: Object, file: str, name: str, roles: Mapping[str, NodeKind | None]) -> Reading:
    """The graph of the devices. roles: kinds by the slug of a role, None to leave its devices out."""
    devices = _rows(data, "devices")
    if not devices:
        raise refused(file, "has no devices", f"save the answers of the API under {', '.join(COLLECTIONS)}")
    sites = {text_of(site.get("id")): site for site in _rows(data, "sites")}
    kinds = {text_of(device.get("id")): roles.get(_role(device), _guessed(_role(device))) for device in devices}
    nodes = tuple(_node(device, kind, sites) for device in devices
                  if (kind := kinds[text_of(device.get("id"))]) is not None)
    ports = {text_of(each.get("id")): (text_of(inside(each, "device", "id")), _speed(each))
             for each in _rows(data, "interfaces")}
    known = {node.id for node in nodes}
    drawn = [(cable, _link(cable, ports)) for cable in (*_rows(data, "cables"), *_rows(data, "wireless-links"))]
    links = tuple(link for _, link in drawn if link is not None and {link.a, link.b} <= known and link.a != link.b)
    ids = {link.id for link in links}
    lost = [_label(cable) for cable, link in drawn if link is None or link.id not in ids]
    left = [text_of(device.get("name")) for device in devices if kinds[text_of(device.get("id"))] is None]
    guessed = sorted({_role(device) for device in devices} - roles.keys())
    return Reading(TopologyGraph(name, nodes, links), (
        *some("lost: devices whose role is left out", left),
        *some("lost: cables that do not join two interfaces of two devices", lost),
        *some("guessed: kinds of nodes by these roles; a file of roles says them", guessed)))


def _rows(data: Object, collection: str) -> list[Object]:
    """The rows of a collection: a list, or the answer of the API with the list in it."""
    held = data.get(collection, data.get(collection.replace("-", "_")))
    return objects(inside(held, "results") if isinstance(held, dict) else held)


def _role(device: Object) -> str:
    """`role`, until version 3.5 `device_role`."""
    return text_of(inside(device, "role", "slug") or inside(device, "device_role", "slug"))


def _guessed(role: str) -> NodeKind:
    return next((kind for part, kind in KINDS if part in role), NodeKind.SWITCH)


def _node(device: Object, kind: NodeKind, sites: Mapping[str, Object]) -> GraphNode:
    site = sites.get(text_of(inside(device, "site", "id")), {})
    position = (position_of(device.get("latitude"), device.get("longitude"))
                or position_of(site.get("latitude"), site.get("longitude")))
    return GraphNode(text_of(device.get("id")), text_of(device.get("name")), kind, position,
                     text_of(inside(device, "site", "slug")))


def _speed(interface: Object) -> Rate | None:
    speed = number_of(interface.get("speed"))
    return capacity_of(None if speed is None else speed * KILO)


def _link(cable: Object, ports: Ports) -> GraphLink | None:
    """The link of a cable between two interfaces, at the slower of their speeds; None of any other."""
    wireless = "interface_a" in cable
    ends = [_port(cable, side, wireless) for side in "ab"]
    if any(end not in ports for end in ends):
        return None
    (a, speed), (b, other) = (ports[end] for end in ends)
    rates = [rate for rate in (speed, other) if rate is not None]
    length, unit = ("distance", "distance_unit") if wireless else ("length", "length_unit")
    return GraphLink(_label(cable), a, b, min(rates, default=None), _metres(cable, length, unit),
                     Medium.RADIO if wireless else Medium.FIBRE)


def _port(cable: Object, side: str, wireless: bool) -> str:
    """The id of the interface at one end; "" where there is none, or several."""
    if wireless:
        return text_of(inside(cable, f"interface_{side}", "id"))
    ends = objects(cable.get(f"{side}_terminations"))
    single = len(ends) == 1 and ends[0].get("object_type") == "dcim.interface"
    return text_of(ends[0].get("object_id")) if single else ""


def _metres(cable: Object, key: str, unit: str) -> Length | None:
    value = number_of(cable.get(key))
    factor = METRES.get(text_of(inside(cable, unit, "value") or cable.get(unit)))
    return None if value is None or factor is None or value < 0 else Length(round(value * factor))


def _label(cable: Object) -> str:
    kind = "wireless" if "interface_a" in cable else "cable"
    return text_of(cable.get("label")) or f"{kind} {text_of(cable.get('id'))}"


