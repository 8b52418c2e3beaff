"""Runs inside a lab: the star of tests.traffic.star_network under a live load, and the windows that it leaves.

The load begins with calls, a stream and pages, which are stopped after 8 s; a download starts after 5 s and is stopped
after 9, a call is stopped after 4 s and started again after 11; an upload is stopped as soon as it was started.
"""

from __future__ import annotations

from functools import partial
from pathlib import Path

from tests.traffic.star_network import GONE, HOSTS, build, flows
from traffic.engine.flow_context import DEFAULT_CONTROL, NO_LIMIT
from traffic.engine.flow_counters import FlowCounters
from traffic.live.load import LiveLoad, Surroundings
from traffic.live.window import Window, encode
from twin.core.units import NS_PER_S
from twin.lab import GUEST_OUT

SECONDS = 16
CHANGES: tuple[tuple[int, tuple[str, ...], tuple[str, ...]], ...] = (
    (0, ("call.up", "call.down", "stream", "pages", "nobody"), ()), (4, (), ("call.down",)), (5, ("download",), ()),
    (8, (), ("pages",)), (9, (), ("download",)), (11, ("call.down", "call.up"), ()), (12, ("upload",), ()),
    (12, (), ("upload",)))
"""After how many seconds which flows are started, and which are stopped."""


def main() -> int:
    """Build it and load it."""
    build()
    out = Path(GUEST_OUT)
    known = {flow.name: flow for flow in flows()}

    def write(window: Window) -> None:
        (out / f"{window.number:03d}.window").write_bytes(encode(window))

    load = LiveLoad(Surroundings({host.name: host for host in (*HOSTS, GONE)}, {}, HOSTS[0].mac, NO_LIMIT,
                                 DEFAULT_CONTROL, connections=4, seed=7), out, write)
    loop, owner, begin = load.loop, FlowCounters(), load.loop.now
    for second, start, stop in CHANGES:
        loop.call_at(begin + second * NS_PER_S, owner, partial(load.stop, stop))
        loop.call_at(begin + second * NS_PER_S, owner, partial(load.start, [known[name] for name in start]))
    load.begin()
    loop.run_until(begin + SECONDS * NS_PER_S)
    load.close()
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
