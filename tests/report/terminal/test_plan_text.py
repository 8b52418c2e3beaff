"""A plan as text: what is equal stands once, and nothing is lost by it."""

from __future__ import annotations

import subprocess
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.report.territory import network
from twin.judge.verdicts.planned_performance import planned_performance
from twin.plan import plan
from twin.report.terminal import plan as report
from twin.report.terminal.folding import braced, fold


@pytest.mark.parametrize(("names", "short"), [
    (["homes-1", "homes-2", "homes-3"], "homes-{1..3}"),
    (["homes-1.call.up", "homes-2.call.up"], "homes-{1..2}.call.up"),
    (["homes-10", "homes-2", "homes-9", "homes-1"], "homes-{{1..2},{9..10}}"),
    (["homes-1", "homes-3", "homes-7"], "homes-{1,3,7}"),
    (["ring", "homes-1", "span-b"], "ring, homes-1, span-b"),
    (["a-1-1", "a-1-2", "b-1"], "a-1-{1..2}, b-1"),
])
def test_names_are_short(names: list[str], short: str) -> None:
    """By the numbers of lines."""
    assert braced(names) == short


@given(st.sets(st.tuples(st.sampled_from(["a-", "b-1-"]), st.integers(1, 30), st.sampled_from(["", ".call.up"]))))
def test_a_shell_expands_them_again(parts: set[tuple[str, int, str]]) -> None:
    """The notation is that of bash."""
    names = {f"{before}{number}{after}" for before, number, after in parts}
    words = braced(sorted(names)).replace(",", " ").split() if not names else braced(sorted(names)).split(", ")
    shown = subprocess.run(["bash", "-c", f"echo {' '.join(words)}"], capture_output=True, text=True, check=True)
    assert sorted(shown.stdout.split()) == sorted(names)


def test_what_differs_is_not_folded() -> None:
    """Equal contents come once, in the order of the first; others stay apart."""
    assert fold([("a-1", "x"), ("b", "y"), ("a-2", "x"), ("a-3", "z")]) == [("a-{1..2}", "x"), ("b", "y"), ("a-3", "z")]


def test_many_equal_lines_take_no_more_room_than_two() -> None:
    """Spans, schedulers, hosts and flows; one with another rate stands on its own."""
    few = network()
    group = few.lines[0]
    texts = []
    for emulated in (2, 9):
        grown = replace(few, lines=(replace(group, emulated=emulated, subscribers=9), *few.lines[1:]))
        texts.append(report.text(planned_performance(grown, plan(grown))))
    lengths = [len(text.splitlines()) for text in texts]
    assert lengths[0] == lengths[1]
    for name in (f"{group.name}-{{1..9}} ", f"{group.name}-{{1..9}}.", "    its line "):
        assert name in texts[1]
