"""Planned packets, packet by packet: against values of the lab, and against another way to compute them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from twin.model import Metric
from twin.model.yaml import load, read
from twin.plan import plan
from twin.plan.blueprint import Blueprint
from twin.plan.forwarding.paths import flow_paths
from twin.predict import Prediction, RunPlan, predict
from twin.predict.theory.packet_queues import Visit
from twin.predict.theory.packet_simulation import PlannedFlow, QueueSpec, Simulation

NETWORKS = Path(__file__).parent / "networks"
Make = Callable[..., Blueprint]
MS = 1e6


def planned(name: str, seconds: float) -> dict[str, dict[Metric, Prediction]]:
    """The predictions for a run of that length with seed 1."""
    blueprint = plan(load(NETWORKS / f"{name}.yaml"))
    return predict(blueprint, flow_paths(blueprint), RunPlan(1, seconds))


def under(policy: str) -> dict[str, dict[Metric, Prediction]]:
    """The predictions of sparse-flows.yaml under a policy."""
    text = (NETWORKS / "sparse-flows.yaml").read_text(encoding="utf-8")
    blueprint = plan(read(text.replace("services:", f"policy: {policy}\nservices:", 1), "sparse-flows.yaml"))
    return predict(blueprint, flow_paths(blueprint), RunPlan(1, 20))


@pytest.mark.parametrize(("flow", "mean"), [("far-1.p4", 4.8905), ("near-1.p1", 9.7438)])
def test_a_tandem_is_exact(flow: str, mean: float) -> None:
    """Packets that crossed a span one after the other do not meet at the next; measured the same to 0.1 µs."""
    prediction = planned("tandem", 20)[flow][Metric.MEAN_DELAY]
    assert prediction.value == pytest.approx(mean * MS, abs=100) and (prediction.tolerance or 1) < 0.002


def test_a_ceiling_fills_its_queue() -> None:
    """125 kB at 500 kbit/s; 1.925 s were measured in 60 s."""
    assert planned("ceiling", 60)["alone-1.zero"][Metric.MEAN_DELAY].value == pytest.approx(1925 * MS, rel=1e-3)


def test_a_queue_that_fills_loses_less() -> None:
    """Alone 47.96 % of the packets are lost in 30 s, and more in 120 s; beside the other class nearly all: 97 %."""
    short, long = (planned("filling-queues", seconds) for seconds in (30, 120))
    assert short["alone-1.zero"][Metric.LOSS].value == pytest.approx(479_600, rel=1e-3)
    assert (long["alone-1.zero"][Metric.LOSS].value or 0) > 490_000
    assert short["both-1.zero"][Metric.LOSS].value == pytest.approx(970_000, rel=0.01)
    assert 4_000 < (short["both-1.one"][Metric.LOSS].value or 0) < 7_000
    shortest = planned("filling-queues", 20)["both-1.one"][Metric.LOSS]
    assert shortest.value is None and shortest.high is not None


@pytest.mark.parametrize("flow", ["k1-1.ktiny", "k2-1.ktiny"])
def test_a_sparse_flow_waits_for_half_a_packet(flow: str) -> None:
    """L / 2C beside full queues that are served fairly: 2.73 to 3.12 ms of waiting were measured."""
    predicted = planned("sparse-flows", 20)[flow]
    wait = (predicted[Metric.MEAN_DELAY].value or 0.0) - (predicted[Metric.MEAN_DELAY].low or 0.0)
    assert 2.7 * MS < wait < 3.2 * MS and predicted[Metric.MAX_DELAY].high is not None


def test_a_sparse_flow_beside_tcp_waits_for_a_round_at_most() -> None:
    """Four connections, its own queue and one full packet: 18.9 ms were measured."""
    high = planned("sparse-flows", 20)["b-1.tiny"][Metric.MAX_DELAY].high
    assert high is not None and 18.9 * MS < high < 200 * MS


@pytest.mark.parametrize(("policy", "measured"), [("htb", 18.7), ("hfsc", 21.7)])
def test_a_guarantee_bounds_a_sparse_flow_beside_tcp(policy: str, measured: float) -> None:
    """Half the rate is guaranteed to either class, and lent to one while the other is silent. measured: ms, in 20 s."""
    high = under(policy)["b-1.tiny"][Metric.MAX_DELAY].high
    assert high is not None and measured * MS < high < 300 * MS


def test_hfsc_takes_a_packet_of_a_fair_queue_before_it_sends_it() -> None:
    """A sparse flow waits for one packet more beside constant-rate flows: 8.4 ms were measured, not 3.1."""
    mean = under("hfsc")["k1-1.ktiny"][Metric.MEAN_DELAY]
    assert mean.value is None and mean.high is not None and mean.high > 9 * MS
    assert under("htb")["k1-1.ktiny"][Metric.MEAN_DELAY].by == "packet by packet"


def test_the_seed_decides_the_phases(line: Make) -> None:
    """A hundred calls on one uplink: another seed, other waits; the same seed, the same."""
    blueprint = line("call", lines=100)
    first, again, other = ([figures[Metric.MEAN_DELAY].value for name, figures in predict(
        blueprint, flow_paths(blueprint), RunPlan(seed, 20)).items() if name.endswith("down")] for seed in (1, 1, 2))
    assert first == again != other


def tandem(flows: Sequence[tuple[Sequence[int], int, int, float]], services: Sequence[float], limit: float
           ) -> list[list[float]]:
    """Delays of flows (departures, first queue, last queue, size) through FIFOs in a row, queue by queue."""
    at = {(k, number): float(sent)
          for k, (departures, *_) in enumerate(flows) for number, sent in enumerate(departures)}
    gone: set[tuple[int, int]] = set()
    for queue, service in enumerate(services):
        free, starts = 0.0, list[tuple[float, float]]()
        here = [key for key in at if key not in gone and flows[key[0]][1] <= queue <= flows[key[0]][2]]
        for key in sorted(here, key=lambda key: at[key]):
            size = flows[key[0]][3]
            waiting = sum(cost for start, cost in starts if start > at[key])
            if free > at[key] and waiting + size > limit:
                gone.add(key)
                continue
            start = max(free, at[key])
            starts.append((start, size))
            free = start + size * service
            at[key] = free
    return [[at[k, n] - sent for n, sent in enumerate(flow[0]) if (k, n) not in gone] for k, flow in enumerate(flows)]


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 10**6), st.integers(1, 4), st.integers(1, 6), st.floats(1_000, 20_000))
def test_fifos_in_a_row_as_computed_queue_by_queue(seed: int, queues: int, count: int, limit: float) -> None:
    """Any flows that enter and leave anywhere, any sizes, full queues or not."""
    draw = Random(seed)
    services, flows = [draw.uniform(100, 2_000) for _ in range(queues)], []
    for _ in range(count):
        first, last = sorted((draw.randrange(queues), draw.randrange(queues)))
        interval, size = draw.randint(200_000, 3_000_000), float(draw.randint(64, 1500))
        flows.append((range(draw.randint(0, interval), 60_000_000, interval), first, last, size))
    specs: dict[object, QueueSpec] = {queue: QueueSpec((limit,), (0.0,), (), (None,)) for queue in range(queues)}
    model = [PlannedFlow(departures, tuple((queue, Visit(0, size, size * services[queue], 0.0))
                                           for queue in range(first, last + 1)))
             for departures, first, last, size in flows]
    delays = [outcome.delays for outcome in Simulation(model, specs, {}).run()]
    expected = tandem(flows, services, limit)
    assert [sorted(row) for row in delays] == [pytest.approx(sorted(row)) for row in expected]


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10**6), st.sampled_from([(0.0, 0.0, 0.0), (0.0, 1500.0, 3000.0), (1500.0, 3000.0, 4500.0)]))
def test_bands_never_idle_and_serve_by_priority(seed: int, quanta: tuple[float, ...]) -> None:
    """The server never pauses while packets wait: it is done when one FIFO would be; strict bands wait for one packet
    of others at most."""
    draw = Random(seed)
    sizes = [float(draw.randint(64, 1500)) for _ in quanta]
    departures = [range(draw.randint(0, 10**6), 10**8, draw.randint(10**6, 4 * 10**6)) for _ in quanta]
    flows = [PlannedFlow(sent, (("queue", Visit(band, size, size * 400, 0.0)),))
             for band, (sent, size) in enumerate(zip(departures, sizes, strict=True))]
    limits = (1e9,) * len(quanta)
    outcomes = Simulation(flows, {"queue": QueueSpec(limits, quanta)}, {}).run()
    one_fifo = Simulation([PlannedFlow(flow.departures, (("queue", flow.visits[0][1]._replace(band=0)),))
                           for flow in flows], {"queue": QueueSpec((1e9,), (0.0,), (), (None,))}, {}).run()
    work = [sum(sum(row.delays) * size for row, size in zip(rows, sizes, strict=True)) for rows in (outcomes, one_fifo)]
    assert work[0] == pytest.approx(work[1], rel=0.35)
    if not quanta[0]:
        assert max(outcomes[0].delays) <= (max(sizes) + sizes[0]) * 400 + 1


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10**6), st.integers(2, 8), st.integers(2, 60))
def test_fair_queues_lose_no_packet_out_of_sight(seed: int, count: int, limit: int) -> None:
    """Flows of one size that begin together, too: each packet arrives or is counted as lost."""
    draw = Random(seed)
    size = 1500.0
    departures = [range(draw.choice((0, 1_000)), 10**8, draw.choice((10**6, 2 * 10**6))) for _ in range(count)]
    flows = [PlannedFlow(sent, (("queue", Visit(0, size, 400_000.0, 0.0, k)),)) for k, sent in enumerate(departures)]
    spec = QueueSpec((float(limit),), (0.0,), (), ((size, 5e6, 1e8),))
    outcomes = Simulation(flows, {"queue": spec}, {}).run()
    assert [len(outcome.delays) + outcome.lost for outcome in outcomes] == [len(sent) for sent in departures]


def test_colours_are_not_computed_packet_by_packet() -> None:
    """A full queue drops yellow before green: three equal lines lost 0, 11.7 and 27.5 % in the lab."""
    blueprint = plan(load(NETWORKS.parents[2] / "benchmarks" / "networks" / "precedence.yaml"))
    loss = predict(blueprint, flow_paths(blueprint), RunPlan(1, 20))["office-1.send"][Metric.LOSS]
    assert (loss.value, loss.high) == (None, None) and "yellow" in loss.by


def test_the_largest_delay_is_one_only_where_nothing_is_random() -> None:
    """Whether a random packet meets another is decided by ns; packets at a constant rate meet all the time."""
    constant = planned("tandem", 20)["near-1.p1"][Metric.MAX_DELAY]
    random = planned("sparse-flows", 20)["k1-1.ktiny"][Metric.MAX_DELAY]
    assert constant.value is not None and constant.by == "packet by packet"
    assert random.value is None and random.high is not None


def test_timers_and_arp_vary_what_meets_no_other(line: Make) -> None:
    """A packet that meets no other comes some ns late now and then: 0.8 ns of jitter and 498 ns of variation. One in
    thousands waits for a frame of ARP, a cell on the line, and for one at 100 Mbit/s."""
    blueprint = line("call")
    predicted = predict(blueprint, flow_paths(blueprint))["homes-1.call.up"]
    bound = predicted[Metric.MAX_DELAY]
    assert bound.high is not None and bound.low is not None
    most = 3 * 1000 + 53 * 8e9 / 512e3 + 84 * 8e9 / 100e6
    assert predicted[Metric.JITTER].high == pytest.approx(most, rel=1e-3)
    assert bound.high - bound.low == pytest.approx(most, rel=1e-3)
