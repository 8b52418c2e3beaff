"""Checks of targets and faults: targets have flows to be judged on, and the order of faults is possible."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import assert_never

from twin.core.units import Time, show_time
from twin.model import Dial, Fault, FaultKind, LineGroup, Metric, Target, Workload
from twin.model.yaml.parsed_network import ParsedNetwork
from twin.model.yaml.problems import Path, listed, quoted

Found = Iterator[tuple[Path, str, str]]


def targets(draft: ParsedNetwork) -> Found:
    """A target bounds something that is measured, on flows that exist."""
    workloads = {work.name: work for work in draft.network.workloads}
    groups: dict[str, LineGroup] = {group.name: group for group in draft.network.lines}
    for index, target in zip(draft.positions.get("targets", ()), draft.network.targets, strict=True):
        path: Path = ("targets", index)
        if not target.bounds:
            yield path, "has no bound", "write for example mean-delay: 100 ms"
        if target.workload in workloads:
            yield from _measured(path, target.metrics, workloads[target.workload])
            if "lines" not in draft.doubtful:
                yield from _loaded(path, target, groups)


def _measured(path: Path, metrics: Iterable[Metric], work: Workload) -> Found:
    for metric in metrics:
        if work.activity not in metric.row.activities:
            yield ((*path, metric.value), f"is not measured for activity {quoted(work.activity)}",
                   f"it belongs to {listed([activity.value for activity in metric.row.activities])}")
        elif isinstance(work.settings, Dial) and not work.settings.speech and not metric.row.of_signalling:
            yield ((*path, metric.value), f"is not measured for {quoted(work.name)}, which has no speech",
                   "leave it out, or leave speech: false out")


def _loaded(path: Path, target: Target, groups: Mapping[str, LineGroup]) -> Found:
    """Lines of every group named, and of one at least, run the workload."""
    def runs(group: LineGroup) -> bool:
        return target.workload in group.runs and group.emulated > 0

    remedy = "let it run it, with at least one line emulated"
    for index, name in enumerate(target.lines):
        if name in groups and not runs(groups[name]):
            yield (*path, "lines", index), f"no emulated line of {quoted(name)} runs {quoted(target.workload)}", remedy
    if not target.lines and not any(map(runs, groups.values())):
        yield (*path, "workload"), f"no emulated line runs {quoted(target.workload)}", "let a line group run it"


def faults(draft: ParsedNetwork) -> Found:
    """Faults come in order of time and affect one element each; what is up is cut, and what is not is restored."""
    latest = Time(0)
    broken: dict[tuple[str, str], FaultKind] = {}
    emulated = [name for group in draft.network.lines for name in group.names]
    for index, fault in zip(draft.positions.get("faults", ()), draft.network.faults, strict=True):
        if fault.at < latest:
            yield (("faults", index, "at"), f"{show_time(fault.at)} is before the fault above, at {show_time(latest)}",
                   "write faults in order of time")
        latest = max(latest, fault.at)
        named = [(kind, name) for kind, name in (("span", fault.span), ("node", fault.node), ("line", fault.line))
                 if name is not None]
        if len(named) != 1:
            yield ("faults", index), "names several of span, node and line, or none", "name one of them"
            continue
        (kind, name), = named
        if fault.line is not None and "lines" not in draft.doubtful and fault.line not in emulated:
            example = f"write its group and its number, as in {quoted(emulated[0])}" if emulated else "emulate one"
            yield ("faults", index, "line"), f"{quoted(fault.line)} is no emulated line", example
        yield from _sense(("faults", index), fault, f"{kind} {quoted(name)}", broken.pop((kind, name), None))
        if fault.kind.breaks:
            broken[kind, name] = fault.kind


def _sense(path: Path, fault: Fault, what: str, broken: FaultKind | None) -> Found:
    """broken: what happened to it last, if it is not whole."""
    match fault.kind:
        case FaultKind.MEND if broken is None:
            yield path, f"restores {what}, which is already up at that time", "cut it first"
        case FaultKind.CUT if broken is not None:
            yield path, f"cuts {what}, which is cut or degraded already", "add a fault of kind mend before it"
        case FaultKind.DEGRADE:
            yield from _degrades(path, fault, what, broken)
        case FaultKind.MEND | FaultKind.CUT:
            pass
        case _:
            assert_never(fault.kind)
    if fault.up is not None and fault.line is None:
        yield (*path, "up"), "means nothing to a span, whose rate falls both ways", "leave it out, or write line:"
    for key, value in (("impairments", fault.impairments), ("rate", fault.rate), ("up", fault.up)):
        if fault.kind is not FaultKind.DEGRADE and value is not None:
            yield (*path, key), f"means nothing to a {fault.kind.value}", "leave it out, or write kind: degrade"


def _degrades(path: Path, fault: Fault, what: str, broken: FaultKind | None) -> Found:
    if broken is FaultKind.CUT:
        yield path, f"degrades {what}, which is cut", "add a fault of kind mend before it"
    if fault.node is not None or not (fault.impairments or fault.rate or fault.up):
        yield (path, "degrades without saying which span or line falls to which rate, or does what to packets",
               "write for example rate: 10 Mbit/s, or impairments: {loss: 1 %}")
