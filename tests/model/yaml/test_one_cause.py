"""One problem for one cause, named as what it is: each case is a good file with one thing wrong."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from twin.core import units
from twin.core.errors import Problem, TopologyError
from twin.core.records import from_plain, to_plain
from twin.model import Network
from twin.model.yaml import read
from twin.model.yaml.file_source import text_of
from twin.plan import plan

MINIMAL = (Path(__file__).parents[3] / "topologies" / "minimal.yaml").read_text(encoding="utf-8")
SECTIONS = ("sites", "switches", "spans", "dslams", "head-ends", "classes", "services", "profiles", "workloads",
            "lines")


def problems(text: str) -> tuple[Problem, ...]:
    """What is wrong with a text."""
    with pytest.raises(TopologyError) as raised:
        read(text, "x.yaml")
    return raised.value.problems


def without(section: str) -> str:
    """The good file without a section."""
    return re.sub(rf"(?m)^{section}:.*\n(?:[ #].*\n|\n)*", "", MINIMAL)


@pytest.mark.parametrize("section", SECTIONS)
def test_a_missing_section_is_one_problem(section: str) -> None:
    """Whatever refers to its entries."""
    (problem,) = problems(without(section))
    assert problem.path == section and problem.reason.startswith("is missing") and problem.place.line > 0


@pytest.mark.parametrize(("section", "other"), [("spans", "links"), ("switches", "nodes"), ("lines", "subscribers")])
def test_a_section_by_another_word_is_one_problem(section: str, other: str) -> None:
    """With the word that is meant."""
    (problem,) = problems(MINIMAL.replace(f"\n{section}:", f"\n{other}:"))
    assert (problem.path, problem.remedy) == (other, f'did you mean "{section}"?')


@pytest.mark.parametrize(("right", "wrong", "reason", "remedy"), [
    ("\n  homes:", "\n\thomes:", "a tab indents this line", "indent with spaces"),
    ("down: 512 kbit/s", "down: 1,5 Mbit/s", "has a decimal comma, which ends a value", 'write "1.5 Mbit/s"'),
    ("down: 512 kbit/s", 'down: "1,5 Mbit/s"', '"1,5 Mbit/s" has a decimal comma', 'write "1.5 Mbit/s"'),
    ("at: east-dslam,", "<<: {at: east-dslam},", "is a merge key, which YAML 1.2 does not have", "write the keys out, "
     "or repeat a whole value by an alias"),
    ("site: north}", "site:north}", "has no blank after the colon", 'write "site: north"'),
    ("\nname: minimal", "\nname:minimal", "a blank is missing after the colon", 'write "name: minimal"'),
    ("\nname: minimal", "\nname:\xa0minimal", "a no-break space stands after the colon", 'write "name: minimal"'),
    ("\nname: minimal", '\nname: "minimal', "this quotation mark is never closed", "close it"),
    ("capacity: 100 Mbit/s, length: 5 km", "bandwidth: 100 Mbit/s, length: 5 km", "is an unknown key",
     'did you mean "capacity"?'),
    ("profile: dsl-512", "offer: dsl-512", "is an unknown key", 'did you mean "profile"?'),
])
def test_what_is_wrong_is_named(right: str, wrong: str, reason: str, remedy: str) -> None:
    """As one problem, where it stands, with the remedy."""
    assert right in MINIMAL
    text = MINIMAL.replace(right, wrong, 1)
    (problem,) = problems(text)
    assert (problem.reason, problem.remedy) == (reason, remedy)
    lines = [number for number, pair in enumerate(zip(MINIMAL.splitlines(), text.splitlines(), strict=True), 1)
             if pair[0] != pair[1]]
    assert [problem.place.line] == lines


@pytest.mark.parametrize(("encoding", "reason"), [("utf-16", "is UTF-16 text"), ("latin-1", "is not UTF-8 text")])
def test_another_encoding_is_named(encoding: str, reason: str) -> None:
    """With the remedy."""
    with pytest.raises(TopologyError, match=f"x.yaml:1:.*{reason}; save the file as UTF-8"):
        text_of("é: 1".encode(encoding), "x.yaml")


@pytest.mark.parametrize(("kind", "written", "unit"), [
    ("rate", "512 kbps", "kbit/s"), ("rate", "2 Mb/s", "Mbit/s"), ("rate", "2 mbit/s", "Mbit/s"),
    ("rate", "1 Gbps", "Gbit/s"), ("rate", "9 bps", "bit/s"), ("rate", "2 M", "Mbit/s"), ("time", "2 sec", "s"),
    ("time", "5 minutes", "min"), ("time", "5 μs", "µs"), ("time", "5 MS", "ms"), ("length", "2 kms", "km"),
    ("length", "3 metres", "m"), ("ratio", "1 percent", "%"), ("size", "64 KB", "kB"), ("power", "-82 dbm", "dBm"),
])
def test_another_spelling_of_a_unit_gets_the_one_that_is_meant(kind: str, written: str, unit: str) -> None:
    """Never taken for it in silence."""
    with pytest.raises(units.UnitError) as raised:
        units.parse(kind, written)
    assert raised.value.remedy == f'did you mean "{unit}"?'


def test_a_rate_in_bytes_is_not_taken_for_one_in_bits() -> None:
    """The remedy says how they differ."""
    with pytest.raises(units.UnitError, match="1 MB/s is 8 Mbit/s"):
        units.rate("2 MB/s")


@pytest.mark.parametrize(("right", "wrong", "line", "path"), [
    ("down: 512 kbit/s", "down: 64 kbit/s", 42, "lines.homes"),
    ("capacity: 100 Mbit/s, length: 100 m", "capacity: 90 kbit/s, length: 100 m", 24, "spans.east-dslam-uplink"),
])
def test_what_the_plan_refuses_stands_where_it_is_written(right: str, wrong: str, line: int, path: str) -> None:
    """Equal lines once, at their line group; the span of an uplink at the uplink."""
    assert right in MINIMAL
    with pytest.raises(TopologyError) as raised:
        plan(read(MINIMAL.replace(right, wrong, 1), "x.yaml"))
    (problem,) = (problem for problem in raised.value.problems if "strict classes" in problem.reason
                  and problem.path == path)
    assert (problem.place.file, problem.place.line) == ("x.yaml", line) and problem.place.column > 0


def test_where_a_network_was_read_is_no_part_of_it() -> None:
    """Another file of the same content is the same network, and what is stored has no places."""
    first, other = read(MINIMAL, "one.yaml"), read(f"# a line more\n{MINIMAL}", "other.yaml")
    assert first == other and first.source != other.source
    assert "source" not in to_plain(first) and from_plain(Network, to_plain(first)) == first
