"""What theory says of every flow before anything runs, in closed forms; where none is honest, nothing is said. Pure."""

from twin.predict.expect import predict
from twin.predict.legs import Leg, legs
from twin.predict.prediction import Prediction

__all__ = ["Leg", "Prediction", "legs", "predict"]
