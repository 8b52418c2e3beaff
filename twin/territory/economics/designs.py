"""Cost against targets held: the network as it is described, then with one upgrade after the other."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from math import inf

import numpy as np

from twin.core.units import PPM
from twin.model import Stage
from twin.territory.economics.accounts import SCALE, Book, Floats
from twin.territory.economics.assets import PER_LINE, Asset
from twin.territory.economics.results import Design
from twin.territory.sizing.results import Upgrade


def middle(book: Book, scale: float = 1.0) -> Floats:
    """All prices in the middle of their ranges, and take-up at a scale: one point."""
    return np.array([[scale if parameter.name == SCALE else parameter.middle for parameter in book.parameters]])


def invested(book: Book, stage: Stage, scale: float = 1.0) -> float:
    """EUR that are invested until the year of a stage."""
    until = sum(year <= stage.year for year in book.years)
    return float(book.accounts(middle(book, scale)).investment[0, :until].sum())


def designs(book: Book, upgrades: Sequence[Upgrade], stage: Stage, budget: float | None) -> Iterator[Design]:
    """The designs in order, of which each holds its targets up to a higher take-up than those before."""
    held = [upgrades[0].before if upgrades else 1.0, *(step.after for step in upgrades)]
    for number, scale in enumerate(held):
        if number == 0 or scale > max(held[:number]):
            yield _design(book, number, upgrades[number - 1].link if number else "", min(scale, 1.0), stage, budget)


def _design(book: Book, number: int, link: str, scale: float, stage: Stage, budget: float | None) -> Design:
    """With its first upgrades from the beginning."""
    built = [replace(asset, since=0.0, until=inf) for asset in book.assets if _in(asset, number)]
    parts = [tuple(asset for asset in built if (asset.driver in PER_LINE) is own) for own in (False, True)]
    network, lines = (invested(replace(book, assets=part), stage, scale) for part in parts)
    return Design(number, link, scale * stage.households / PPM, network, lines,
                  None if budget is None else network + lines <= budget)


def _in(asset: Asset, number: int) -> bool:
    """Whether an asset is built with so many upgrades, and no later one of them replaces it."""
    return asset.step is None or (asset.step < number and (asset.later is None or asset.later >= number))
