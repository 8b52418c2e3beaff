"""What a good file means: values, defaults, order, aliases, and YAML 1.2 rather than 1.1."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
import yaml

from twin.core.errors import TopologyError
from twin.model import Call, Codec, Discipline, Download, Medium, Metric, Protection, Technology
from twin.model.yaml import load, read
from twin.model.yaml.node_tree import compose
from twin.model.yaml.nodes import simplify
from twin.model.yaml.problems import ProblemCollector
from twin.model.yaml.scalars import MARKS

TOPOLOGIES = Path(__file__).parents[3] / "topologies"
MINIMAL = (TOPOLOGIES / "minimal.yaml").read_text(encoding="utf-8")


def plain(text: str) -> object:
    return simplify(compose(text, "x.yaml", ProblemCollector()))


def test_quantities_and_names_arrive_as_written() -> None:
    """Units become integers of the base unit, names stay, and what is left out takes its default."""
    network = read(MINIMAL, "x.yaml")
    assert network.name == "minimal"
    assert [span.length for span in network.spans] == [4000, 5000, 6000]
    assert network.dslams[0].uplink.capacity == 100_000_000
    assert network.dslams[0].uplink.medium is Medium.FIBRE
    data, voice = network.classes
    assert (voice.dscp, voice.strict, voice.police) == (46, True, 100_000)
    assert (data.discipline, data.queue) == (Discipline.FQ_CODEL, 300_000_000)
    assert network.services[0].ports == (16384, 32767)
    assert [work.settings for work in network.workloads] == [Call(codec=Codec.G711), Download(connections=1)]
    assert network.profiles[0].technology is Technology.DSL
    assert network.targets[0].bounds[Metric.LOSS] == 1000
    assert network.control.protection == Protection()


def test_the_order_of_keys_means_nothing() -> None:
    """Any order of keys in sections and entries gives the same network."""
    tree = plain(MINIMAL)
    draw = random.Random(1)
    for _ in range(5):
        shuffled = yaml.safe_dump(_shuffle(tree, draw), sort_keys=False)
        assert read(shuffled, "x.yaml") == read(MINIMAL, "x.yaml")


def _shuffle(tree: object, draw: random.Random) -> object:
    if isinstance(tree, dict):
        keys = list(tree)
        draw.shuffle(keys)
        return {key: _shuffle(tree[key], draw) for key in keys}
    return [_shuffle(item, draw) for item in tree] if isinstance(tree, list) else tree


@pytest.mark.parametrize(("written", "value"), [
    ("no", "no"), ("on", "on"), ("10:30", "10:30"), ("2004-01-01", "2004-01-01"), ("0o17", 15), ("017", 17),
    ("0x1F", 31), ("1_000", "1_000"), ("true", True), ("True", True), ("yes", "yes"), ("~", None), ("", None),
    ("1e3", 1000.0), ("-.5", -0.5), ("'12'", "12"), ("=", "="), ("<<", "<<"), (".inf", float("inf")),
    ("9" * 400, float("inf")),
])
def test_scalars_follow_the_core_schema_of_yaml_1_2(written: str, value: object) -> None:
    """What YAML 1.1 turns into booleans, sexagesimals and dates is text."""
    result = plain(f"[{written}, x]" if written else "[, x]".replace(",", "~,", 1))
    assert isinstance(result, list)
    assert result[0] == value
    assert type(result[0]) is type(value)


def test_an_alias_repeats_a_value() -> None:
    """Anchors and aliases are allowed, and problems in them point to where the text stands."""
    text = MINIMAL.replace("north: {title: North, basis: assumed}", "north: &place {title: Place}")
    assert read(text.replace("east: {title: East, basis: assumed}", "east: *place"), "x.yaml").sites[0].title == "Place"


def test_uplinks_are_spans_for_faults_and_rings() -> None:
    """The span of an uplink is named <node>-uplink and can be cut."""
    network = read(MINIMAL + "faults: [{at: 1 s, kind: cut, span: east-dslam-uplink}]\n", "x.yaml")
    assert network.faults[0].span == "east-dslam-uplink"


def test_marks_have_the_values_of_their_rfcs() -> None:
    """DSCP names: RFC 2474, 2597, 3246, 5865 and 8622."""
    assert (MARKS["EF"], MARKS["AF21"], MARKS["AF43"], MARKS["CS3"], MARKS["VA"], MARKS["LE"], MARKS["DF"]) == (
        46, 18, 38, 24, 44, 1, 0)


def test_a_problem_in_one_entry_hides_no_other() -> None:
    """A wrong unit in one place and an open ring in another are reported together."""
    text = MINIMAL.replace("down: 512 kbit/s", "down: 512").replace(", west-north]", "]")
    with pytest.raises(TopologyError) as raised:
        read(text, "x.yaml")
    assert [problem.path for problem in raised.value.problems] == ["rings.main.spans", "profiles.dsl-512.down"]


def test_a_wrong_entry_is_not_reported_twice() -> None:
    """References to an entry that is itself wrong are no problems of their own, nor is what follows from it."""
    text = MINIMAL
    for good in ("north-east: {ends: [north, east], capacity: 100 Mbit/s", "[east, west], capacity: 100 Mbit/s"):
        text = text.replace(good, good.removesuffix("00 Mbit/s"))
    with pytest.raises(TopologyError) as raised:
        read(text, "x.yaml")
    paths = [problem.path for problem in raised.value.problems]
    assert paths == ["spans.north-east.capacity", "spans.east-west.capacity"]


@pytest.mark.parametrize("name", ["minimal", "castres-mazamet"])
def test_the_topologies_are_good(name: str) -> None:
    """The files that come with the program are read without a problem and name the schema."""
    path = TOPOLOGIES / f"{name}.yaml"
    assert load(path).name == name
    assert path.read_text(encoding="utf-8").startswith("# yaml-language-server: $schema=schema.json\n")
