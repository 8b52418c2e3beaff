"""A shaper that overruns its line, by theory: two queues, of which the modem's counts packets."""

from __future__ import annotations

from pathlib import Path

import pytest

from twin.model import Metric
from twin.model.yaml import read
from twin.plan import plan
from twin.plan.forwarding.paths import flow_paths
from twin.predict import Prediction, RunPlan, predict
from twin.predict.delay.hop_delays import predict_hop_delays

SHAPER = (Path(__file__).parents[2] / "in_lab" / "acceptance" / "shaper.yaml").read_text()
SERVICE = {1000: 22 * 53 * 8 / 448e3, 200: 5 * 53 * 8 / 448e3}
"""s of the line for a packet of so many bytes of IP."""


def predictions(*changes: tuple[str, str]) -> dict[str, dict[Metric, Prediction]]:
    """Of a minute, with words changed."""
    text = SHAPER
    for old, new in changes:
        text = text.replace(old, new)
    blueprint = plan(read(text, "x.yaml"))
    return predict(blueprint, flow_paths(blueprint), RunPlan(1, 60))


def test_a_flood_alone_fills_the_modem_to_its_last_packet() -> None:
    """410 kbit/s of IP are 416 to the shaper, which lets them pass, and 478 of cells: the last that finds a place
    is the 50th, behind 48 and one in service."""
    predicted = predictions(("runs: [desk, flood]", "runs: [flood]"), ("rate: 600", "rate: 410"))["flooded-1.flood"]
    assert predicted[Metric.MAX_DELAY].by == predicted[Metric.LOSS].by == "packet by packet"
    most = (predicted[Metric.MAX_DELAY].value or 0) / 1e9 - 0.005
    assert 49 * SERVICE[1000] < most < 50 * SERVICE[1000] + 0.001


def test_what_the_line_carries_waits_for_no_more_than_a_packet_in_each_queue() -> None:
    """A flood of 250 kbit/s, 292 of cells, beside a call's 106: far from the second that a full modem costs."""
    calm = predictions(("rate: 600", "rate: 250"))["flooded-1.desk.up"][Metric.MAX_DELAY]
    assert calm.high is not None and calm.high / 1e9 < 0.005 + SERVICE[200] + 3 * SERVICE[1000]


def test_the_hops_of_a_flow_are_those_of_its_path() -> None:
    """Shaper and line are one hop, whose wait is that in both queues; its serialization that of the line."""
    blueprint = plan(read(SHAPER, "x.yaml"))
    first, *_ = predict_hop_delays(blueprint, flow_paths(blueprint))["flooded-1.desk.up"]
    assert (first.hop.span, first.fixed) == ("flooded-1", 5_000_000)
    assert first.serialization == pytest.approx(SERVICE[200] * 1e9)


def test_a_full_modem_loses_by_no_closed_form_what_tcp_decides() -> None:
    """A call beside an upload behind the wrong shaper: no figure of its loss; behind the right one none is lost."""
    predicted = predictions()
    assert predicted["wrong-1.call.up"][Metric.LOSS].value is None
    assert predicted["right-1.call.up"][Metric.LOSS].value == 0


def test_a_modem_behind_a_slower_shaper_that_is_full_too_drops_what_it_likes() -> None:
    """On an uplink with TCP, where nothing is computed packet by packet: 1.7 % of a call where 8.9 were predicted."""
    loss = predictions(("next-dslam, ", "town-dslam, "), ("pppoa-llc", "pppoe-llc"), ("overhead: 14", "overhead: 40"))[
        "flooded-1.desk.up"][Metric.LOSS]
    assert loss.value is None and "modem" in loss.by
