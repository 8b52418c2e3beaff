"""What a simulated switch has looked up, by the packets' destination, until a change of its tables may matter to it."""

from __future__ import annotations

from typing import Any

from controllers.simulation.packet_match import within


class ForwardingMemo:
    """Lookups of one switch. Rules for a prefix change only what becomes of packets to addresses in it. changes: how
    often something was forgotten."""

    def __init__(self) -> None:
        self._known: dict[str, dict[Any, Any]] = {}
        self.changes = 0

    def of(self, destination: str) -> dict[Any, Any]:
        """What is known of packets to an address; the reader adds to it."""
        known = self._known.get(destination)
        if known is None:
            known = self._known[destination] = {}
        return known

    def forget(self) -> None:
        """Everything."""
        self._known.clear()
        self.changes += 1

    def forget_prefix(self, prefix: str) -> None:
        """What is known of packets to a prefix, or to one address."""
        for destination in [known for known in self._known if within(known, prefix)]:
            del self._known[destination]
            self.changes += 1
