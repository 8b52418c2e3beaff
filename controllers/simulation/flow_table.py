"""A flow table of a simulated switch: its rules, and those of them that packets to one destination may meet."""

from __future__ import annotations

from typing import Any, NamedTuple

from controllers.simulation.openflow_records import OFPMatch
from controllers.simulation.packet_match import Condition, conditions, prefixes

RuleKey = tuple[int, OFPMatch]
"""The priority and the match of a rule."""


class Candidate(NamedTuple):
    """A rule for some packets to a destination: what else it asks of them, and its instructions."""

    conditions: tuple[Condition, ...]
    instructions: tuple[Any, ...]


class FlowTable:
    """Two tables are equal if their rules are. rules: the instructions of each."""

    def __init__(self) -> None:
        self.rules: dict[RuleKey, tuple[Any, ...]] = {}
        self._by_prefix: dict[str, dict[RuleKey, int]] = {}
        self._added = 0

    def __eq__(self, other: object) -> bool:
        return isinstance(other, FlowTable) and self.rules == other.rules

    __hash__ = None  # type: ignore[assignment]  # it changes

    def add(self, key: RuleKey, instructions: tuple[Any, ...]) -> None:
        """Add a rule, or replace the one with the same priority and match."""
        if key not in self.rules:
            self._added += 1
            self._by_prefix.setdefault(key[1].destination, {})[key] = self._added
        self.rules[key] = instructions

    def remove(self, key: RuleKey) -> None:
        """Remove a rule, if it is there."""
        if self.rules.pop(key, None) is not None:
            del self._by_prefix[key[1].destination][key]

    def candidates(self, destination: str) -> list[Candidate]:
        """The rules that may match a packet to a destination, the first to be tried first: by priority, then by when
        they were added."""
        numbered = [(-key[0], number, key) for prefix in self._by_prefix.keys() & {"", *prefixes(destination)}
                    for key, number in self._by_prefix[prefix].items()]
        ordered = [key for _, _, key in sorted(numbered)]
        return [Candidate(fields, self.rules[key]) for key in ordered if (fields := conditions(key[1])) is not None]
