"""Campaigns: every single failure measured; run one, and show the result."""

from __future__ import annotations

from twin.core.records import to_json
from twin.jobs.campaign import LEAST_SECONDS, CampaignOptions, run_campaign
from twin.judge.restoration.failure_results import Campaign
from twin.report.language.catalogue import Language
from twin.report.language.words import Words
from twin.report.page import html
from twin.report.terminal import campaign as report

__all__ = ["LEAST_SECONDS", "Campaign", "CampaignOptions", "campaign_html", "campaign_json", "campaign_text",
           "run_campaign"]


def campaign_text(campaign: Campaign, *, colours: bool = False, where: str = "",
                  language: Language = Language.ENGLISH) -> str:
    """Restoration time and service impact of every failure, for a terminal. where: of the full report, for the last
    line."""
    return report.text(campaign, colours=colours, where=where, words=Words(language))


def campaign_json(campaign: Campaign) -> str:
    """The same as JSON; times in ns."""
    return to_json(report.plain(campaign))


def campaign_html(campaign: Campaign, language: Language = Language.ENGLISH) -> str:
    """The campaign as one HTML file."""
    return html.render_campaign(campaign, Words(language))
