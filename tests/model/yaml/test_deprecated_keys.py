"""Keys that have another name now are still read, with a warning."""

import json
import warnings
from pathlib import Path

import pytest

from twin.cli import main
from twin.core.errors import DeprecatedKey, TopologyError
from twin.model.yaml import read

COLOURS = Path(__file__).parents[3] / "benchmarks/networks/colours.yaml"
MINIMAL = COLOURS.parents[2] / "topologies/minimal.yaml"
PRESENT = COLOURS.read_text(encoding="utf-8")
FORMER = PRESENT.replace("colour-aware: true", "aware: true")
WARNING = "bandwidth-profiles.believing.aware: is deprecated; write colour-aware"


def test_a_former_key_is_read_as_the_present_one() -> None:
    """The network is the same, and one warning says where the key is and what it is called now."""
    with pytest.warns(DeprecatedKey) as warned:
        former = read(FORMER, "colours.yaml")
    assert [str(warning.message).partition(" ")[2] for warning in warned] == [WARNING]
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert former == read(PRESENT, "colours.yaml")


def test_a_former_section_and_its_references_are_read() -> None:
    """The section of bandwidth profiles and the profiles that name them; only the first use is a warning."""
    with pytest.warns(DeprecatedKey) as warned:
        former = read(PRESENT.replace("bandwidth-profiles", "contracts"), "colours.yaml")
    assert former == read(PRESENT, "colours.yaml")
    assert [str(warning.message) for warning in warned] == [
        "colours.yaml:26:1 contracts: is deprecated; write bandwidth-profiles"]


def test_both_names_at_once_are_refused() -> None:
    """It would not be clear which of the two counts."""
    with pytest.raises(TopologyError, match="aware: is an unknown key"):
        read(PRESENT.replace("colour-aware: true", "colour-aware: true, aware: true"), "colours.yaml")


@pytest.mark.parametrize(("section", "line", "warning"), [
    ("spans", "north-east: {ends: [north, east], capacity: 100 Mbit/s, length: 5 km", "spans.north-east.loss"),
    ("profiles", "dsl-512: {down: 512 kbit/s, up: 256 kbit/s, delay: 5 ms, length: 2 km", "profiles.dsl-512.loss"),
    ("uplinks", "capacity: 100 Mbit/s, length: 100 m", "dslams.east-dslam.uplink.loss"),
])
def test_a_former_loss_is_an_impairment(section: str, line: str, warning: str) -> None:
    """Of spans, profiles and uplinks, with the key to write."""
    text = MINIMAL.read_text(encoding="utf-8")
    assert line in text, section
    with pytest.warns(DeprecatedKey) as warned:
        former = read(text.replace(line, f"{line}, loss: 0.5 %"), "minimal.yaml")
    assert former == read(text.replace(line, f"{line}, impairments: {{loss: 0.5 %}}"), "minimal.yaml")
    assert f"{warning}: is deprecated; write impairments: {{loss: ...}}" in str(warned[0].message)


def test_a_former_loss_of_a_fault_is_an_impairment() -> None:
    """Of a degraded span."""
    text = MINIMAL.read_text(encoding="utf-8") + "faults:\n  - {at: 1 s, kind: degrade, span: east-west, KEY}\n"
    with pytest.warns(DeprecatedKey):
        former = read(text.replace("KEY", "loss: 1 %"), "minimal.yaml")
    assert former == read(text.replace("KEY", "impairments: {loss: 1 %}"), "minimal.yaml")


def test_check_lists_warnings(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """On standard error once, and in JSON."""
    file = tmp_path / "colours.yaml"
    file.write_text(FORMER, encoding="utf-8")
    assert main(["check", str(file), "--json"]) == 0
    printed = capsys.readouterr()
    assert printed.err.count(WARNING) == 1 and printed.err.startswith("twin: warning: ")
    assert [warning.partition(" ")[2] for warning in json.loads(printed.out)["warnings"]] == [WARNING]
