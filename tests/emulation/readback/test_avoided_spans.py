"""The spans that forwarding may avoid: cut ones, and restored ones until the wait to restore is over."""

from __future__ import annotations

from dataclasses import replace

from tests.plan.blueprints import blueprint_of
from twin.core.units import NS_PER_S, Time
from twin.emulation.readback.avoided_spans import AvoidedSpans
from twin.plan.blueprint import Blueprint


def ring(wait_s: int = 10) -> Blueprint:
    """Three switches, and a wait to restore."""
    plain = blueprint_of(3, [(0, 1, 1000), (1, 2, 1000), (2, 0, 1000)])
    return replace(plain, protection=replace(plain.protection, wait_to_restore=Time(wait_s * NS_PER_S)))


def test_a_restored_span_may_be_avoided_until_the_wait_is_over() -> None:
    """While it waits, forwarding may have reverted or not; later it has. Spans revert in the order of their return."""
    spans = AvoidedSpans()
    assert spans.possible(ring(), 0.0) == (frozenset(),)
    spans.note(["a", "b", "c"], 1.0, cut=True)
    assert spans.possible(ring(), 2.0) == (frozenset("abc"),)
    spans.note(["b"], 3.0, cut=False)
    spans.note(["a"], 4.0, cut=False)
    assert spans.possible(ring(), 5.0) == (frozenset("c"), frozenset("ac"), frozenset("abc"))
    assert spans.possible(ring(), 18.5) == (frozenset("c"), frozenset("ac"))
    assert spans.possible(ring(), 60.0) == (frozenset("c"),)


def test_what_was_not_cut_is_not_restored_and_a_new_cut_ends_the_wait() -> None:
    """A degraded span that is mended was never avoided."""
    spans = AvoidedSpans()
    spans.note(["a"], 1.0, cut=False)
    assert spans.possible(ring(), 1.0) == (frozenset(),)
    spans.note(["a"], 2.0, cut=True)
    spans.note(["a"], 3.0, cut=False)
    spans.note(["a"], 4.0, cut=True)
    assert spans.possible(ring(), 4.0) == (frozenset("a"),)


def test_without_a_controller_nothing_is_rerouted() -> None:
    """Switches keep the rules that they have."""
    spans = AvoidedSpans()
    spans.note(["a"], 1.0, cut=True)
    assert spans.possible(replace(ring(), controlled=False), 2.0) == (frozenset(),)
