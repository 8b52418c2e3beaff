"""A value is written at a path of a description."""

from __future__ import annotations

import pytest

from twin.core.errors import Place
from twin.jobs.sweep.settings import NoSuchPath, with_value
from twin.model.yaml.node_tree import compose
from twin.model.yaml.nodes import ScalarNode, simplify
from twin.model.yaml.problems import ProblemCollector

TEXT = "a: {b: 1, c: [2, 3]}\nd: {x: {e: 4}, y: {e: 5}}\n"


@pytest.mark.parametrize(("path", "then"), [
    ("a.b", {"a": {"b": 9, "c": [2, 3]}, "d": {"x": {"e": 4}, "y": {"e": 5}}}),
    ("a.c[1]", {"a": {"b": 1, "c": [2, 9]}, "d": {"x": {"e": 4}, "y": {"e": 5}}}),
    ("a.c[*]", {"a": {"b": 1, "c": [9, 9]}, "d": {"x": {"e": 4}, "y": {"e": 5}}}),
    ("d.*.e", {"a": {"b": 1, "c": [2, 3]}, "d": {"x": {"e": 9}, "y": {"e": 9}}}),
    ("new.key", {"a": {"b": 1, "c": [2, 3]}, "d": {"x": {"e": 4}, "y": {"e": 5}}, "new": {"key": 9}}),
])
def test_a_path_leads_to_keys_items_and_every_entry(path: str, then: object) -> None:
    """What is not there is added; everything else stays."""
    root, nine = compose(TEXT, "f", ProblemCollector()), ScalarNode(Place("study"), "9", plain=True)
    assert simplify(with_value(root, path, nine)) == then


@pytest.mark.parametrize("path", ["a.b.c", "a.c[2]", "a.c.b", "d.z.e", "", ".a", "a..b", "a[b]"])
def test_a_path_that_leads_nowhere_is_refused(path: str) -> None:
    """It goes on from a single value, past the end of a list, or is no path."""
    with pytest.raises(NoSuchPath):
        with_value(compose(TEXT, "f", ProblemCollector()), path, ScalarNode(Place("study"), "9", plain=True))
