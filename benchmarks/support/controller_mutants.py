"""Twenty kinds of fault for the controller, for the search to find: each changes one function of it for a time."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from typing import Any, NamedTuple

from controllers import openflow_messages as messages
from controllers.decisions import consistent_update, igmp_membership, network_state, reroute_decisions
from controllers.decisions.consistent_update import SwitchUpdate
from controllers.decisions.igmp_membership import MembershipChange
from controllers.igmp_querier import IgmpQuerier
from controllers.reroute_executor import RerouteExecutor
from controllers.simulation.openflow_records import OFPActionSetQueue
from controllers.switch_connections import SwitchConnections
from twin.plan.forwarding.multicast_trees import tree_rules


class Mutant(NamedTuple):
    """What is replaced where; by: takes what was there."""

    owner: Any
    name: str
    by: Callable[[Any], Any]


@contextmanager
def planted(mutant: Mutant) -> Iterator[None]:
    """The controller with this fault."""
    original = getattr(mutant.owner, mutant.name)
    setattr(mutant.owner, mutant.name, mutant.by(original))
    try:
        yield
    finally:
        setattr(mutant.owner, mutant.name, original)


def _without(field: str) -> Callable[[Callable[..., SwitchUpdate]], Callable[..., SwitchUpdate]]:
    """A function whose updates lack something."""
    return lambda original: lambda *args: original(*args)._replace(**{field: ()})


def _in_one_round(original: Any) -> Any:
    def rounds(*args: Any) -> tuple[dict[str, SwitchUpdate], ...]:
        parts: dict[str, list[SwitchUpdate]] = {}
        for updates in original(*args):
            for switch, update in updates.items():
                parts.setdefault(switch, []).append(update)
        return ({switch: consistent_update._merge(each) for switch, each in parts.items()},) if parts else ()

    return rounds


def _restores_without_waiting_again(_original: Any) -> Any:
    def expired(self: RerouteExecutor, span: str, _since: int) -> None:
        if self.waits.pop(span, None) is not None:
            network = self._network
            network.state = reroute_decisions.wait_to_restore_expired(network.state, span)
            self.proceed()

    return expired


def _programs_at_once(original: Any) -> Any:
    def proceed(self: RerouteExecutor) -> None:
        if self.begun:
            self._network.program_waiting()
        original(self)

    return proceed


def _begins_with_older_rules(_original: Any) -> Any:
    def begin(self: RerouteExecutor) -> None:
        self._clearing = True
        self.switch_cleared()

    return begin


def _next_queue(original: Any) -> Any:
    def actions(*args: Any) -> Iterator[Any]:
        for action in original(*args):
            yield OFPActionSetQueue(action.queue_id + 1) if isinstance(action, OFPActionSetQueue) else action

    return actions


def _groups_not_cleared(original: Any) -> Any:
    return lambda datapath: (message for number, message in enumerate(original(datapath)) if number != 1)


def _one_bucket(original: Any) -> Any:
    def add_group(datapath: Any, group: Any) -> Any:
        message = original(datapath, group)
        if message.type == datapath.ofproto.OFPGT_FF:
            message.buckets = message.buckets[:1]
        return message

    return add_group


def _detours_as_low(original: Any) -> Any:
    return lambda datapath, rule, mac: original(
        datapath, replace(rule, priority=100) if rule.priority == 150 else rule, mac)


MUTANTS: Mapping[str, Mutant] = {
    "never restores a span": Mutant(RerouteExecutor, "wait_to_restore_expired", lambda _: lambda *_: None),
    "restores after an interrupted wait": Mutant(RerouteExecutor, "wait_to_restore_expired",
                                                 _restores_without_waiting_again),
    "restores at once": Mutant(reroute_decisions, "_isolates", lambda _: lambda *_: True),
    "hears no port that comes up": Mutant(network_state, "port_changed", lambda original: lambda state, *port: (
        original(state, *port) if not port[2] else state)),
    "sends all rounds at once": Mutant(reroute_decisions, "update_rounds", _in_one_round),
    "sends rounds in reverse": Mutant(reroute_decisions, "update_rounds", lambda original: lambda *args: tuple(
        reversed(original(*args)))),
    "leaves old rules": Mutant(consistent_update, "difference", _without("deleted_rules")),
    "leaves old groups": Mutant(consistent_update, "difference", _without("deleted_groups")),
    "does not modify groups": Mutant(consistent_update, "_tree_update", _without("modified_groups")),
    "does not reroute trees": Mutant(reroute_decisions, "tree_rules", lambda _: lambda blueprint, members, _: (
        tree_rules(blueprint, members))),
    "forgets trees when a switch connects": Mutant(network_state, "switch_rules", lambda original: lambda state, name: (
        original(replace(state, trees={}), name))),
    "ignores the ports of a switch that connects": Mutant(
        SwitchConnections, "connect", lambda _: lambda self, switch, datapath: self.waiting.update({switch: datapath})),
    "programs a switch during a reroute": Mutant(RerouteExecutor, "proceed", _programs_at_once),
    "begins beside older rules": Mutant(RerouteExecutor, "begin", _begins_with_older_rules),
    "waits for the barrier of a lost switch": Mutant(SwitchConnections, "disconnect", lambda original: lambda *args: (
        original(*args) and [])),
    "does not clear groups": Mutant(messages, "clear", _groups_not_cleared),
    "ignores leaves": Mutant(igmp_membership, "message_received", lambda original: lambda state, *args: (
        original(state, *args) if args[2].joins else MembershipChange(state, {}))),
    "prunes who has joined again": Mutant(igmp_membership, "_end_leave", lambda _: lambda state, *_: state),
    "never expires members": Mutant(igmp_membership, "expire_members", lambda _: lambda state, _: (
        MembershipChange(state, {}))),
    "sends no general query": Mutant(IgmpQuerier, "_send_general_query", lambda _: lambda *_: None),
    "sets the next queue": Mutant(messages, "_actions", _next_queue),
    "builds groups without a backup": Mutant(messages, "add_group", _one_bucket),
    "gives detours the priority of paths": Mutant(messages, "add_rule", _detours_as_low),
}
"""By what the controller then does."""
