"""Which points a study has: the values of its parameters, crossed with its policies, cuts, stages and seeds. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import product
from math import prod
from typing import cast

from twin.core.errors import Place
from twin.core.seeds import stream
from twin.jobs.sweep.levels import at, shown, steps_of
from twin.jobs.sweep.study import Cross, LatinHypercube, Listed, Parameter, Study
from twin.model.yaml.nodes import MappingNode, Node

INTACT = "none"
"""How the intact network is called among cuts."""
CROSSED = ("policy", "cut", "stage", "seed")
"""What every study may vary beside its parameters."""


@dataclass(frozen=True, slots=True)
class Assignment:
    """The values of one point. values: of each parameter, by name. policy, cut, stage: "" for the description's own,
    for none, and for the one that a computation takes by itself."""

    number: int
    values: Mapping[str, Node]
    policy: str
    cut: str
    stage: str
    seed: int

    def settings(self, study: Study) -> dict[str, str]:
        """All that varies in the study, as it is written, in the order of `parameter_names`."""
        crossed = {"policy": self.policy, "cut": self.cut or INTACT, "stage": self.stage, "seed": str(self.seed)}
        return {name: shown(self.values[name]) if name in self.values else crossed[name]
                for name in parameter_names(study)}


def parameter_names(study: Study) -> tuple[str, ...]:
    """All that varies in a study: its parameters, then what is crossed with them."""
    several = {"policy": study.policies, "cut": study.cuts, "stage": study.stages, "seed": study.seeds[1:]}
    return (*(str(parameter.name) for parameter in study.parameters), *(name for name in CROSSED if several[name]))


def point_count(study: Study, place: Place) -> int:
    """How many points a study has. Raises NoRange."""
    return _design_points(study, place) * len(_crossed(study))


def assignments(study: Study, place: Place) -> Iterator[Assignment]:
    """The points of a study, in order; place: where values of ranges are said to stand. Raises NoRange."""
    crossed = _crossed(study)
    number = 0
    for values in _rows(study, place):
        for policy, cut, stage, seed in crossed:
            number += 1
            yield Assignment(number, values, policy, "" if cut == INTACT else cut, stage, seed)


def _crossed(study: Study) -> list[tuple[str, str, str, int]]:
    """Every policy with every cut, stage and seed."""
    return list(product(study.policies or ("",), study.cuts or (INTACT,), study.stages or ("",), study.seeds))


def _design_points(study: Study, place: Place) -> int:
    match study.design:
        case Cross():
            return prod(len(steps_of(parameter, place)) for parameter in study.parameters)
        case LatinHypercube(points) | Listed(points):
            return points if isinstance(points, int) else len(points)


def _rows(study: Study, place: Place) -> Iterator[dict[str, Node]]:
    """The values of the parameters, point by point."""
    names = [str(parameter.name) for parameter in study.parameters]
    match study.design:
        case Cross():
            for row in product(*(steps_of(parameter, place) for parameter in study.parameters)):
                yield dict(zip(names, row, strict=True))
        case LatinHypercube(points, draw_seed):
            columns = [_column(parameter, points, draw_seed, place) for parameter in study.parameters]
            yield from (dict(zip(names, row, strict=True)) for row in zip(*columns, strict=True))
        case Listed(listed):
            for point in listed:
                written = {key.text: value for key, value in cast(MappingNode, point).entries}
                yield {name: written[name] for name in names}


def _column(parameter: Parameter, points: int, draw_seed: int, place: Place) -> Iterator[Node]:
    """One value in each of as many equal strata as there are points, in random order (McKay et al. 1979)."""
    random = stream(draw_seed, f"latin hypercube {parameter.name}")
    strata = list(range(points))
    random.shuffle(strata)
    for stratum in strata:
        yield at(parameter, (stratum + random.random()) / points, place)
