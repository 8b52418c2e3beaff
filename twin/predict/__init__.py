"""Predicted performance of every flow before anything runs: closed forms, or the reason why there is none. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from twin.core.lazy_package import lazy

if TYPE_CHECKING:
    from twin.predict.delay.hop_delays import HopDelay, predict_hop_delays
    from twin.predict.delay.planned_packets import RunPlan
    from twin.predict.figures.by_flow import predict
    from twin.predict.path_prediction import PathPrediction, predict_paths
    from twin.predict.prediction import Prediction
    from twin.predict.radio.airtime import AirtimePrediction, predict_airtime
else:
    __getattr__ = lazy(__name__, {
        "twin.predict.delay.hop_delays": ("HopDelay", "predict_hop_delays"),
        "twin.predict.delay.planned_packets": ("RunPlan",), "twin.predict.figures.by_flow": ("predict",),
        "twin.predict.path_prediction": ("PathPrediction", "predict_paths"),
        "twin.predict.prediction": ("Prediction",),
        "twin.predict.radio.airtime": ("AirtimePrediction", "predict_airtime")})

__all__ = ["AirtimePrediction", "HopDelay", "PathPrediction", "Prediction", "RunPlan", "predict", "predict_airtime",
           "predict_hop_delays", "predict_paths"]
