"""Policies: what each class gets on a span, and what does not fit."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from twin.core import units
from twin.core.errors import TopologyError
from twin.core.units import PPM, Rate, Ratio
from twin.model import ClassPart, Discipline, Dscp, Name, Network, Policy, Scheduling, ServiceClass
from twin.plan import plan
from twin.plan.blueprint import Band, LinkLayer
from twin.plan.qos.band_shares import BAND_SHARES
from twin.plan.qos.policies import class_parts, guaranteed_parts, named
from twin.plan.qos.schedulers import class_order, scheduler

LINE = Rate(1_000_000)


def bands(network: Network, policy: Policy) -> tuple[Band, ...]:
    """The bands before a span of 1 Mbit/s."""
    return scheduler(class_order(network), policy, LINE, LinkLayer()).bands


def policy(kind: Scheduling, **parts: ClassPart) -> Policy:
    """A policy of a test's own."""
    return Policy(Name("mine"), kind, tuple(parts.values()))


def test_a_network_uses_its_own_policy(network: Network) -> None:
    """Without a word, strict priority; by name, one of its own or one that every network has."""
    mine = policy(Scheduling.DRR)
    assert plan(network).policy == Policy.QOS == named(network, "strict")
    assert plan(replace(network, policies=(mine,), policy=Name("mine"))).policy == mine
    assert plan(network, named(network, "htb")).spans[0].a.scheduler is not None


@pytest.mark.parametrize(("kind", "quanta"), [(Scheduling.STRICT, [0, 4, 1]), (Scheduling.DRR, [1, 4, 1])])
def test_weights_are_full_packets_a_round(network: Network, kind: Scheduling, quanta: list[int]) -> None:
    """A strict class has none; under deficit round robin nobody is strict."""
    assert [band.quantum for band in bands(network, policy(kind))] == [1514 * weight for weight in quanta]


def test_every_kind_of_policy_has_shares() -> None:
    """A row of the table each."""
    assert set(BAND_SHARES) == set(Scheduling)


def test_parts_follow_from_the_classes(network: Network) -> None:
    """Strict classes may count on 40 %, the others on the rest by weight; what is spare goes round alike."""
    planned = bands(network, policy(Scheduling.HTB))
    assert [band.guarantee for band in planned] == [400_000, 480_000, 120_000]
    assert [band.priority for band in planned] == [0, 1, 1]
    assert [band.quantum for band in planned] == [1514 * 400 // 120, 1514 * 4, 1514]
    assert {band.ceiling for band in planned} == {0}


def test_what_a_policy_says_goes_before(network: Network) -> None:
    """Part, ceiling, priority, delay and the discipline of a queue, class by class."""
    voice = ClassPart(Name("voice"), part=units.ratio("20 %"), ceiling=units.ratio("50 %"), priority=3)
    bulk = ClassPart(Name("bulk"), discipline=Discipline.CAKE)
    first, second, last = bands(network, policy(Scheduling.HTB, voice=voice, bulk=bulk))
    assert (first.guarantee, first.ceiling, first.priority) == (200_000, 500_000, 3)
    assert (second.guarantee, last.guarantee) == (640_000, 160_000)
    assert (second.discipline, last.discipline) == (Discipline.FIFO, Discipline.CAKE)


@given(st.lists(st.tuples(st.booleans(), st.integers(1, 100), st.none() | st.integers(1_000, 100_000)), min_size=1,
                max_size=8))
def test_parts_are_never_more_than_all(drawn: list[tuple[bool, int, int | None]]) -> None:
    """Whatever is strict, weighs or is said: all parts together are the span at most, and nearly that."""
    classes = [ServiceClass(Name(f"c{n}"), Dscp(n), strict, weight) for n, (strict, weight, _) in enumerate(drawn)]
    stated = tuple(ClassPart(Name(f"c{n}"), part=Ratio(share)) for n, (*_, share) in enumerate(drawn) if share)
    guaranteed = guaranteed_parts(classes, class_parts(classes, Policy(Name("p"), Scheduling.HTB, stated)))
    assert sum(guaranteed.values()) <= PPM
    assert len(stated) == len(classes) or sum(guaranteed.values()) >= PPM - len(classes)


def test_a_delay_that_a_span_cannot_hold_is_refused(network: Network) -> None:
    """600 bytes in 5 ms are 960 kbit/s: too much for a line of 512, and the message says so."""
    voice = ClassPart(Name("voice"), delay=units.time("5 ms"), burst=units.size("600 B"))
    with pytest.raises(TopologyError, match=r"lines.town: policy mine asks for 1.267 Mbit/s .* of 512 kbit/s"):
        plan(network, policy(Scheduling.HFSC, voice=voice))
