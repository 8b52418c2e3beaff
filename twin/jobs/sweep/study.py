"""What a study is: its YAML keys, as frozen records. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import ClassVar

from twin.jobs.sweep.computations import Computation
from twin.judge.sweep.drawings import Drawn
from twin.model import Name
from twin.model.yaml_field_metadata import Verbatim, yaml_key, yaml_variants

FORMAT = 1
"""The version of the format of studies."""


class DesignKind(StrEnum):
    """How points are chosen."""

    CROSS = "cross"
    """Every value of each parameter with every value of the others."""
    LATIN_HYPERCUBE = "latin-hypercube"
    """Points at random, so that each parameter alone is spread evenly (McKay, Beckman and Conover 1979)."""
    LIST = "list"
    """The points that are written."""


class Spacing(StrEnum):
    """How values lie between the ends of a range."""

    LINEAR = "linear"
    LOGARITHMIC = "logarithmic"


@dataclass(frozen=True, slots=True)
class Parameter:
    """What varies: a key of the description, in a list of values or a range."""

    name: Name
    key: str = yaml_key("The key of the description, by its path; * stands for all names or numbers there.",
                        example="profiles.dsl-512.down")
    values: tuple[Verbatim, ...] = yaml_key("The values that it takes.", default=(), example="[512 kbit/s, 1 Mbit/s]")
    low: Verbatim | None = yaml_key("The lower end of a range, instead of values.", default=None, key="from",
                                    example="256 kbit/s")
    high: Verbatim | None = yaml_key("Its upper end, in the same unit.", default=None, key="to", example="2048 kbit/s")
    steps: int = yaml_key("How many values of a range a full cross takes, its ends among them.", default=0, least=2,
                          most=1000, example="5")
    spacing: Spacing = yaml_key("How values lie in a range.", default=Spacing.LINEAR)


@dataclass(frozen=True, slots=True)
class Cross:
    """Every value of each parameter with every value of the others."""

    design: ClassVar[DesignKind] = DesignKind.CROSS


@dataclass(frozen=True, slots=True)
class LatinHypercube:
    """Points at random, so that each parameter alone is spread evenly."""

    design: ClassVar[DesignKind] = DesignKind.LATIN_HYPERCUBE

    points: int = yaml_key("How many points.", least=2, most=1_000_000, example="200")
    draw_seed: int = yaml_key("What the points are drawn from.", default=1, example="1")


@dataclass(frozen=True, slots=True)
class Listed:
    """The points that are written."""

    design: ClassVar[DesignKind] = DesignKind.LIST

    points: tuple[Verbatim, ...] = yaml_key("The points, each with the value of every parameter.",
                                            example="[{rate: 512 kbit/s, homes: 2}]")


@dataclass(frozen=True, slots=True)
class Computed:
    """What is computed for every point."""

    computation: Computation = yaml_variants("What is computed.", key="kind")


@dataclass(frozen=True, slots=True)
class Study:
    """Which points of a network are computed, and what for each. Policies, cuts, stages and seeds are crossed with the
    design."""

    study: int = yaml_key("Version of the format.", least=FORMAT, most=FORMAT, example="1")
    network: str = yaml_key("The description, by its path from the study's folder.", example="minimal.yaml")
    compute: tuple[Computed, ...] = yaml_key("What is computed for every point.", example="[{kind: theory}]")
    design: Cross | LatinHypercube | Listed = yaml_variants("How the points are chosen.", key="design")
    parameters: tuple[Parameter, ...] = yaml_key("What varies.", default=())
    seeds: tuple[int, ...] = yaml_key("The seeds of every point.", default=(1,), example="[1, 2, 3]")
    policies: tuple[Name, ...] = yaml_key("Policies under which every point is computed; by default the description's "
                                          "own.", default=(), example="[strict, none]")
    draw: tuple[Drawn, ...] = yaml_key("Pictures of all points.", default=(),
                                       example="[{kind: effects, of: theory.call.mean-delay}]")
    cuts: tuple[Name, ...] = yaml_key("Spans and nodes that are cut, one at a time; none for the intact network.",
                                      default=(), example="[none, north-east]")
    stages: tuple[Name, ...] = yaml_key("Stages of the demand, for sizing and cost.", default=(),
                                        example="[launch, mature]")
