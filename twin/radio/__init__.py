"""IEEE 802.11b and 802.11g as figures: what a frame costs on the air, and which rate reaches how far. Pure."""

from twin.radio.airtime import Airtime
from twin.radio.reach import Reach, reach
from twin.radio.standard import Law, law

__all__ = ["Airtime", "Law", "Reach", "law", "reach"]
