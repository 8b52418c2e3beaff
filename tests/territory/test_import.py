"""Importing: what other formats hold becomes a description; what is lost or guessed is said."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from twin.api import import_file, load
from twin.core.errors import TopologyError
from twin.core.units import Rate
from twin.model import Medium
from twin.territory.interchange.device_roles import read_roles
from twin.territory.interchange.link_rates import rate_of_bits, rate_of_label, rate_of_speed

SAMPLES = Path(__file__).parent / "samples"
ZOO, NETBOX = SAMPLES / "zoo.graphml", SAMPLES / "netbox.json"


def problem(file: Path | str, rate: int | None = None) -> str:
    """What is said of a file that cannot be imported."""
    with pytest.raises(TopologyError) as fault:
        import_file(file, rate=None if rate is None else Rate(rate))
    return str(fault.value)


def test_the_dialect_of_the_topology_zoo() -> None:
    """Parallel links, rates in three forms, a hyperedge, labels that repeat; external, looped and separate are lost."""
    draft = import_file(ZOO, rate=Rate(1_000_000_000))
    network = draft.network
    assert [switch.name for switch in network.switches] == ["albi", "castres", "mazamet-4", "mazamet-5", "none"]
    assert sorted((span.ends, span.capacity, span.length) for span in network.spans) == [
        (("albi", "castres"), 155_000_000, 36_310), (("albi", "castres"), 2_500_000_000, 36_310),
        (("castres", "none"), 10_000_000_000, 0), (("mazamet-4", "mazamet-5"), 1_000_000_000, 0),
        (("none", "mazamet-4"), 155_520_000, 0)]
    assert list(draft.notes[:-1]) == [
        "lost: nodes of other networks, with their links (1): Paris",
        "lost: links from a node to itself (1): edge 7",
        "guessed: hyperedges are taken for switches (1): None",
        "guessed: rates by the label of the link, of a range the lower end (2): 10-20Gbps, OC-3",
        "lost: nodes that the largest part cannot reach (1): Alone",
        "guessed: the rate of 1 of 5 links, 1 Gbit/s",
        "guessed: titles that repeat are told apart by their ids (1): Mazamet",
        "guessed: lengths of links between places without a position, 0 m (3): edge 3, edge 4, edge 5"]


def test_a_hyperedge_of_graphml_joins_all_its_ends(tmp_path: Path) -> None:
    """An element of its own, beside the attribute of the Zoo."""
    ends = "".join(f'<endpoint node="{node}"/>' for node in "abc")
    nodes = "".join(f'<node id="{node}"/>' for node in "abc")
    (tmp_path / "bus.graphml").write_text('<graphml xmlns="http://graphml.graphdrawing.org/xmlns"><graph>'
                                          f'{nodes}<hyperedge id="bus">{ends}</hyperedge></graph></graphml>')
    draft = import_file(str(tmp_path / "bus.graphml"), rate=Rate(1_000_000_000))
    assert sorted(span.ends for span in draft.network.spans) == [("bus", "a"), ("bus", "b"), ("bus", "c")]
    assert "guessed: hyperedges are taken for switches (1): bus" in draft.notes


def test_a_rate_that_nobody_says_is_asked_for() -> None:
    """Never invented."""
    assert problem(ZOO) == (f'{ZOO}: does not say the rate of 1 of 5 links: Mazamet - Mazamet; say which: --rate '
                            '"1 Gbit/s"')


@pytest.mark.parametrize(("label", "rate"), [
    ("10 Gbps", 10**10), ("2.5 Gbps", 2_500_000_000), ("10-20Gbps", 10**10), ("2x10Gb/s", 2 * 10**10),
    ("155 Mbps", 155_000_000), ("45 Mbps DS-3", 45_000_000), ("DS-3", 44_736_000), ("OC-3", 155_520_000),
    ("OC192/STM64", 9_953_280_000), ("STM-16", 2_488_320_000), ("E3", 34_368_000), ("1GE", 10**9),
    ("34 Mbit/s", 34_000_000),
    ("Dark Fibre", None), ("Red Link", None), ("e17", None), ("", None), ("Completion 2007-2008", None),
])
def test_rates_of_labels(label: str, rate: int | None) -> None:
    """As maps write them (ITU-T G.702, G.707)."""
    assert rate_of_label(label) == rate


def test_rates_of_numbers() -> None:
    """LinkSpeed with its units, LinkSpeedRaw in bit/s; what cannot be a rate is none."""
    assert (rate_of_speed("2.5", "G"), rate_of_speed("155", "M"), rate_of_speed("10", ""), rate_of_speed("x", "G")) == (
        2_500_000_000, 155_000_000, None, None)
    assert (rate_of_bits("1e9"), rate_of_bits("45000000.0"), rate_of_bits("0"), rate_of_bits("nan")) == (
        10**9, 45_000_000, None, None)


def test_devices_and_cables_of_netbox(tmp_path: Path) -> None:
    """Speeds are in kbit/s and the slower end counts; lengths have units; roles say kinds of nodes."""
    roles = tmp_path / "roles.yaml"
    roles.write_text("core: switch\ndslam: dslam\npdu: ignore\nhill: relay\n", encoding="utf-8")
    draft = import_file(NETBOX, roles=roles)
    network = draft.network
    (loop,) = network.spans
    assert (loop.name, loop.ends, loop.capacity, loop.length) == (
        "loop", ("castres-core", "mazamet-core"), 100_000_000, 16_460)
    (dslam,), (relay,) = network.dslams, network.relays
    assert (dslam.site, dslam.uplink.to, dslam.uplink.capacity, dslam.uplink.length) == (
        "castres", "castres-core", 100_000_000, 91)
    assert (relay.name, relay.uplink.medium, relay.uplink.capacity, relay.uplink.length) == (
        "mast", Medium.RADIO, 11_000_000, 2910)
    assert draft.notes[:2] == ("lost: devices whose role is left out (1): castres-pdu",
                               "lost: cables that do not join two interfaces of two devices (1): power")
    assert ("guessed: kinds of nodes by these roles; a file of roles says them (4): core, dslam, hill, pdu"
            in import_file(NETBOX).notes)


def test_a_file_of_roles_with_slips() -> None:
    """Each with its place."""
    with pytest.raises(TopologyError) as fault:
        read_roles("core: swich\nedge: [a]\n", "roles.yaml")
    assert str(fault.value).startswith('roles.yaml:1:7 core: "swich" is not a kind of node; did you mean switch?')
    assert len(fault.value.problems) == 2


def test_directed_links_of_rfc_8345_are_paired(tmp_path: Path) -> None:
    """By their termination points; one that has no way back is a guess. Rates are those of RFC 8944."""
    def link(ident: str, a: str, b: str, point: str) -> dict[str, object]:
        return {"link-id": ident, "source": {"source-node": a, "source-tp": point},
                "destination": {"dest-node": b, "dest-tp": point},
                "ietf-l2-topology:l2-link-attributes": {"rate": "100.00"}}

    file = tmp_path / "net.json"
    file.write_text(json.dumps({"ietf-network:networks": {"network": [
        {"network-id": "under", "node": [{"node-id": "x"}]},
        {"network-id": "metro", "node": [{"node-id": name} for name in "abc"], "ietf-network-topology:link": [
            link("1", "a", "b", "p"), link("2", "a", "b", "q"), link("3", "b", "a", "q"), link("4", "b", "a", "p"),
            link("5", "b", "c", "r"), link("6", "b", "z", "r")]}]}}), encoding="utf-8")
    draft = import_file(file)
    assert [(span.ends, span.capacity) for span in draft.network.spans] == [
        (("a", "b"), 10**8), (("a", "b"), 10**8), (("b", "c"), 10**8)]
    assert draft.notes[:3] == ("lost: other networks of the file (1): under",
                               "lost: links to a node that is not there, or to the node itself (1): 6",
                               "guessed: links in one direction are taken for both (1): 5")


def test_communes_of_geojson(tmp_path: Path) -> None:
    """As the French state's: a code, a population and an outline; what is missing is guessed as of any list."""
    square = [[[2.0, 43.0], [2.2, 43.0], [2.2, 43.2], [2.0, 43.2], [2.0, 43.0]]]
    file = tmp_path / "communes.geojson"
    file.write_text(json.dumps({"type": "FeatureCollection", "features": [
        {"type": "Feature", "geometry": {"type": "Polygon", "coordinates": square},
         "properties": {"nom": "Grande", "code": "81001", "population": 12000}},
        {"type": "Feature", "geometry": {"type": "Point", "coordinates": [2.12, 43.12]},
         "properties": {"nom": "Petite", "code": "81002", "population": 480}}]}), encoding="utf-8")
    draft = import_file(file)
    assert [(site.name, site.households, site.latitude, site.longitude) for site in draft.network.sites] == [
        ("grande", 5000, 43.1, 2.1), ("petite", 200, 43.12, 2.12)]
    assert draft.network.relays[0].uplink.to == "grande"
    assert "guessed: positions are the middle of outlines (1): Grande" in draft.notes


