"""What must hold in a lab, in one table: each invariant with the margins by which it held or did not; pure.

Only flows that theory knows are asked for losses and delays: streams of strict classes, over media that neither lose
nor delay by chance.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from itertools import accumulate

from traffic.sample_files import LOST, Calls, Samples
from twin.core.units import NS_PER_S, Time, show_time
from twin.jobs.search.labs.lab_run import LabRun
from twin.jobs.search.labs.outages import ON_THE_WAY, AllowedOutage
from twin.jobs.search.labs.waits_to_restore import used_too_soon
from twin.jobs.search.outcome import Margin
from twin.judge.certificate.certificate import VIRTUAL, certify
from twin.judge.certificate.cross_checks import Arrived, copied, deliveries
from twin.judge.figures.time_window import within
from twin.judge.flow_figures import figures
from twin.judge.verdict import Outcome, Verdict
from twin.judge.verdicts.judge import judge
from twin.plan.blueprint import LinkDirection
from twin.plan.blueprint.layers import HEADER
from twin.plan.demand.call_admission import admission

VIOLATED = -1.0
"""The margin of what holds or does not."""


def _no_error(run: LabRun) -> Iterator[Margin]:
    for reason in run.record.errors:
        yield Margin("the controller reports no error", VIOLATED, "controller", reason)


def _restored(run: LabRun) -> Iterator[Margin]:
    """Each flow: how long before the end of what is allowed its last packet was lost, and what no outage allows."""
    for flow, packets in run.streams:
        allowed = run.outages.between(run.switches[flow.source], run.switches[flow.sink])
        lost = [sent for sent, received in zip(packets.sent, packets.received, strict=True) if received == LOST]
        yield from _of_losses(flow.name, lost, allowed)


def _of_losses(flow: str, lost: Iterable[int], allowed: tuple[AllowedOutage, ...]) -> Iterator[Margin]:
    last: dict[AllowedOutage, int] = {}
    for sent in lost:
        within_one = [outage for outage in allowed if outage.since - ON_THE_WAY <= sent <= outage.until]
        if not within_one:
            before = [outage for outage in allowed if outage.until < sent]
            yield _unallowed(flow, sent, max(before, key=lambda outage: outage.until, default=None))
            return
        last[max(within_one, key=lambda outage: outage.until)] = sent
    for outage, sent in last.items():
        took, most = max(0, sent - outage.since), outage.until - outage.since
        yield Margin(RESTORED, 1 - took / most, flow,
                     f"lost packets for {show_time(took)} of {show_time(most)} after {outage.cause}", sent)


def _unallowed(flow: str, sent: int, before: AllowedOutage | None) -> Margin:
    if before is None:
        return Margin(RESTORED, VIOLATED, flow, f"lost a packet at {show_time(sent)}, where nothing had happened", sent)
    return Margin(RESTORED, 1 - (sent - before.since) / (before.until - before.since), flow,
                  f"lost a packet {show_time(sent - before.since)} after {before.cause}, where "
                  f"{show_time(before.until - before.since)} are allowed", sent)


def _no_duplicate(run: LabRun) -> Iterator[Margin]:
    twice = copied(run.blueprint, run.blueprint.flows)
    for name, tally in run.side.tallies.items():
        if tally["duplicates"] and name not in twice:
            yield Margin("no packet arrives twice", VIOLATED, name, f"{tally['duplicates']} packets")


def _no_loop(run: LabRun) -> Iterator[Margin]:
    """No packet takes longer than over every span between switches once in each direction: a loop is longer, unless
    all that it keeps is lost."""
    for flow, packets in run.streams:
        most = sum(_slowest(way, packets.size + HEADER, len(run.streams)) for way in run.ways(flow))
        rows = zip(packets.sent, packets.received, strict=True)
        delay, sent = max(((received - sent, sent) for sent, received in rows if received != LOST), default=(0, 0))
        yield Margin("no packet loops", 1 - delay / most, flow.name,
                     f"took {show_time(delay)} of {show_time(round(most))} for every span twice", sent)


def _slowest(way: LinkDirection, frame: int, streams: int) -> float:
    """ns on a span, behind a packet of another class and one of each other stream."""
    return way.least_delay + streams * way.serialization(frame) + way.serialization(way.layer.max_frame)


def _conserved(run: LabRun) -> Iterator[Margin]:
    for place, packets in sorted(run.side.closing.strays.items()):
        yield Margin("packets are dropped only where they may be", VIOLATED, place, f"{packets} packets")


def _queues(run: LabRun) -> Iterator[Margin]:
    side = run.side
    arrived = {name: Arrived(tally["received"], tally["duplicates"]) for name, tally in side.tallies.items()}
    for check in deliveries(run.blueprint, arrived, side.opened, side.closed):
        if not check.holds:
            yield Margin("each class in its queue", VIOLATED, check.what,
                         f"receivers count {check.ours}, {check.instrument} {check.theirs}")


def _targets(run: LabRun) -> Iterator[Margin]:
    """Of strict classes, in the healed network; within their bounds, though the time may be too short to show it."""
    names = {known.name for known in run.network.classes if known.strict}
    flows = [flow for flow in run.blueprint.flows if flow.service_class in names and flow.name in run.side.samples]
    begin, end = run.timetable.judged, run.timetable.stop
    measured = tuple(figures(flow, within(run.side.samples[flow.name], begin, end), (end - begin) / NS_PER_S,
                             charted=False) for flow in flows)
    trusted = certify(VIRTUAL, (), 0, 0, unchecked=("judged with the whole run",))
    judged_flows = {flow.name for flow in flows}
    for verdict in judge(run.network, run.blueprint, measured, None, {}, trusted):
        if verdict.flow in judged_flows and (verdict.value is not None or verdict.verdict is Outcome.MISSED):
            yield Margin("targets of strict classes are kept once all is healed", _left(verdict),
                         f"{verdict.flow} {verdict.metric.value}",
                         f"{'nothing' if verdict.value is None else format(verdict.value, '.4g')}, where "
                         f"{verdict.target:.4g} {verdict.unit} is the target", begin)


def _left(verdict: Verdict) -> float:
    """What part of a target was left; of one of nothing, such as loss, all of it or nothing."""
    if verdict.value is None:
        return VIOLATED
    apart = verdict.target - verdict.value if verdict.lower else verdict.value - verdict.target
    return min(1.0, apart / verdict.target) if verdict.target else (1.0 if apart >= 0 else VIOLATED)


def _admitted(run: LabRun) -> Iterator[Margin]:
    """Calls that were up at once take no more of any span or cell than its budget. A caller hears of the answer after
    the softswitch has admitted the call, and hangs up before it hears of that."""
    known = admission(run.blueprint)
    for resource, budget in known.budgets.items():
        changes = sorted(change for name, uses in known.per_call.items() if resource in uses
                         for change in _changes(run.side.samples.get(name), uses[resource]))
        peak = max(accumulate(change for _, change in changes), default=0.0)
        if budget:
            yield Margin("calls are admitted only where there is room", 1 - peak / budget, str(resource),
                         f"calls took {peak:.6g} of {budget:.6g}")


def _changes(calls: Samples | None, cost: float) -> Iterator[tuple[int, float]]:
    """When calls of a line begin and end to take what one takes; those that end sort before those that begin."""
    if isinstance(calls, Calls):
        for answered, ended in zip(calls.answered, calls.ended, strict=True):
            if answered != LOST:
                yield answered, cost
                if ended != LOST:
                    yield ended, -cost


def _waited(run: LabRun) -> Iterator[Margin]:
    for reroute in used_too_soon(run.blueprint, run.timetable.acts, run.record.reroutes):
        yield Margin("a span waits to be restored", VIOLATED, reroute.span, f"used at {show_time(reroute.began)}",
                     reroute.began)


def _as_planned(run: LabRun) -> Iterator[Margin]:
    for place, lines in sorted(run.record.deviations.items()):
        yield Margin("rules are those of the blueprint once all is healed", VIOLATED, place, "; ".join(lines[:3]))


RESTORED = "packets are lost only until a failure is healed"
INVARIANTS: tuple[Callable[[LabRun], Iterator[Margin]], ...] = (
    _no_error, _restored, _no_loop, _no_duplicate, _conserved, _queues, _admitted, _waited, _as_planned, _targets,
)
"""All invariants; another one is a function and its name here."""


def margins(run: LabRun) -> tuple[Margin, ...]:
    """All margins, those of what is violated first, then in the order of the table."""
    every = [margin for invariant in INVARIANTS for margin in invariant(run)]
    return tuple(sorted(every, key=lambda margin: margin.left >= 0))


def longest_outage(run: LabRun) -> tuple[Time, tuple[str, str]]:
    """The longest time for which packets of a flow were lost one after the other, ns, and between which switches,
    though these were connected."""
    worst, ends = 0, ("", "")
    for flow, packets in run.streams:
        pair = run.switches[flow.source], run.switches[flow.sink]
        apart = run.outages.isolation(*pair)
        since = None
        for sent, received in zip(packets.sent, packets.received, strict=True):
            connected = not any(outage.since - ON_THE_WAY <= sent <= outage.until for outage in apart)
            since = (sent if since is None else since) if received == LOST and connected else None
            if since is not None and sent - since > worst:
                worst, ends = sent - since, pair
    return Time(worst), ends
