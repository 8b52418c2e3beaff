"""QoS policies compared under the same load: run it, and show the result."""

from __future__ import annotations

from twin.core.records import to_json
from twin.jobs.compare_policies import compare_policies
from twin.report import policy_comparison
from twin.report.language.catalogue import Language
from twin.report.language.words import Words
from twin.report.page import html
from twin.report.policy_comparison import PolicyComparison

__all__ = ["PolicyComparison", "compare_policies", "policies_html", "policies_json", "policies_text"]


def policies_text(comparison: PolicyComparison, *, where: str = "", language: Language = Language.ENGLISH) -> str:
    """Every target under every policy, for a terminal. where: of the full report, for the last line."""
    words = Words(language)
    return policy_comparison.text(comparison, words) + (f"{words.say('where', place=where)}\n" if where else "")


def policies_json(comparison: PolicyComparison) -> str:
    """The policies, best first, and every target under each, as JSON."""
    return to_json(policy_comparison.plain(comparison))


def policies_html(comparison: PolicyComparison, language: Language = Language.ENGLISH) -> str:
    """The comparison as one HTML file."""
    return html.render_policies(comparison, Words(language))
