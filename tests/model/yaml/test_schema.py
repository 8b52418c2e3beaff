"""The JSON Schema: current, valid, and in agreement with the loader."""

from __future__ import annotations

import json
from pathlib import Path

import jsonschema
import pytest

from twin.model.yaml.json_schema import schema, schema_text
from twin.model.yaml.node_tree import compose
from twin.model.yaml.nodes import simplify
from twin.model.yaml.problems import ProblemCollector

TOPOLOGIES = Path(__file__).parents[3] / "topologies"
VALIDATOR = jsonschema.Draft202012Validator(schema())


def wrong(text: str) -> list[str]:
    tree = simplify(compose(text, "x.yaml", ProblemCollector()))
    return sorted("/".join(map(str, error.absolute_path)) for error in VALIDATOR.iter_errors(tree))


def test_the_schema_is_valid_and_current() -> None:
    """topologies/schema.json is what the model says; write it anew with `twin schema > topologies/schema.json`."""
    jsonschema.Draft202012Validator.check_schema(schema())
    assert (TOPOLOGIES / "schema.json").read_text(encoding="utf-8") == schema_text()


@pytest.mark.parametrize("path", sorted(TOPOLOGIES.glob("*.yaml")), ids=lambda path: path.stem)
def test_the_topologies_agree_with_the_schema(path: Path) -> None:
    """An editor finds nothing wrong in the files that come with the program."""
    assert wrong(path.read_text(encoding="utf-8")) == []


def test_an_editor_sees_what_the_loader_refuses() -> None:
    """Unknown keys, bare numbers, wrong units, wrong names and values outside limits are wrong for the schema too, and
    keys of another activity, and the lack of one that an activity needs."""
    text = (TOPOLOGIES / "minimal.yaml").read_text(encoding="utf-8")
    for good, bad in [("down: 512 kbit/s", "down: 512"), ("down: 512 kbit/s", "down: 512 Kbit/s"),
                      ("weight: 1", "weight: 0"), ("dscp: EF", "dscp: EG"), ("twin: 1", "twin: 2"),
                      ("strict: true", "strict: yes"), ("name: minimal", "name: Minimal!"),
                      ("activity: download", "activity: idle"), ("activity: download", "activity: film"),
                      ("activity: download", "activity: download, codec: G.711"),
                      ("title: Softswitch", "titel: Softswitch"), ("[north, east]", "[north]")]:
        assert good in text
        assert wrong(text.replace(good, bad, 1)), bad


def test_every_default_and_example_is_a_value_of_its_key() -> None:
    """What the schema offers for completion is itself right."""
    whole = schema()
    checked = 0
    for definition in (whole, *whole["$defs"].values()):
        for key in definition.get("properties", {}).values():
            for offered in [*key.get("examples", []), *([key["default"]] if "default" in key else [])]:
                jsonschema.Draft202012Validator({**key, "$defs": whole["$defs"]}).validate(offered)
                checked += 1
    assert checked > 60


def test_the_schema_is_plain_json() -> None:
    """Reading the text gives the same values."""
    assert json.loads(schema_text()) == schema()
