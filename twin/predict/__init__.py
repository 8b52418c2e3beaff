"""What theory says of every flow before anything runs, in closed forms; where none is honest, nothing is said. Pure."""

from twin.predict.air import Aired, aired
from twin.predict.expect import figures, predict
from twin.predict.journey import Journey, journeys
from twin.predict.legs import Leg, legs
from twin.predict.prediction import Prediction

__all__ = ["Aired", "Journey", "Leg", "Prediction", "aired", "figures", "journeys", "legs", "predict"]
