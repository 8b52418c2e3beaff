"""Size a network for all its lines by theory, and show the result; nothing runs."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from twin.core.records import to_json
from twin.jobs import territory
from twin.model import Network
from twin.plan import plan
from twin.report.files.atomic_write import write_whole
from twin.report.language.catalogue import Language
from twin.report.language.words import Words
from twin.report.page import html
from twin.report.terminal import sizing as report
from twin.territory.sizing.results import Sizing, SizingOptions

__all__ = ["Sizing", "SizingOptions", "size_network", "sizing_csv", "sizing_html", "sizing_json", "sizing_text",
           "store_sizing"]


def size_network(network: Network, stage: str | None = None, options: SizingOptions | None = None,
                 on_progress: Callable[[str, float | None], None] = lambda _what, _share: None) -> Sizing:
    """Size a network for a stage of its demand, by default the first by year.

    Raises TopologyError where it cannot be planned or says nothing of demand, UsageError for an unknown stage,
    CannotRun where numpy is missing.
    """
    return territory.size_network(network, stage, options or SizingOptions(), on_progress)


def sizing_text(sizing: Sizing) -> str:
    """Links, targets, break-even take-up and upgrades, for a terminal."""
    return report.text(sizing)


def sizing_json(sizing: Sizing) -> str:
    """All results as JSON; rates in bit/s of payload, hours from Monday midnight on."""
    return to_json(sizing)


def sizing_csv(sizing: Sizing) -> str:
    """Every hour of every link, as CSV."""
    return report.csv_text(sizing)


def sizing_html(network: Network, sizing: Sizing, language: Language = Language.ENGLISH) -> str:
    """The page of a network's sizing: maps by hour, links over a week, targets against take-up."""
    return html.render_sizing(network, plan(network), sizing, Words(language))


def store_sizing(network: Network, sizing: Sizing, file: Path, language: Language = Language.ENGLISH) -> None:
    """Write the page to a file, whole or not at all. Raises CannotRun where it cannot be written."""
    write_whole(file, sizing_html(network, sizing, language))
