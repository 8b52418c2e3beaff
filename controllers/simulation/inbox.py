"""What a simulated application is told: at once, or after its pauses; always in the order in which it happened."""

from __future__ import annotations

from controllers.simulation.virtual_clock import Action, VirtualClock


class Inbox:
    """What waits for an application that is paused. A pause may begin during another one, and end later."""

    def __init__(self, clock: VirtualClock) -> None:
        self._clock = clock
        self._paused_until = 0
        self._waiting: list[Action] = []

    def pause(self, duration_ns: int) -> None:
        """Hand nothing over for a time."""
        self._paused_until = max(self._paused_until, self._clock.now_ns + duration_ns)

    def put(self, handle: Action) -> None:
        """Let something be handled, after all that has waited for longer."""
        if self._clock.now_ns >= self._paused_until and not self._waiting:
            handle()
            return
        if not self._waiting:
            self._clock.at(self._paused_until, self._hand_over)
        self._waiting.append(handle)

    def _hand_over(self) -> None:
        if self._clock.now_ns < self._paused_until:
            self._clock.at(self._paused_until, self._hand_over)
            return
        waiting, self._waiting = self._waiting, []
        for handle in waiting:
            handle()