@pytest.mark.parametrize(("text", "reason"), [
    ("<a/>", "is XML, but no GraphML with a graph"), ("<a", "is not XML"), ("{", "is not JSON"),
    ("[]", "is JSON, but no object"),
    ("{}", "is JSON of no format that is known"), ('{"nodes": [], "links": []}', "has no node"),
    ('{"devices": []}', "has no devices"), ('{"ietf-network:networks": {}}', "has no network"),
    ('<!DOCTYPE a [<!ENTITY b "c">]><a/>', "has a document type declaration"),
    ('{"type": "FeatureCollection", "features": []}', "has no features that are places"),
])
def test_a_file_that_is_something_else_says_so(text: str, reason: str, tmp_path: Path) -> None:
    """With a reason, and never an accident."""
    file = tmp_path / "file"
    file.write_text(text, encoding="utf-8")
    assert reason in problem(file)


def test_an_imported_network_is_a_description(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """`twin import` writes it, with the notes on standard error."""
    from twin.cli import main

    file = tmp_path / "zoo.yaml"
    assert main(["import", str(ZOO), "--rate", "1 Gbit/s", "-o", str(file)]) == 0
    assert "twin: lost: links from a node to itself (1): edge 7\n" in capsys.readouterr().err
    assert load(file).name == "hand-made"
