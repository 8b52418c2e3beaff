"""A plain JSON of nodes and links, as graph tools exchange it. Pure."""

from __future__ import annotations

from twin.territory.interchange.attributes import link_attributes, link_of, node_attributes, node_of
from twin.territory.interchange.json_values import Object, json_text, objects, text_of
from twin.territory.interchange.topology_graph import Reading, TopologyGraph, some


def node_link_graph(data: Object) -> Reading:
    """The graph of `nodes` with an id and `links` with source and target."""
    nodes = tuple(node_of(text_of(node.get("id")), node) for node in objects(data.get("nodes")))
    known = {node.id for node in nodes}
    links, lost = [], []
    for number, link in enumerate(objects(data.get("links")), 1):
        ident = text_of(link.get("id")) or f"link {number}"
        a, b = text_of(link.get("source")), text_of(link.get("target"))
        if a != b and {a, b} <= known:
            links.append(link_of(ident, (a, b), link))
        else:
            lost.append(ident)
    return Reading(TopologyGraph(text_of(data.get("name")), nodes, tuple(links)),
                   tuple(some("lost: links to a node that is not there, or to the node itself", lost)))


def node_link_text(graph: TopologyGraph) -> str:
    """The JSON text; capacity in bit/s, length in m, positions in degrees."""
    return json_text({
        "name": graph.name, "nodes": [{"id": node.id, **node_attributes(node)} for node in graph.nodes],
        "links": [{"id": link.id, "source": link.a, "target": link.b, **link_attributes(link)}
                  for link in graph.links]})
