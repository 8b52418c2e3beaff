"""What is done to a live twin: its load, its policy, cuts and degradations of its spans and nodes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import count

from twin.api.live.attached_twin import PATIENCE_S, AttachedTwin
from twin.api.live.degradation import degradation
from twin.core.errors import EmulationError, UsageError
from twin.core.records import to_compact_json
from twin.core.units import Time
from twin.jobs.live.channel import ChangeLines, ChangeLoad, InjectFault, LoadChanged, Rebuild, Rebuilt
from twin.jobs.live.load_selection import for_live_use, selected
from twin.model import FaultKind, Policy
from twin.plan import plan
from twin.plan.blueprint import Blueprint, FaultPlan, Flow
from twin.plan.line_changes import (
    LineChange,
    also_running,
    changed_flows,
    changed_spans,
    lines_meant,
    sold_as,
    with_line_changes,
)
from twin.plan.qos.policies import policy_named

REBUILD_PATIENCE_S = 600.0
"""Within which another blueprint must stand."""


class ChangeableTwin(AttachedTwin):
    """An attachment through which a live twin is changed."""

    def start_load(self, *names: str, on: str = "") -> tuple[str, ...]:
        """Start the flows that names mean (workload, service, class, line group, line, flow, or "all").

        on: a line or line group: the names are then of workloads, which its lines run alone and need not have run yet.
        Returns the flows that run then. Raises UsageError for a name that means nothing, TopologyError where the lines
        cannot carry it, EmulationError where a flow cannot be started.
        """
        if on:
            self._let_run(names, on)
        return self._change_load(ChangeLoad(start=self._meant(names, on)))

    def start_flows(self, flows: Iterable[Flow]) -> tuple[str, ...]:
        """Start these flows of its blueprint, as `start_load`."""
        return self._change_load(ChangeLoad(start=tuple(flow.name for flow in flows)))

    def stop_load(self, *names: str, on: str = "") -> tuple[str, ...]:
        """Stop the flows that names mean, as `start_load`; what the kernel has already, about a second, still goes."""
        return self._change_load(ChangeLoad(stop=self._meant(names, on)))

    def flows(self, *names: str, on: str = "") -> tuple[Flow, ...]:
        """The flows that names mean, as `start_load`, whether they run or not."""
        flows = self.blueprint().flows
        lines = {flow.line for flow in flows} if not on else {*lines_meant(self.described(), on)}
        return tuple(flow for flow in selected(flows, names) if flow.line in lines)

    def _meant(self, names: Sequence[str], on: str) -> tuple[str, ...]:
        return tuple(flow.name for flow in self.flows(*names, on=on))

    def _let_run(self, workloads: Sequence[str], on: str) -> None:
        """Plan what the lines do not run by the description."""
        described, lines = self.described(), dict(self.status().lines)
        for line in lines_meant(described, on):
            for workload in workloads:
                lines[line] = also_running(described, lines, line, workload)
        self._change_lines(lines)

    def change_profile(self, name: str, profile: str) -> Time:
        """Sell a line, or every line of a group, as another profile of the same technology; read back.

        What waits in the line's queues is lost and its flows that depend on its rates begin again; all others go on.
        Where more follows from the profile than the line itself, the network is rebuilt: returns for how long there was
        none, else 0. Raises UsageError for names that mean nothing and for a line that is broken, TopologyError where
        the line cannot carry what it runs.
        """
        described, lines = self.described(), dict(self.status().lines)
        for line in lines_meant(described, name):
            lines[line] = sold_as(described, lines, line, profile)
        return self._change_lines(lines)

    def change_lines(self, lines: Mapping[str, LineChange]) -> Time:
        """Let lines be sold and used so, and all others as described; as `change_profile`."""
        return self._change_lines(dict(lines))

    def _change_lines(self, lines: dict[str, LineChange]) -> Time:
        lines = {line: change for line, change in lines.items() if change != LineChange()}
        described, state, before = self.described(), self.status(), self.blueprint()
        if lines == state.lines:
            return Time(0)
        policy = policy_named(described, state.policy)
        after = for_live_use(plan(with_line_changes(described, lines), policy))
        if changed_spans(before, after) is None:
            return self._rebuild(after, keep_faults=True, lines=lines)
        others, planned = changed_flows(before, after) & {*state.flows}, {flow.name for flow in after.flows}
        self._change_load(ChangeLoad(stop=tuple(sorted(others))))
        try:
            self._do(ChangeLines(self._written(after), lines))
        finally:
            self._change_load(ChangeLoad(start=tuple(sorted(others & planned))))
        return Time(0)

    def _change_load(self, change: ChangeLoad) -> tuple[str, ...]:
        if change == ChangeLoad():
            return tuple(sorted(self.status().flows))
        wanted, unwanted = {*change.start}, {*change.stop}
        running = {*self._do(change).flows}
        while not (wanted <= running and not unwanted & running):
            event = self.next_event(PATIENCE_S)
            if event is None:
                raise EmulationError(f"the load did not change within {PATIENCE_S:g} s")
            if isinstance(event, LoadChanged):
                running = {*event.running}
                failed = {name: why for name, why in event.failed.items() if name in wanted | {""}}
                if failed:
                    reasons = "; ".join(f"{name or 'load'}: {', '.join(why)}" for name, why in failed.items())
                    raise EmulationError(f"the load was not changed as asked: {reasons}")
        return tuple(sorted(running))

    def use_policy(self, policy: Policy) -> Time:
        """Rebuild the network under another policy, with its faults, and start its flows again.

        Returns for how long there was no network. Commands in nodes end. Raises TopologyError where the policy cannot
        be built.
        """
        return self._rebuild(for_live_use(plan(self.network(), policy)), keep_faults=True, lines=self.status().lines)

    def rebuild(self, blueprint: Blueprint, *, keep_faults: bool) -> Time:
        """Rebuild the network by any other blueprint, with or without its faults; as `use_policy`."""
        return self._rebuild(for_live_use(blueprint), keep_faults=keep_faults, lines={})

    def reset(self) -> Time:
        """Rebuild the network from its description, without faults and changes of lines; as `use_policy`.

        What stands then was read back and does not differ from the plan.
        """
        return self._rebuild(for_live_use(plan(self.described())), keep_faults=False, lines={})

    def _written(self, blueprint: Blueprint) -> str:
        """The name of a new file in the twin's folder with a blueprint."""
        used = {path.name for path in self.folder.glob("blueprint*.json")}
        file = next(name for number in count(2) if (name := f"blueprint-{number}.json") not in used)
        (self.folder / file).write_text(to_compact_json(blueprint))
        return file

    def _rebuild(self, blueprint: Blueprint, *, keep_faults: bool, lines: dict[str, LineChange]) -> Time:
        file, running = self._written(blueprint), {*self.status().flows}
        self._ask(Rebuild(file, keep_faults, lines), REBUILD_PATIENCE_S)
        while (event := self.next_event(PATIENCE_S)) is not None:
            if isinstance(event, Rebuilt) and event.blueprint == file:
                self._change_load(ChangeLoad(start=tuple(f.name for f in blueprint.flows if f.name in running)))
                return event.gap
        raise EmulationError(f"the twin was not rebuilt within {PATIENCE_S:g} s")

    def cut(self, name: str, *, node: bool = False) -> tuple[str, ...]:
        """Cut a span, or with `node` a switch, DSLAM or relay with all its spans; returns what is broken now."""
        return self._fault(FaultKind.CUT, name, node=node)

    def restore(self, name: str, *, node: bool = False) -> tuple[str, ...]:
        """Restore what was cut or degraded; returns what is broken now."""
        return self._fault(FaultKind.MEND, name, node=node)

    def degrade(self, span: str, **written: str) -> tuple[str, ...]:
        """Lower the rate of a span or line, or impair it: rate, up, loss, loss_bursts, delay, jitter, distribution,
        reorder, duplicate.

        Quantities as in a description: "10 Mbit/s", "1 %" (`degradation`). It is as the last call says, whatever those
        before said; without any, 1 % is lost. Read back. Returns what is broken now.
        """
        return self.inject(degradation(span, written))

    def clear(self, span: str) -> tuple[str, ...]:
        """Let a degraded span be as its description says. Raises UsageError where it is not degraded."""
        if not any(fault.span == span and fault.kind is FaultKind.DEGRADE for fault in self.status().faults):
            raise UsageError(f'the span "{span}" is not impaired; see: twin status')
        return self.restore(span)

    def _fault(self, kind: FaultKind, name: str, *, node: bool) -> tuple[str, ...]:
        span, switch = (None, name) if node else (name, None)
        return self.inject(FaultPlan(Time(0), kind, span, switch))

    def inject(self, fault: FaultPlan) -> tuple[str, ...]:
        """Cut, degrade or restore at once, whatever the fault's moment; returns what is broken now."""
        return self._do(InjectFault(fault)).broken
