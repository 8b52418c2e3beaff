"""Check a description: what it holds if it is valid, every problem if not."""

from __future__ import annotations

import warnings
from pathlib import Path

from twin.core.errors import DeprecatedKey
from twin.core.records import to_json
from twin.model import Network
from twin.model.yaml import load
from twin.plan import plan
from twin.report.terminal import check as report
from twin.report.terminal.check import Checked

__all__ = ["Checked", "check", "check_json", "check_text"]


def check(file: Path | str | Network) -> Checked:
    """Load and plan a description. Raises TopologyError with every problem, each with place, reason and remedy."""
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always", DeprecatedKey)
        network = file if isinstance(file, Network) else load(file)
    for warning in caught:
        warnings.warn(warning.message, stacklevel=2)
    return report.checked(network, plan(network), tuple(str(warning.message) for warning in caught))


def check_text(checked: Checked, name: str = "") -> str:
    """What it holds, for a terminal. name: of the file, where that is not the network's."""
    return report.text(checked, name)


def check_json(checked: Checked) -> str:
    """The same as JSON."""
    return to_json(report.plain(checked))
