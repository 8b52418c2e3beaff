"""Import a network of another format as a description, and export one."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from twin.api.territory.draft import CAPACITY, Draft, draft_of_table, planned_draft
from twin.core.units import Rate
from twin.model import Network
from twin.model.yaml.file_source import bytes_of, text_of
from twin.territory.interchange.device_roles import read_roles
from twin.territory.interchange.formats import WRITERS, Format, graph_of, is_geojson
from twin.territory.interchange.geojson import communes_csv, geojson_text
from twin.territory.interchange.graph_description import graph_description
from twin.territory.interchange.main_part import main_part
from twin.territory.interchange.network_graph import network_graph

__all__ = ["EXPORT_FORMATS", "Export", "export_network", "import_file"]

EXPORT_FORMATS = tuple(each.value for each in Format)
"""What `export_network` can write."""
READABLE = "a GraphML, JSON or GeoJSON file"


@dataclass(frozen=True, slots=True)
class Export:
    """A network in another format. notes: what that has no place for, as sentences."""

    text: str
    notes: tuple[str, ...]


def import_file(file: Path | str, name: str = "", rate: Rate | None = None, roles: Path | None = None) -> Draft:
    """The network of a GraphML, RFC 8345, NetBox or plain JSON file, or of a GeoJSON of communes.

    rate: of links that say none, bit/s. roles: a file that maps the roles of NetBox devices to kinds of nodes. Raises
    TopologyError with what is missing or cannot be built.
    """
    path = str(file)
    text, title = text_of(bytes_of(path, READABLE), path), name or Path(file).stem
    if is_geojson(text):
        table, notes = communes_csv(text, path)
        return draft_of_table(table, path, title, rate or CAPACITY, notes)
    kinds = {} if roles is None else read_roles(text_of(bytes_of(str(roles)), str(roles)), str(roles))
    reading = main_part(graph_of(text, path, title, kinds), path, rate)
    description, notes = graph_description(reading, name or reading.graph.name or title, Path(file).name)
    return planned_draft(description, title, notes)


def export_network(network: Network, form: str) -> Export:
    """A network as one of EXPORT_FORMATS."""
    if form == Format.GEOJSON:
        return Export(geojson_text(network), ("lost: everything but communes, their figures, and where spans lead",))
    reading = network_graph(network)
    return Export(WRITERS[Format(form)](reading.graph), reading.notes)
