"""Which points a study has."""

from __future__ import annotations

from dataclasses import replace
from itertools import product
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from tests.jobs.sweep.studies import RATES, study_file
from twin.core.errors import Place
from twin.jobs.sweep.design import assignments, parameter_names, point_count
from twin.jobs.sweep.levels import Range, shown
from twin.jobs.sweep.study import Cross, LatinHypercube, Parameter, Spacing, Study
from twin.jobs.sweep.study_file import read_study
from twin.model import Name
from twin.model.yaml.nodes import ScalarNode
from twin.model.yaml_field_metadata import Verbatim

HERE = Place("study.yaml", 1, 1)


def parameter(name: str, low: str, high: str) -> Parameter:
    """A parameter over a range."""
    ends = [Verbatim(ScalarNode(HERE, text, plain=True)) for text in (low, high)]
    return Parameter(Name(name), "key", (), ends[0], ends[1], steps=3)


def test_a_cross_has_every_combination_once(tmp_path: Path) -> None:
    """Of parameters, policies and seeds; the last varies fastest."""
    whole = read_study(study_file(tmp_path, RATES.replace("policies", "seeds: [1, 2]\npolicies")))
    rows = [tuple(assignment.settings(whole.study).values()) for assignment in assignments(whole.study, whole.place)]
    assert rows == [(down, homes, policy, seed) for down, homes, policy, seed in product(
        ("512 kbit/s", "1 Mbit/s", "2 Mbit/s"), ("1", "4"), ("strict", "none"), ("1", "2"))]
    assert parameter_names(whole.study) == ("down", "homes", "policy", "seed")
    assert point_count(whole.study, whole.place) == len(rows)


@given(points=st.integers(2, 60), seed=st.integers(0, 5))
def test_a_latin_hypercube_has_one_point_in_each_stratum(points: int, seed: int) -> None:
    """Of each parameter alone (McKay, Beckman and Conover 1979); another seed is another draw."""
    study = Study(1, "n", (), LatinHypercube(points, seed),
                  (parameter("a", "0.0", "1.0"), parameter("b", "10 ms", "20 ms")))
    rows = [assignment.values for assignment in assignments(study, HERE)]
    for name, low, width in (("a", 0.0, 1.0), ("b", 10.0, 10.0)):
        values = [float(shown(row[name]).split()[0]) for row in rows]
        assert sorted(int(((value - low) / width) * points * (1 - 1e-6)) for value in values) == [*range(points)]
    assert len(rows) == points == point_count(study, HERE)
    other = [*assignments(replace(study, design=LatinHypercube(points, seed + 1)), HERE)]
    assert points < 4 or [assignment.values for assignment in other] != rows


def test_values_within_a_range() -> None:
    """Linear or logarithmic, in the unit of its ends; whole where both ends are, and without an exponent."""
    assert [Range(1, 5, "Mbit/s", False, Spacing.LINEAR).text(part) for part in (0, 0.5, 1)] == [
        "1 Mbit/s", "3 Mbit/s", "5 Mbit/s"]
    assert Range(1, 10000, "ms", False, Spacing.LOGARITHMIC).text(0.5) == "100 ms"
    assert Range(1, 4, "", True, Spacing.LINEAR).text(0.5) == "2"
    assert Range(0.0000001, 1, "%", False, Spacing.LOGARITHMIC).text(0) == "0.0000001 %"


def test_a_study_without_parameters_is_one_point() -> None:
    """The description as it is."""
    study = Study(1, "n", (), Cross())
    assert [assignment.settings(study) for assignment in assignments(study, HERE)] == [{}]
