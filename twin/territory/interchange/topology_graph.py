"""A network as all formats see it: nodes, and links between two of them."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from twin.core.errors import Place, Problem, TopologyError
from twin.core.units import Length, Rate
from twin.model import Medium
from twin.territory.great_circle import Position


class NodeKind(StrEnum):
    """What a node of a graph is in a description."""

    SWITCH = "switch"
    DSLAM = "dslam"
    RELAY = "relay"
    HEAD_END = "head-end"


@dataclass(frozen=True, slots=True)
class GraphNode:
    """id: unique in its graph. title: for people. site: the place, where several nodes share one."""

    id: str
    title: str = ""
    kind: NodeKind = NodeKind.SWITCH
    position: Position | None = None
    site: str = ""


@dataclass(frozen=True, slots=True)
class GraphLink:
    """A link in both directions. id: unique in its graph. a, b: ids of nodes. capacity: bit/s in each direction, None
    where it is not known; length: m."""

    id: str
    a: str
    b: str
    capacity: Rate | None = None
    length: Length | None = None
    medium: Medium = Medium.FIBRE


@dataclass(frozen=True, slots=True)
class TopologyGraph:
    """nodes, links: in the order of the file."""

    name: str
    nodes: tuple[GraphNode, ...]
    links: tuple[GraphLink, ...]


@dataclass(frozen=True, slots=True)
class Reading:
    """What was read. notes: what was lost or guessed, as sentences."""

    graph: TopologyGraph
    notes: tuple[str, ...] = ()


def refused(file: str, reason: str, remedy: str = "", line: int = 0) -> TopologyError:
    """A file that cannot be imported."""
    return TopologyError([Problem(Place(file, line, 1 if line else 0), "", reason, remedy)])


FEW = 5


def some(what: str, names: list[str]) -> list[str]:
    """A note of names, the first few of them: some("lost: loops", ["a"]) == ["lost: loops (1): a"]; none of none."""
    more = f" and {len(names) - FEW} more" if len(names) > FEW else ""
    return [f"{what} ({len(names)}): {', '.join(names[:FEW])}{more}"] if names else []
