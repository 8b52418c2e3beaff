"""A view of a live twin as metrics in base units: seconds, bytes, ratios. Pure. docs/methods.md lists them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from twin.core.units import NS_PER_S, PPM
from twin.judge.figures.span_load import schedulers
from twin.judge.live.fidelity import Trust
from twin.judge.live.view import View
from twin.judge.verdict import Outcome
from twin.model import Metric
from twin.model.metrics.row import RATE, RATIO, TIME, Scale
from twin.plan.queue_and_airtime_counters import QueueCounters
from twin.report.exposition.text_format import Family, Sample, text

BITS = 8
WORDS = {Outcome.MET: "met", Outcome.MISSED: "missed", Outcome.INCONCLUSIVE: "unknown"}

INFO = Family("twin_info", "Which network is up, under which policy; always 1.")
TRUST = Family("twin_fidelity", "1 for what is known of the fidelity: trusted, untrusted or unknown; 0 for the others.")
LATENESS = Family("twin_timer_lateness_seconds", "Lateness of the latest timer of the traffic generators.")
LOSSES = Family("twin_unmodelled_losses_packets", "Packets that were lost outside the model.")
STOLEN = Family("twin_stolen_time_ratio", "Part of a processor's time that the host of the machine gave to others, of "
                                          "the worst second and processor; absent where it is not counted.")
BROKEN = Family("twin_broken", "1 for each span and node that is cut or degraded; label fault: cut or degrade.")
RATE_OF_SPAN = Family("twin_span_rate_bytes_per_second", "Rate of the scheduler before a span.")
SENT = Family("twin_span_sent_bytes_total", "Bytes sent on a span, at the layer of its rate.")
PACKETS = Family("twin_span_sent_packets_total", "Packets sent on a span.")
DROPPED = Family("twin_span_dropped_packets_total", "Packets dropped by the queues before a span.")
BACKLOG = Family("twin_span_backlog_bytes", "Bytes that wait before a span.")
TARGETS = Family("twin_target_outcome", "1 for what is known of a target: met, missed or unknown; 0 for the others.")


def of_metric(metric: Metric) -> Family:
    """The family of a metric of flows."""
    word, _ = unit(metric.row.scale)
    name = "_".join(filter(None, ("twin_flow", metric.value.replace("-", "_"), word)))
    return Family(name, f"{metric.row.title[0].upper()}{metric.row.title[1:]} of a flow.")


def unit(scale: Scale) -> tuple[str, float]:
    """The base unit of Prometheus for a scale as a word, and how many of ours (ns, ppm, bit/s) make one."""
    units = {TIME: ("seconds", NS_PER_S), RATIO: ("ratio", PPM), RATE: ("bytes_per_second", BITS)}
    return units.get(scale, ("", 1))


FAMILIES = (INFO, TRUST, LATENESS, LOSSES, STOLEN, BROKEN, RATE_OF_SPAN, SENT, PACKETS, DROPPED, BACKLOG, TARGETS,
            *map(of_metric, Metric))
"""All that there are."""


def exposition(twin: str, seen: View) -> str:
    """What is seen of a twin as text. twin: what it is called, a label of every sample."""
    return text([*_whole(seen), *_spans(seen), *_flows(seen)], {"twin": twin})


def _whole(seen: View) -> Iterator[tuple[Family, Iterable[Sample]]]:
    known = seen.fidelity
    yield INFO, [Sample(1, {"network": seen.blueprint.name, "policy": seen.blueprint.policy.name})]
    yield TRUST, [Sample(known.trust is trust, {"state": trust.value}) for trust in Trust]
    yield LATENESS, [Sample(known.lateness / NS_PER_S)]
    yield LOSSES, [Sample(sum(known.losses.values()))]
    yield STOLEN, [Sample(known.stolen)] if known.stolen is not None else []
    yield BROKEN, [Sample(1, {"name": fault.name, "fault": fault.kind.value}) for fault in seen.faults]


def _spans(seen: View) -> Iterator[tuple[Family, Iterable[Sample]]]:
    orders = schedulers(seen.blueprint)
    yield RATE_OF_SPAN, [Sample(order.rate / BITS, _way(*place)) for place, order in orders.items()]
    counted = [(queue, {**_way(queue.span, queue.forward), "class": orders[queue.span, queue.forward].bands[
        queue.band].service_class}) for queue in seen.queues if (queue.span, queue.forward) in orders]
    for family, field in ((SENT, "size"), (PACKETS, "packets"), (DROPPED, "drops"), (BACKLOG, "backlog")):
        yield family, [Sample(_count(queue, field), labels) for queue, labels in counted]


def _count(queue: QueueCounters, field: str) -> int:
    return int(getattr(queue, field))


def _way(span: str, forth: bool) -> Mapping[str, str]:
    return {"span": span, "direction": "forward" if forth else "reverse"}


def _flows(seen: View) -> Iterator[tuple[Family, Iterable[Sample]]]:
    planned = {flow.name: flow for flow in seen.blueprint.flows}

    def labels(name: str) -> Mapping[str, str]:
        flow = planned[name]
        return {"flow": name, "workload": flow.workload, "line": flow.line, "class": flow.service_class}

    yield TARGETS, [Sample(verdict.verdict is outcome, {**labels(verdict.flow), "metric": verdict.metric.value,
                                                        "outcome": word})
                    for verdict in seen.verdicts for outcome, word in WORDS.items()]
    for metric in Metric:
        base = unit(metric.row.scale)[1]
        yield of_metric(metric), [Sample(flow.values[metric] / base, labels(flow.flow)) for flow in seen.flows
                                  if metric in flow.values]
