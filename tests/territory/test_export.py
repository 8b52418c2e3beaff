"""Exporting, and importing again what was exported."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.docs.imports import ROOT
from twin.api import EXPORT_FORMATS, export_network, import_file, load
from twin.core.units import Length, Rate
from twin.model import Medium
from twin.territory.interchange.formats import WRITERS, Format, graph_of
from twin.territory.interchange.network_graph import network_graph
from twin.territory.interchange.topology_graph import GraphLink, GraphNode, NodeKind, TopologyGraph

CASTRES = ROOT / "topologies" / "castres-mazamet.yaml"
texts = st.text(st.characters(exclude_categories=("Cc", "Cf", "Cn", "Co", "Cs")), max_size=12).map(
    lambda text: " ".join(text.split()))
names = texts.filter(bool)


@st.composite
def graphs(draw: st.DrawFn) -> TopologyGraph:
    """Any graph without loops: parallel links, titles and figures that are known or not."""
    ids = draw(st.lists(names, min_size=2, max_size=6, unique=True))
    positions = st.none() | st.tuples(st.floats(-90, 90), st.floats(-180, 180))
    nodes = tuple(GraphNode(ident, draw(texts), draw(st.sampled_from(NodeKind)), draw(positions), draw(texts))
                  for ident in ids)
    pairs = draw(st.lists(st.tuples(st.sampled_from(ids), st.sampled_from(ids)).filter(lambda pair: pair[0] != pair[1]),
                          max_size=8))
    links = tuple(
        GraphLink(f"l{number}", a, b, draw(st.none() | st.integers(8_000, 10**13).map(Rate)),
                  draw(st.none() | st.integers(0, 10**7).map(Length)), draw(st.sampled_from(Medium)))
        for number, (a, b) in enumerate(pairs))
    return TopologyGraph(draw(names), nodes, links)


@pytest.mark.parametrize("form", WRITERS)
@given(graph=graphs())
def test_what_is_written_is_read_again(form: Format, graph: TopologyGraph) -> None:
    """Every graph, in every format of graphs, without a note of loss."""
    reading = graph_of(WRITERS[form](graph), "file", "", {})
    assert reading.graph == graph
    assert [note for note in reading.notes if note.startswith("lost")] == []


@pytest.mark.parametrize("form", [each for each in EXPORT_FORMATS if each != "geojson"])
def test_a_network_comes_back(form: str, tmp_path: Path) -> None:
    """Nodes, spans, uplinks, capacities, lengths and positions of Castres-Mazamet; the rest is said to be lost."""
    network = load(CASTRES)
    exported = export_network(network, form)
    file = tmp_path / f"file.{form}"
    file.write_text(exported.text, encoding="utf-8")
    again = import_file(file).network
    assert network_graph(again).graph == network_graph(network).graph
    assert exported.notes[1] == "lost: radio cells and antennas; a radio hop has its rate on the air as capacity"


def test_communes_come_back(tmp_path: Path) -> None:
    """GeoJSON holds the communes: the same sites, towns, ring and fibre."""
    network = load(CASTRES)
    file = tmp_path / "communes.geojson"
    file.write_text(export_network(network, "geojson").text, encoding="utf-8")
    again = import_file(file).network
    assert [(site.name, site.title, site.households, site.businesses, site.latitude) for site in again.sites] == [
        (site.name, site.title, site.households, site.businesses, site.latitude) for site in network.sites]
    assert again.switches == network.switches and again.rings == network.rings


@pytest.mark.parametrize("form", EXPORT_FORMATS)
def test_the_command_prints_each_format(form: str, capsys: pytest.CaptureFixture[str]) -> None:
    """And says what is lost."""
    from twin.cli import main

    assert main(["export", str(CASTRES), "--format", form]) == 0
    output = capsys.readouterr()
    assert output.out == export_network(load(CASTRES), form).text and output.err.startswith("twin: lost: ")
