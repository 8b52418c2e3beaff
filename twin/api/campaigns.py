"""Campaigns: every single failure measured; run one, and show what came of it."""

from __future__ import annotations

from twin.campaign import LEAST_SECONDS, CampaignOptions, run_campaign
from twin.records import to_json
from twin.report import campaign as report
from twin.report import html
from twin.verify.findings import Campaign

__all__ = ["LEAST_SECONDS", "Campaign", "CampaignOptions", "campaign_html", "campaign_json", "campaign_text",
           "run_campaign"]


def campaign_text(found: Campaign, *, colours: bool = False, where: str = "") -> str:
    """Restoration time and service impact of every failure, for a terminal. where: of the full report, for the last
    line."""
    return report.text(found, colours=colours, where=where)


def campaign_json(found: Campaign) -> str:
    """The same as JSON; times in ns."""
    return to_json(report.plain(found))


def campaign_html(found: Campaign) -> str:
    """The campaign as one HTML file."""
    return html.render_campaign(found)
