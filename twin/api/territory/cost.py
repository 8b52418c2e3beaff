"""Cost a network for all its lines by what its sizing says, and show the result; nothing runs."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from twin.core.records import to_json
from twin.jobs import territory
from twin.model import Network
from twin.report.files.atomic_write import write_whole
from twin.report.language.catalogue import Language
from twin.report.language.words import Words
from twin.report.page import html
from twin.report.page.charts import cost_against_targets
from twin.report.terminal import costing as report
from twin.territory.economics.results import Costing, CostOptions

__all__ = ["CostOptions", "Costing", "cost_network", "costing_csv", "costing_html", "costing_json", "costing_svg",
           "costing_text", "store_costing"]


def cost_network(network: Network, stage: str | None = None, options: CostOptions | None = None,
                 on_progress: Callable[[str, float | None], None] = lambda _what, _share: None) -> Costing:
    """Cost a network for a stage of its demand, by default the last by year, for which it is sized first.

    Raises TopologyError where it cannot be planned or says nothing of demand or costs, UsageError for an unknown stage,
    CannotRun where numpy is missing.
    """
    return territory.cost_network(network, stage, options or CostOptions(), on_progress)


def costing_text(costing: Costing) -> str:
    """Items, communes, years, who pays, designs and what it depends on, for a terminal."""
    return report.text(costing)


def costing_json(costing: Costing) -> str:
    """All results as JSON; money in EUR without value-added tax."""
    return to_json(costing)


def costing_csv(costing: Costing) -> str:
    """Every commune with its lines and its cost, as CSV."""
    return report.csv_text(costing)


def costing_svg(costing: Costing) -> str:
    """What each design takes, and up to which take-up it holds every target, as an SVG document."""
    return cost_against_targets.svg(costing)


def costing_html(costing: Costing, language: Language = Language.ENGLISH) -> str:
    """The page: cost against targets held, what it depends on, designs, who pays, communes and items."""
    return html.render_costing(costing, Words(language))


def store_costing(costing: Costing, file: Path, language: Language = Language.ENGLISH) -> None:
    """Write the page to a file, whole or not at all."""
    write_whole(file, costing_html(costing, language))
