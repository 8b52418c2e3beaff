"""Descriptions drawn up from communes: complete, planned without a problem, every guess marked."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.docs.imports import ROOT
from twin.api import SizingOptions, size_network
from twin.model import Network
from twin.model.yaml import load, read
from twin.plan import plan
from twin.territory.description_text import DraftedDescription, Section, description_text
from twin.territory.draft.commune_list.commune_table import read_communes
from twin.territory.draft.description import DraftOptions, drawn_up
from twin.territory.draft.questions import communes_asked
from twin.territory.draft.synthetic import synthetic_communes
from twin.territory.unique_names import UniqueNames

COMMUNES = ROOT / "topologies" / "castres-mazamet.csv"


@pytest.fixture(scope="module")
def drafted() -> Network:
    """The network drawn up from the sixteen communes."""
    communes = read_communes(COMMUNES.read_bytes(), "castres-mazamet.csv").communes
    return read(drawn_up(communes, DraftOptions("castres-mazamet", "Castres-Mazamet")), "drafted.yaml")


@pytest.fixture(scope="module")
def by_hand() -> Network:
    """The network that was described by hand."""
    return load(ROOT / "topologies" / "castres-mazamet.yaml")


def test_the_sixteen_communes_give_the_ring_made_by_hand(drafted: Network, by_hand: Network) -> None:
    """The same switches, spans with their lengths and capacities, and ring."""
    assert drafted.switches == by_hand.switches
    assert [(span.name, span.ends, span.capacity, span.length) for span in drafted.spans] == [
        (span.name, span.ends, span.capacity, span.length) for span in by_hand.spans]
    assert drafted.rings == by_hand.rings
    assert [(dslam.name, dslam.uplink) for dslam in drafted.dslams] == [
        (dslam.name, dslam.uplink) for dslam in by_hand.dslams]
    assert [head_end.name for head_end in drafted.head_ends] == [head_end.name for head_end in by_hand.head_ends]


def test_the_sixteen_communes_give_the_relays_made_by_hand(drafted: Network, by_hand: Network) -> None:
    """The same feeder of each; the same length and antenna where the position is not a guess."""
    assert [(relay.name, relay.site, relay.uplink.to) for relay in drafted.relays] == [
        (relay.name, relay.site, relay.uplink.to) for relay in by_hand.relays]
    known = {site.name for site in by_hand.sites if site.basis.startswith("position quoted")}
    assert len(known) == 12
    for ours, theirs in zip(drafted.relays, by_hand.relays, strict=True):
        if ours.site in known:
            assert (ours.uplink.length, ours.uplink.air) == (theirs.uplink.length, theirs.uplink.air)


def test_the_sixteen_communes_have_their_households(drafted: Network, by_hand: Network) -> None:
    """And the businesses that were shared by population."""
    assert [replace(site, basis="") for site in drafted.sites] == [replace(site, basis="") for site in by_hand.sites]


def test_the_second_territory_is_what_its_list_gives() -> None:
    """Its description is the drawn-up one with other comments; the populations are those of the agglomeration."""
    table = (ROOT / "topologies" / "albigeois.csv").read_bytes()
    assert sum(int(line.split(",")[2]) for line in table.decode().splitlines()[1:]) == 83_240
    communes = read_communes(table, "albigeois.csv").communes
    again = read(drawn_up(communes, DraftOptions("albigeois", "albigeois")), "drafted.yaml")
    assert again == load(ROOT / "topologies" / "albigeois.yaml")


def test_every_guess_is_marked(drafted: Network) -> None:
    """What the list does not say is assumed: the basis of each entry with figures says so, or quotes a source."""
    relays = {str(relay.name): relay.uplink.basis for relay in drafted.relays}
    assert relays["le-rialet-relay"] == "length assumed; antenna assumed"
    assert relays["boissezon-relay"] == "length from an assumed position; antenna assumed"
    assert relays["naves-relay"] == "length crow-fly; antenna assumed"
    assert all("businesses assumed" in site.basis for site in drafted.sites)
    uplinks = [node.uplink.basis for nodes in (drafted.dslams, drafted.relays, drafted.head_ends) for node in nodes]
    guesses = (drafted.demand.stages, drafted.demand.offers, drafted.demand.uses, drafted.demand.weeks)
    sections = (drafted.spans, drafted.lines, drafted.radio_cells, drafted.profiles, drafted.iptv_channels, *guesses)
    bases = uplinks + [entry.basis for section in sections for entry in section]
    assert [basis for basis in bases if "assumed" not in basis] == []
    assert [target for target in drafted.targets if not re.search("assumed|ITU-T", target.basis)] == []


def test_what_is_drawn_up_can_be_sized(drafted: Network) -> None:
    """At once: it says what all subscribers ask for, whose lines are as many as its line groups have at the launch."""
    sizing = size_network(drafted, "launch", SizingOptions(draws=2))
    assert {week.use for week in sizing.targets} == {use.name for use in drafted.demand.uses} - {"home-swarm"}
    assert not sizing.unserved
    sold = sum(group.subscribers for group in drafted.lines)
    assert sum(count.mean for count in sizing.drivers.lines) == pytest.approx(sold, rel=0.01)


@settings(max_examples=8)
@given(st.integers(2, 200_000), st.integers(0, 99))
def test_a_made_up_territory_has_its_lines_and_can_be_planned(lines: int, seed: int) -> None:
    """Households and businesses add up, whatever the size, and the same seed gives the same."""
    communes = synthetic_communes(lines, seed)
    assert sum(each.households + each.businesses for each in communes) == lines
    assert communes == synthetic_communes(lines, seed)
    network = read(drawn_up(communes, DraftOptions("synthetic", "Synthetic")), "synthetic.yaml")
    assert plan(network).flows and len(network.sites) == len(communes)


def test_communes_with_the_names_of_our_own_nodes_get_others() -> None:
    """A commune called Internet, two of one name, and one called as another's lines; names without a letter."""
    titles = "Internet", "Voie", "Voie Tv", "Voie Tv 1", "Æbelø", "村", "A B: {c} #1"
    text = "name,role,households,lat,lon\n" + "".join(
        f"{title},town,9000,43.{place},2.2\n" for place, title in enumerate(titles, 50))
    network = read(drawn_up(read_communes(text.encode(), "c.csv").communes, DraftOptions("n", "N")), "n.yaml")
    assert {site.name: site.title for site in network.sites} == {
        "internet-b": "Internet", "voie": "Voie", "voie-tv-b": "Voie Tv", "voie-tv-1-b": "Voie Tv 1",
        "aebelo": "Æbelø", "place": "村", "a-b-c-1": "A B: {c} #1"}
    assert plan(network)


