"""What all have in common who ask, wait for the answer, pause, and ask again: pages, mail, look-ups, typing."""

from __future__ import annotations

from traffic.engine.flow_context import FlowContext
from traffic.engine.flow_counters import Tally
from traffic.engine.flow_lifecycle import Running
from traffic.sample_files import LOST, Transactions
from twin.core.seeds import stream
from twin.plan.blueprint import Flow, RequestResponse


class Asking(Running):
    """One subscriber who asks one thing after the other, with pauses that are exponentially distributed.

    A kind of asking says how in `ask`, calls `over` once the answer is there, and lets go of all it holds in `close`.
    """

    def __init__(self, flow: Flow, asked: RequestResponse, tally: Tally, context: FlowContext) -> None:
        super().__init__(flow, tally)
        self.asked, self.loop, self.timing = asked, context.loop, context.timing
        self._random = stream(self.timing.seed, f"pauses/{flow.name}")
        self._started: int | None = None
        self._rows: list[tuple[int, int]] = []

    @property
    def waiting(self) -> bool:
        """Whether something was asked and not answered yet."""
        return self._started is not None

    def begin(self) -> None:
        """Ask for the first time."""
        self._next()

    def ask(self) -> None:
        """Ask; the time runs from now on."""
        raise NotImplementedError

    def over(self, ended: int) -> None:
        """What was asked for is there (ns since 1970), or will never be (LOST); ask again after a pause."""
        if self._started is None:
            return
        self._rows.append((self._started, ended))
        self._started = None
        pause = round(self._random.expovariate(1.0) * self.asked.pause)
        self.loop.at(self.loop.now + pause, self, self._next)

    def _next(self) -> None:
        if self.loop.now < self.timing.stop and not self.tally.errors:
            self._started = self.loop.now
            self.tally.asked += 1
            self.ask()

    def stop(self) -> None:
        """Ask no more; what is under way stays LOST."""
        if self._started is not None:
            self._rows.append((self._started, LOST))
            self._started = None
        self.close()

    def samples(self) -> Transactions:
        """What was asked for, times after the start of the measurement."""
        started = tuple(start - self.timing.origin for start, _ in self._rows)
        ended = tuple(end if end == LOST else end - self.timing.origin for _, end in self._rows)
        return Transactions(started, ended, (self.asked.largest,) * len(self._rows))
