"""A campaign: every span and every node cut once, in labs, as many of them side by side as there are cores."""

from twin.jobs.campaign.lab_runs import LEAST_SECONDS, CampaignOptions
from twin.jobs.campaign.runner import OBSERVED_FILE, run_campaign

__all__ = ["LEAST_SECONDS", "OBSERVED_FILE", "CampaignOptions", "run_campaign"]
