"""Predicted performance of every flow before anything runs: closed forms, or the reason why there is none. Pure."""

from twin.predict.delay.hop_delays import HopDelay, predict_hop_delays
from twin.predict.delay.planned_packets import RunPlan
from twin.predict.figures.by_flow import figures, predict
from twin.predict.path_prediction import PathPrediction, predict_paths
from twin.predict.prediction import Prediction
from twin.predict.radio.airtime import AirtimePrediction, predict_airtime

__all__ = ["AirtimePrediction", "HopDelay", "PathPrediction", "Prediction", "RunPlan", "figures", "predict",
           "predict_airtime", "predict_hop_delays", "predict_paths"]
