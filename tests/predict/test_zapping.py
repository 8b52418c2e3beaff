"""What a change of channel takes, and what leaving slowly brings down a line."""

from __future__ import annotations

import pytest

from tests.in_lab.places import NETWORKS, ROOT
from twin.judge.verdicts.feasibility import Feasibility, target_feasibility
from twin.model import Metric
from twin.model.yaml import load, read
from twin.plan import plan
from twin.plan.forwarding.paths import flow_paths
from twin.predict import PathPrediction, Prediction, predict, predict_paths
from twin.predict.figures.by_flow import figures
from twin.predict.load.queue_crossings import crossings

FILE = NETWORKS / "channels.yaml"
MS = 1e6
FRAME, CELLS = (1356 + 14 + 24) * 8 / 100e6 * 1e9, 29 * 53 * 8 / 2.048e6 * 1e9
"""ns of a channel's packet on 100 Mbit/s, and on the narrow line."""
REPORT = 53 * 8 / 128e3 * 1e9
"""ns of an IGMP message up that line: 32 bytes and PPPoA's ten are one cell."""
INTERVAL = 1316 * 8 / 1.5e6 * 1e9


def predicted(name: str, zap: str = "4 s", down: str = "2048 kbit/s", **words: object
         ) -> tuple[PathPrediction, dict[Metric, Prediction]]:
    """The path of a flow, and what theory says of it. words: those of multicast."""
    settings = {"switch": "10 ms", "controller": "5 ms", "fast-leave": "true"} | words
    text = FILE.read_text().replace("zap: 4 s", f"zap: {zap}").replace("down: 2048 kbit/s", f"down: {down}")
    multicast = ", ".join(f"{key}: {value}" for key, value in settings.items())
    blueprint = plan(read(f"{text}multicast: {{{multicast}}}\n", "channels.yaml"))
    path = next(path for path in predict_paths(blueprint, flow_paths(blueprint)) if path.flow.name == name)
    return path, figures(path, disturbed=False)


def test_a_change_takes_report_switch_controller_and_a_packets_wait() -> None:
    """Bounds by hand: the kernel's 20 to 30 ms, 15 of equipment, the cache's 5, a packet's interval, the controller's
    queue of the messages of three lines; the value lies between them."""
    _, predictions = predicted("narrow-1.zapper")
    first, known = predictions[Metric.ZAPPING_TIME], REPORT + 15 * MS + CELLS
    assert first.low == pytest.approx(known + 20 * MS)
    assert first.value is not None and first.high is not None
    assert first.value == pytest.approx(known + 25 * MS + 2.5 * MS + 0.75 * INTERVAL, rel=0.02)
    at_most = known + FRAME + 30 * MS + 5 * MS + INTERVAL + 3 * 3 * 5 * MS
    assert at_most < first.high < at_most + CELLS + 2 * REPORT
    picture = predictions[Metric.PICTURE_TIME]
    assert (picture.value, picture.low) == (None, first.low)
    assert picture.high == pytest.approx(first.high + 72 * INTERVAL, rel=1e-6)


def test_who_never_changes_waits_somewhere_between() -> None:
    """One time is no percentile: it may be any between the bounds."""
    first = predicted("far-1.viewer")[1][Metric.ZAPPING_TIME]
    assert first.value is None and None not in (first.low, first.high)


def test_a_slow_controller_hears_the_leave_first() -> None:
    """With 50 ms for each message the join waits for them, not for the CPE's kernel."""
    first = predicted("narrow-1.zapper", controller="50 ms")[1][Metric.ZAPPING_TIME]
    assert first.low == pytest.approx(REPORT + 10 * MS + 50 * MS + 50 * MS + CELLS)


def test_slow_leave_brings_what_was_left() -> None:
    """For 2 s of every 4 two channels come: too much for the line, so that neither mean nor loss has a closed form."""
    path, predictions = predicted("narrow-1.zapper", **{"fast-leave": "false"})
    assert path.may_overflow and path.zapping is not None and path.zapping.lingering == 1
    assert {predictions[metric].value for metric in (Metric.MEAN_DELAY, Metric.LOSS, Metric.ZAPPING_TIME)} == {None}
    assert "sent for 2 s more" in predictions[Metric.ZAPPING_TIME].by and "were left" in predictions[Metric.LOSS].by
    path, better = predicted("narrow-1.zapper")
    assert not path.may_overflow and better[Metric.LOSS].value == 0 and better[Metric.MEAN_DELAY].value is not None


