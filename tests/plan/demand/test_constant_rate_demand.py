"""Services that ask for more than their line, or their class, can carry are refused with the numbers."""

from __future__ import annotations

import pytest

from twin.core.errors import TopologyError
from twin.model import Policy
from twin.model.yaml import read
from twin.plan import plan

TEXT = """
twin: 1
name: small
sites: {{town: {{}}}}
switches: {{core: {{site: town}}}}
dslams: {{dslam: {{site: town, uplink: {{to: core, capacity: 100 Mbit/s}}}}}}
head-ends: {{gate: {{site: town, uplink: {{to: core, capacity: 100 Mbit/s}}}}}}
classes:
  voice: {{dscp: EF, strict: true, police: {police}}}
  tv: {{dscp: CS3, weight: 3}}
  data: {{dscp: DF}}
services:
  telephony: {{class: voice, head-end: gate, transport: udp, ports: [{ports}]}}
  channels: {{class: tv, head-end: gate, transport: udp, ports: [5000, 6000]}}
  web: {{class: data, head-end: gate, transport: udp, ports: [7000, 7999]}}
  cinema: {{class: data, head-end: gate, transport: tcp, ports: [8000, 8099]}}
profiles:
  dsl: {{down: {down}, up: 512 kbit/s}}
workloads:
  call: {{service: telephony, activity: call}}
  second: {{service: telephony, activity: call}}
  film: {{service: channels, activity: stream, rate: 3.5 Mbit/s}}
  channel: {{service: channels, activity: stream, rate: 1.5 Mbit/s}}
  demanded: {{service: cinema, activity: film, rate: {film}}}
  flood: {{service: web, activity: flood, rate: 9 Mbit/s}}
lines:
  homes: {{at: dslam, profile: dsl, subscribers: 9, emulated: 3, runs: [{runs}]}}
"""


def problems(runs: str, down: str = "2048 kbit/s", police: str = "200 kbit/s",
             policy: Policy = Policy.QOS, film: str = "1 Mbit/s",
             ports: str = "16384, 32767") -> list[str]:
    """What the plan says against it."""
    try:
        plan(read(TEXT.format(runs=runs, down=down, police=police, film=film, ports=ports), "small.yaml"), policy)
    except TopologyError as fault:
        return [str(problem) for problem in fault.problems]
    return []


def test_a_film_does_not_fit_a_line_of_2_mbit() -> None:
    """A transport stream of 3.5 Mbit/s is 4.088 Mbit/s of cells: more than a line of 2048 kbit/s, QoS or not."""
    (message,) = problems("film")
    assert message == ("small.yaml:27:71 lines.homes.runs: its services ask for 4.088 Mbit/s of ATM cells down (film "
                       "4.088 Mbit/s), "
                       "and a line of profile dsl carries 2.048 Mbit/s; sell a faster profile, or leave one out, or "
                       "let film send at most 50 % of its rate")
    assert problems("film", policy=Policy.NONE) == [message]


def test_a_film_on_demand_must_come_as_fast_as_it_plays() -> None:
    """Of 2048 kbit/s of cells TCP has 1.748: 1448 bytes of payload in 32 cells. A call beside it leaves less."""
    assert problems("demanded", film="1.74 Mbit/s") == []
    (message,) = problems("demanded", film="1.76 Mbit/s")
    assert "ask for 2.061 Mbit/s of ATM cells down (demanded 2.061 Mbit/s)" in message
    assert problems("demanded, call", film="1.74 Mbit/s") != []


def test_services_are_summed() -> None:
    """A channel and a call fit 2048 kbit/s, and not 1800: 1.752 + 0.106 Mbit/s of cells."""
    assert problems("channel, call") == []
    (message,) = problems("channel, call", down="1800 kbit/s")
    assert "ask for 1.858 Mbit/s of ATM cells down (channel 1.752 Mbit/s, call 106 kbit/s)" in message


def test_a_service_with_too_few_ports_says_how_many_it_wants() -> None:
    """Each call has a port of its own at the head-end."""
    (message,) = problems("call, second", ports="16384, 16387")
    assert message == ("small.yaml:27:3 lines: service telephony has 4 ports (16384 to 16387), and 6 are wanted, one "
                       "for each "
                       "channel and UDP flow; give it more, or emulate fewer lines")


def test_one_message_a_group() -> None:
    """Three lines of the group are in the same plight: it is said once, at the group."""
    assert len(problems("film")) == 1


@pytest.mark.parametrize("runs", ["flood", "flood, call"])
def test_floods_may_be_too_much(runs: str) -> None:
    """A flood is there to overload the line: it is refused nothing."""
    assert problems(runs) == []


def test_calls_that_the_policer_would_drop() -> None:
    """Two calls of 85.6 kbit/s of frames do not pass a policer of 100 kbit/s; one does."""
    assert problems("call", police="100 kbit/s") == []
    (message,) = problems("call, second", police="100 kbit/s")
    assert "class voice send 171.2 kbit/s" in message and "policed at 100 kbit/s a line" in message
