"""QoS policies compared under the same load: run it, and show what came of it."""

from __future__ import annotations

from twin.comparison import compare_policies
from twin.records import to_json
from twin.report import html, rivals
from twin.report.rivals import Contest as PolicyComparison

__all__ = ["PolicyComparison", "compare_policies", "policies_html", "policies_json", "policies_text"]


def policies_text(found: PolicyComparison, *, where: str = "") -> str:
    """Every target under every policy, for a terminal. where: of the full report, for the last line."""
    return rivals.text(found) + (f"report: {where}\n" if where else "")


def policies_json(found: PolicyComparison) -> str:
    """The policies, best first, and every target under each, as JSON."""
    return to_json(rivals.plain(found))


def policies_html(found: PolicyComparison) -> str:
    """The comparison as one HTML file."""
    return html.render_contest(found)
