"""QoS policies: how the service classes share every span; several may be described, and compared on the same load."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import ClassVar

from twin.core.units import Ratio, Size, Time
from twin.model.service_class import Discipline
from twin.model.yaml_field_metadata import Name, basis, yaml_key


class Scheduling(StrEnum):
    """What decides whose packet leaves next."""

    NONE = "none"
    """One queue, first come first served; marks mean nothing."""
    STRICT = "strict"
    """Strict classes first, in the order of their marks; the others share the rest by weight (deficit round robin)."""
    DRR = "drr"
    """All classes share by weight, none is first (deficit round robin: Shreedhar and Varghese 1995)."""
    HTB = "htb"
    """Each class has a part of its own and borrows what others leave, by priority and part, up to its ceiling
    (hierarchical token bucket)."""
    HFSC = "hfsc"
    """Each class has a part of its own and may have a delay for its bursts that does not follow from the part
    (hierarchical fair service curve: Stoica, Zhang and Ng 1997)."""


@dataclass(frozen=True, slots=True)
class ClassPart:
    """What one service class gets under a policy; defaults follow from the class itself."""

    service_class: Name = yaml_key("The service class.", refers=("classes",), key="class")
    weight: int | None = yaml_key("Its weight among classes that are not strict (strict, drr); by default the class's.",
                                  default=None, least=1, most=100, example="4")
    part: Ratio | None = yaml_key("Its guaranteed part of a span's rate (htb, hfsc); by default the strict classes "
                                  "share 40 % equally, the others the rest by weight.", default=None, least=1_000,
                                  most=1_000_000, example="20 %")
    ceiling: Ratio = yaml_key("Its maximum part of a span's rate (htb; of hfsc the upper limit of what it gets beyond "
                              "its guarantee).", default=Ratio(1_000_000), least=1_000, most=1_000_000, example="50 %")
    link_share: Ratio | None = yaml_key("Its share of what guarantees leave, against the others of its parent (hfsc); "
                                        "by default its part.", default=None, least=1_000, most=1_000_000,
                                        example="30 %")
    parent: Name | None = yaml_key("The parent class from which it borrows first (htb, hfsc).", default=None,
                                   example="premium")
    priority: int | None = yaml_key("Priority for borrowing, 0 first (htb); by default 0 if strict, else 1.",
                                    default=None, least=0, most=7)
    delay: Time | None = yaml_key("Delay bound of a burst (hfsc).", default=None, least=10_000,
                                  most=10_000_000_000, example="5 ms")
    burst: Size | None = yaml_key("Size of that burst (hfsc): bytes at the layer of the span.", default=None,
                                  least=64, most=10_000_000, example="600 bytes")
    discipline: Discipline | None = yaml_key("Queue discipline; by default the class's.", default=None)


@dataclass(frozen=True, slots=True)
class ParentClass:
    """What several service classes share under a policy of htb or hfsc: what one of them leaves of it goes to the
    others first (the link-sharing of Floyd and Jacobson 1995)."""

    name: Name = yaml_key("Its name.", example="premium")
    part: Ratio = yaml_key("Its guaranteed part of a span's rate, its children's included; under hfsc also its share "
                           "of what guarantees leave.", least=1_000, most=1_000_000, example="60 %")
    ceiling: Ratio = yaml_key("Its maximum part of a span's rate.", default=Ratio(1_000_000), least=1_000,
                              most=1_000_000, example="80 %")
    parent: Name | None = yaml_key("Its own parent, from which it borrows first.", default=None)


@dataclass(frozen=True, slots=True)
class Policy:
    """How every span is shared by the service classes."""

    NONE: ClassVar[Policy]
    """The baseline: one queue on every span."""
    QOS: ClassVar[Policy]
    """What a network uses that names no policy."""

    name: Name
    scheduler: Scheduling = yaml_key("What selects the next packet.")
    parts: tuple[ClassPart, ...] = yaml_key("What single classes get, where the defaults of the class do not fit.",
                                            default=())
    parents: tuple[ParentClass, ...] = yaml_key("Parent classes, which make a hierarchy of the classes (htb, hfsc).",
                                                default=())
    basis: str = basis()


BUILT_IN = {kind.value: Policy(Name(kind.value), kind) for kind in Scheduling}
"""A policy for each kind of scheduler, under its name, that every network has without a word."""
Policy.NONE, Policy.QOS = BUILT_IN[Scheduling.NONE], BUILT_IN[Scheduling.STRICT]
