"""IEEE 802.11b and 802.11g as figures: what a frame costs on the air, and which rate reaches how far. Pure."""

from twin.model.wifi.airtime import Airtime
from twin.model.wifi.ieee80211 import Law, law
from twin.model.wifi.link_budget import Reach, reach

__all__ = ["Airtime", "Law", "Reach", "law", "reach"]
