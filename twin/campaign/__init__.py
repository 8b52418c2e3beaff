"""A campaign: every span and every node cut once, in labs, as many of them side by side as there are cores."""

from twin.campaign.running import OBSERVED_FILE, run_campaign
from twin.campaign.works import LEAST_SECONDS, CampaignOptions

__all__ = ["LEAST_SECONDS", "OBSERVED_FILE", "CampaignOptions", "run_campaign"]
