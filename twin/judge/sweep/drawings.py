"""The pictures that a study can ask for: their YAML keys, as frozen records; twin.report.sweep draws them."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import ClassVar

from twin.model import Name
from twin.model.yaml_field_metadata import yaml_key, yaml_variants

_OF = "The response, with its computation: theory.call.mean-delay."


class DrawingKind(StrEnum):
    """What is drawn."""

    HEAT_MAP = "heat-map"
    PARETO_FRONT = "pareto-front"
    FRONTIER = "frontier"
    EFFECTS = "effects"


@dataclass(frozen=True, slots=True)
class HeatMap:
    """A response over two parameters; where several points share a cell, the worst."""

    kind: ClassVar[DrawingKind] = DrawingKind.HEAT_MAP

    of: str = yaml_key(_OF, example="theory.call.mean-delay")
    across: Name = yaml_key("The parameter to the right.", example="down")
    up: Name = yaml_key("The parameter upwards.", example="up")

    @property
    def responses(self) -> tuple[str, ...]:
        """What it shows."""
        return (self.of,)

    @property
    def varied(self) -> tuple[str, ...]:
        """Over what."""
        return self.across, self.up


@dataclass(frozen=True, slots=True)
class ParetoFront:
    """Two responses of every point, and the points that no other beats in both."""

    kind: ClassVar[DrawingKind] = DrawingKind.PARETO_FRONT

    of: str = yaml_key(_OF, example="theory.download.goodput")
    against: str = yaml_key("The other response.", example="theory.call.mean-delay")

    @property
    def responses(self) -> tuple[str, ...]:
        """What it shows."""
        return self.of, self.against

    @property
    def varied(self) -> tuple[str, ...]:
        """All parameters."""
        return ()


@dataclass(frozen=True, slots=True)
class Frontier:
    """A response along one parameter, for each setting of the others, and where it leaves its target."""

    kind: ClassVar[DrawingKind] = DrawingKind.FRONTIER

    of: str = yaml_key(_OF, example="theory.call.delay-variation")
    along: Name = yaml_key("The parameter.", example="up")

    @property
    def responses(self) -> tuple[str, ...]:
        """What it shows."""
        return (self.of,)

    @property
    def varied(self) -> tuple[str, ...]:
        """Along what."""
        return (self.along,)


@dataclass(frozen=True, slots=True)
class Effects:
    """How far each parameter alone moves a response, with the confidence of that."""

    kind: ClassVar[DrawingKind] = DrawingKind.EFFECTS

    of: str = yaml_key(_OF, example="theory.download.goodput")

    @property
    def responses(self) -> tuple[str, ...]:
        """What it shows."""
        return (self.of,)

    @property
    def varied(self) -> tuple[str, ...]:
        """All parameters."""
        return ()


Drawing = HeatMap | ParetoFront | Frontier | Effects
"""Everything that can be drawn."""


@dataclass(frozen=True, slots=True)
class Drawn:
    """A picture of all points."""

    drawing: Drawing = yaml_variants("What is drawn.", key="kind")