def test_slow_leave_on_a_line_that_carries_both_is_predicted() -> None:
    """At 4 Mbit/s nothing overflows: the value comes with what is said of the overlap, and no packet is lost."""
    slow = {"fast-leave": "false"}
    path, predictions = predicted("narrow-1.zapper", down="4096 kbit/s", **slow)
    assert not path.may_overflow and predictions[Metric.LOSS].value == 0
    first = predictions[Metric.ZAPPING_TIME]
    assert first.value is not None and first.high is not None and "sent for 2 s more" in first.by


def test_a_channel_that_still_comes_is_there_at_once() -> None:
    """Who returns within the 2 s waits for nothing but a packet."""
    slow = {"fast-leave": "false"}
    assert predicted("narrow-1.zapper", "2 s", **slow)[1][Metric.ZAPPING_TIME].low == 0
    assert predicted("narrow-1.zapper", "3 s", **slow)[1][Metric.ZAPPING_TIME].low == pytest.approx(
        REPORT + 35 * MS + CELLS)


def test_a_flood_beside_changes_loses_no_more_than_beside_a_channel() -> None:
    """Between two channels there is none, and the line is the flood's: its loss has a bound, not a value."""
    blueprint = plan(load(ROOT / "topologies" / "video.yaml"))
    predictions = predict(blueprint, flow_paths(blueprint))
    steady, changing = (predictions[name][Metric.LOSS] for name in ("east-tv-1.flood", "east-zap-1.flood"))
    assert steady.value is not None and changing.value is None
    assert changing.high == pytest.approx(steady.value, rel=0.011)


def test_a_line_that_asks_too_much_has_no_prediction() -> None:
    """Three messages a change are more than one a second lets pass."""
    first = predicted("narrow-1.zapper", "1 s", messages="1")[1][Metric.ZAPPING_TIME]
    assert (first.value, first.low, first.high) == (None, None, None) and "rate limit" in first.by


def test_each_channel_crosses_a_span_once_however_many_linger() -> None:
    """Both channels of the narrow line, slow as it may leave, and the two who watch one of them."""
    blueprint = plan(read(FILE.read_text(), "channels.yaml"))
    met = crossings(blueprint, flow_paths(blueprint))
    down = {point: sum(bool(met.streams[index].channels) for index in indices) for point, indices in met.at.items()}
    assert {point.span: count for point, count in down.items() if count} == {
        "video-uplink": 2, "access-uplink": 2, "narrow-1": 2, "north-east": 1, "east-west": 1,
        "far-1": 1, "far-2": 1}


def test_without_a_querier_who_watches_loses_what_comes_after_the_membership() -> None:
    """Of a run of 60 s with memberships of 11 s: more than half, less than 49 of 60; a shorter run shows nothing."""
    words = {"querier": "none", "query-interval": "5 s", "query-response": "1 s"}
    loss = predicted("far-1.viewer", **words)[1][Metric.LOSS]
    assert loss.value is None and loss.low is not None and loss.high is not None
    assert 0.6e6 < loss.low < loss.high < 1e6 * 49 / 59 and "no querier" in loss.by
    usual = predicted("far-1.viewer", querier="none")[1][Metric.LOSS]
    assert (usual.value, usual.low, usual.high) == (None, 0.0, None)


def test_without_a_querier_who_changes_soon_enough_loses_nothing() -> None:
    """With fast leave; without, what was left comes down for as long as its membership lasts, beside the next one."""
    _, predictions = predicted("narrow-1.zapper", querier="none")
    assert predictions[Metric.LOSS].value == 0
    path, slow = predicted("narrow-1.zapper", querier="none", **{"fast-leave": "false"})
    assert path.zapping is not None and path.zapping.lingering == 1 and slow[Metric.LOSS].value is None


def test_a_target_that_no_querier_keeps_is_infeasible() -> None:
    """With the remedy."""
    text = FILE.read_text() + "multicast: {querier: none, query-interval: 5 s, query-response: 1 s}\n"
    network = read(text + "targets: [{workload: viewer, loss: 1 %}]\n", "channels.yaml")
    blueprint = plan(network)
    paths = [*predict_paths(blueprint, flow_paths(blueprint))]
    predictions = {path.flow.name: figures(path, disturbed=False) for path in paths}
    (first, _) = target_feasibility(network, blueprint, paths, predictions)
    assert first.feasibility is Feasibility.INFEASIBLE and first.span == "far-1"
    assert "no querier" in first.reason and "querier: network" in first.remedy


def test_a_change_empties_a_second() -> None:
    """Between two channels nothing comes: the delay factor of that second is up to a second more than by waits."""
    path, predictions = predicted("narrow-1.zapper")
    waits = sum(hop.wait.bound or 0.0 for hop in path.hop_delays)
    factor = predictions[Metric.DELAY_FACTOR]
    assert factor.high is not None and factor.high >= 1e9 + waits
