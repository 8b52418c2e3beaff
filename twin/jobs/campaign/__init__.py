"""A campaign: every span and every node cut once, in labs, as many of them side by side as there are cores."""

from twin.jobs.campaign.runner import OBSERVED_FILE, run_campaign
from twin.jobs.campaign.schedule import LEAST_SECONDS, CampaignOptions

__all__ = ["LEAST_SECONDS", "OBSERVED_FILE", "CampaignOptions", "run_campaign"]
