"""Voice that the air of a radio cell cannot carry is refused with the numbers."""

from __future__ import annotations

import pytest

from twin.core.errors import TopologyError
from twin.model import BUILT_IN
from twin.model.yaml import read
from twin.plan import plan

TEXT = """
twin: 1
name: cell
sites: {{town: {{}}, hill: {{}}}}
switches: {{core: {{site: town}}}}
radio-cells: {{hill: {{standard: 802.11b, channel: 1}}}}
relays: {{mast: {{site: hill, uplink: {{to: core, medium: radio, length: 1 km, air: {{cell: hill}}}}}}}}
head-ends: {{gate: {{site: town, uplink: {{to: core, capacity: 100 Mbit/s}}}}}}
classes: {{voice: {{dscp: EF, strict: true}}, data: {{dscp: DF}}}}
services: {{telephony: {{class: voice, head-end: gate, transport: udp, ports: [16384, 32767]}}}}
profiles: {{wifi: {{down: 10 Mbit/s, up: 10 Mbit/s, technology: wifi}}}}
workloads: {{call: {{service: telephony, activity: call, codec: G.711}}}}
lines: {{homes: {{at: mast, profile: wifi, subscribers: 99, emulated: {calls}, runs: [call]}}}}
"""


def test_rates_of_classes_are_parts_of_what_a_station_surely_has() -> None:
    """Turns of a call's frames among full ones, 214 bytes every 1047 + 1993 us at 1 km; queues and weights are as ever.
    """
    network = read(TEXT.format(calls=1), "cell.yaml")
    for name, planned in ((name, plan(network, BUILT_IN[name])) for name in ("htb", "hfsc", "drr")):
        for station in planned.cells[0].stations:
            order = station.scheduler
            sure = sum(band.guarantee for band in order.bands)
            assert sure == (0 if name == "drr" else pytest.approx(214 * 8 / 3040e-6, rel=0.01))
            assert order.rate > 10 * sure and all(band.limit for band in order.bands)


def refusals(calls: int) -> list[str]:
    """What the plan says against so many calls."""
    try:
        plan(read(TEXT.format(calls=calls), "cell.yaml"))
    except TopologyError as fault:
        return [str(problem) for problem in fault.problems]
    return []


def test_more_calls_than_the_air_carries_are_refused() -> None:
    """Their bits would fit the hop's rate several times over; it is frames that fill the air, 100 a second of a call.

    At 11 Mbit/s and 1 km, in us: 364 of frame with its long preamble, 10 of SIFS, 248 of acknowledgement at 2 Mbit/s,
    50 of DIFS, and 13 on the way. Of 685 there is room for 14.6 calls, if nobody ever draws a backoff.
    """
    assert refusals(14) == []
    (message,) = refusals(15)
    assert message.startswith("cell.yaml:6:15 radio-cells.hill: its strict classes would need 1.03 times the available "
                              "airtime, "
                              "for 30 flows; on average 29 fit;")
