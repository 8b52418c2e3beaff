"""A campaign: every span and every node cut once, in labs, as many of them side by side as there are cores."""

from twin.campaign.running import OBSERVED_FILE, run
from twin.campaign.works import LEAST_SECONDS, CampaignWish

__all__ = ["LEAST_SECONDS", "OBSERVED_FILE", "CampaignWish", "run"]
