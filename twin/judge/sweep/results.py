"""What a sweep has computed: its parameters, its points, and the responses of each; values only."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from twin.core.errors import ExitCode


@dataclass(frozen=True, slots=True)
class Response:
    """One figure of a point; of a metric, that of the worst flow.

    value, low, high, target: in `unit`. low, high: what bounds the true figure; target: what it is held against; None
    where there is no such. lower: whether less is better. flow: the flow, use or link whose figure it is, "" of a sum.
    """

    value: float | None
    unit: str = ""
    lower: bool = True
    low: float | None = None
    high: float | None = None
    target: float | None = None
    flow: str = ""

    @property
    def worst(self) -> float | None:
        """Its value; where only bounds are known, the one on its worse side."""
        return self.value if self.value is not None else self.high if self.lower else self.low

    @property
    def kept(self) -> bool | None:
        """Whether the worst it can be keeps its target; None where it has none, or nothing is known."""
        if self.target is None or self.worst is None:
            return None
        return self.worst <= self.target if self.lower else self.worst >= self.target


@dataclass(frozen=True, slots=True)
class Result:
    """What one computation gave for a point.

    responses: by name, as "call.mean-delay". digest: over all samples, "" where nothing was measured. refused: why no
    network can be built as the point says. doubts: why the emulation is not to be trusted.
    """

    responses: Mapping[str, Response] = field(default_factory=dict)
    digest: str = ""
    refused: str = ""
    doubts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class SweepPoint:
    """A point and what is known of it. settings: the value of each parameter as it is written. results: by computation.
    """

    number: int
    settings: Mapping[str, str]
    results: Mapping[str, Result]

    @property
    def responses(self) -> Mapping[str, Response]:
        """All responses, with the computation before the name: "theory.call.mean-delay"."""
        return {f"{kind}.{name}": response for kind, result in self.results.items()
                for name, response in result.responses.items()}


@dataclass(frozen=True, slots=True)
class Sweep:
    """All points of a study. parameters: names of all that varies, seed, policy and cut among them. computations: by
    name. failures: what could not be computed, as messages."""

    name: str
    parameters: tuple[str, ...]
    computations: tuple[str, ...]
    points: tuple[SweepPoint, ...]
    failures: tuple[str, ...] = ()

    @property
    def exit_code(self) -> ExitCode:
        """MET where every point has all its results, FAILED where some could not be computed. What a point misses is a
        result, and no failure."""
        whole = all(len(point.results) == len(self.computations) for point in self.points)
        return ExitCode.MET if whole else ExitCode.FAILED

    @property
    def response_names(self) -> tuple[str, ...]:
        """All responses that any point has, sorted within each computation."""
        names = {name for point in self.points for name in point.responses}
        return tuple(sorted(names, key=lambda name: (self.computations.index(name.split(".")[0]), name)))

    def levels(self, parameter: str) -> tuple[str, ...]:
        """The values that a parameter takes, in the order of the points."""
        return tuple(dict.fromkeys(point.settings[parameter] for point in self.points))

    def of(self, name: str) -> Iterator[tuple[SweepPoint, Response]]:
        """The points that have a response, with it."""
        yield from ((point, point.responses[name]) for point in self.points if name in point.responses)
