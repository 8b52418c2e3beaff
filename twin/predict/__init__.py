"""What theory says of every flow before anything runs, in closed forms; where none is honest, nothing is said. Pure."""

from twin.predict.figures.by_flow import figures, predict
from twin.predict.network.airtime_load import Aired, aired
from twin.predict.network.hop_delays import Leg, legs
from twin.predict.network.path_prediction import Journey, journeys
from twin.predict.prediction import Prediction

__all__ = ["Aired", "Journey", "Leg", "Prediction", "aired", "figures", "journeys", "legs", "predict"]
