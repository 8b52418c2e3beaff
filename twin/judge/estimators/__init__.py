"""How each metric is estimated from samples: one function a metric, registered with what it is estimated from. Pure."""

from __future__ import annotations

from typing import Any

from twin.judge.estimators import iptv, packets, requests, transfers
from twin.judge.estimators.sample_estimators import Estimate, SampleEstimators

ESTIMATORS: tuple[SampleEstimators[Any, Any], ...] = (
    packets.DELIVERY, packets.SPEECH, iptv.PICTURE, iptv.VIEWING, transfers.PROGRESS, transfers.FILM,
    requests.TRANSACTIONS, requests.DIALLING,
)
"""All there are. A metric has one estimator for each kind of samples that it can be estimated from."""

__all__ = ["ESTIMATORS", "Estimate", "SampleEstimators"]