def test_names_are_unique_and_leave_room() -> None:
    """Long titles are cut; the one after z is aa; a-x is derived from a."""
    names = UniqueNames(("-x",))
    assert [names.name("Saint-Something-on-the-Very-Long-River") for _ in range(2)] == [
        "saint-something-on-the-ver", "saint-something-on-the-b"]
    assert [names.name("a") for _ in range(28)][-1] == "a-ac"


@given(st.text(st.characters(exclude_categories=("Cc", "Cf", "Cn", "Co", "Cs")), max_size=30).map(str.strip))
def test_any_text_is_written_so_that_it_is_read_again(title: str) -> None:
    """Whatever YAML would take it for: a number, a truth value, a mark."""
    text = description_text(DraftedDescription("n", "a", "", (Section("sites", {"a": {"title": title}}),)))
    rest = (ROOT / "topologies" / "minimal.yaml").read_text(encoding="utf-8").partition("sites:\n")[2]
    minimal = text.replace("twin: 1\nname: n\nabout: >\n  a\n", "twin: 1\nname: n\n") + rest
    (site,) = (site for site in read(minimal, "n.yaml").sites if site.name == "a")
    assert site.title == title


def test_communes_can_be_asked_for() -> None:
    """A wrong answer is told, and the commune asked for again."""
    answers = iter(["Castres", "town", "many", "", "43,6", "2,24", "",
                    "Castres", "town", "17808", "", "43,6", "2,24", "",
                    "Navès", "", "288", "44", "43.57", "2.22", "Castres", ""])
    heard: list[str] = []
    listed = communes_asked(lambda _: next(answers), heard.append)
    assert [(each.title, each.households, each.town) for each in listed.communes] == [
        ("Castres", 17808, ""), ("Navès", 288, "Castres")]
    assert [line for line in heard if line] == [
        'answers:2:18 households: "many" is not a whole number up to 10,000,000; write for example 1195\n'
        "once more, please"]


def test_a_list_of_communes_makes_a_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """`twin new` writes a description that `twin check` accepts, and does not replace one unless it is told to."""
    from twin.cli import main

    file = tmp_path / "own.yaml"
    assert main(["new", str(COMMUNES), "-o", str(file)]) == 0
    assert main(["check", str(file)]) == 0
    capsys.readouterr()
    assert main(["new", str(COMMUNES), "-o", str(file)]) == 2
    assert capsys.readouterr().err == f"twin: {file} exists; --force replaces it\n"
