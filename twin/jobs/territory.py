"""A whole territory sized and costed, where numpy is installed (extra `territory` of the package)."""

from __future__ import annotations

from collections.abc import Callable
from importlib.util import find_spec

from twin.core.errors import CannotRun
from twin.model import Network
from twin.territory.economics.results import Costing, CostOptions
from twin.territory.sizing.results import Sizing, SizingOptions

Show = Callable[[str, float | None], None]


def require_numpy() -> None:
    """Raise CannotRun where it is missing."""
    if find_spec("numpy") is None:
        raise CannotRun("sizing needs numpy", "pip install 'metro-twin[territory]'")


def size_network(network: Network, stage: str | None, options: SizingOptions, show: Show) -> Sizing:
    """Size a network for a stage, by default the first by year. Raises as twin.territory.sizing.size, and CannotRun."""
    require_numpy()
    from twin.territory.sizing.size import size

    return size(network, stage, options, show)


def cost_network(network: Network, stage: str | None, options: CostOptions, show: Show) -> Costing:
    """Size a network for a stage, by default the last by year, and cost it. Raises as `size_network`, and TopologyError
    where the description says nothing of costs."""
    stages = network.demand.stages
    last = max(stages, key=lambda each: (each.year, each.name)).name if stages else None
    sizing = size_network(network, stage or last, SizingOptions(options.draws, options.seed), show)
    from twin.territory.economics.cost import cost

    return cost(network, sizing, options, show)
