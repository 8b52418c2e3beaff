"""Networks that are sound, however lopsided, lossy or half in the air: their certificates hold, and verdicts stand."""

from __future__ import annotations

import pytest

from benchmarks.certificate import SOUND, certificate_of, planted, reasons
from benchmarks.predictions import drawn, network_checks
from benchmarks.support.lab import TOPOLOGIES
from benchmarks.support.planted_faults import ASKED, BECOMES
from twin.model.yaml import read

HEAD = """
twin: 1
name: sound
sites: {town: {}, hill: {}}
"""
BRACED = HEAD.replace("{", "{{").replace("}", "}}")
DSL = BRACED + """
switches: {{s: {{site: town}}}}
dslams: {{d: {{site: town, uplink: {{to: s, capacity: 34 Mbit/s}}}}}}
head-ends: {{srv: {{site: town, uplink: {{to: s, capacity: 100 Mbit/s}}}}}}
classes: {{data: {{dscp: DF, queue: {queue}}}}}
services: {{web: {{class: data, head-end: srv}}}}
profiles: {{adsl: {{down: 8000 kbit/s, up: {up}, delay: {delay}, interleaving: {depth}}}}}
workloads:
  download: {{service: web, activity: download}}
  flood: {{service: web, activity: flood, rate: 100 kbit/s, random: true}}
lines: {{a: {{at: d, profile: adsl, runs: [{runs}]}}}}
targets: [{{workload: {runs}, {target}}}]
"""
AIR = BRACED + """
switches: {{s: {{site: town}}}}
radio-cells: {{c: {{standard: 802.11b, channel: 6}}}}
relays: {{mast: {{site: hill, uplink: {{to: s, medium: radio, length: {length}, air: {{cell: c, rate: 11 Mbit/s}}}}}}}}
head-ends: {{srv: {{site: town, uplink: {{to: s, capacity: 100 Mbit/s}}}}}}
classes: {{data: {{dscp: DF, queue: 100 ms}}}}
services: {{web: {{class: data, head-end: srv}}}}
profiles: {{open: {{technology: wifi, down: {rate}, up: {rate}}}}}
workloads: {{download: {{service: web, activity: download}}}}
lines: {{far: {{at: mast, profile: open, runs: [download]}}}}
targets: [{{workload: download, goodput: 3 Mbit/s}}]
"""
LOSSY = BRACED + """
switches: {{s1: {{site: town}}, s2: {{site: town}}}}
spans: {{s1-s2: {{ends: [s1, s2], capacity: 2 Mbit/s, delay: 10 ms, impairments: {{loss: {loss}}}}}}}
head-ends: {{srv: {{site: town, uplink: {{to: s2, capacity: 100 Mbit/s}}}}}}
classes: {{data: {{dscp: DF, queue: 100 ms}}}}
services: {{web: {{class: data, head-end: srv}}}}
profiles: {{host: {{technology: ethernet, down: 100 Mbit/s, up: 100 Mbit/s}}}}
workloads:
  tcp: {{service: web, activity: upload}}
  udp: {{service: web, activity: flood, direction: up, rate: 500 kbit/s}}
lines: {{h1: {{at: s1, profile: host, runs: [tcp]}}, h2: {{at: s1, profile: host, runs: [udp]}}}}
targets: [{{workload: tcp, goodput: 1 Mbit/s}}, {{workload: udp, loss: 55 %}}]
"""
APART = HEAD + """
switches: {north: {site: town}, east: {site: town}, west: {site: hill}}
spans:
  north-east: {ends: [north, east], capacity: 100 Mbit/s, length: 5 km}
  east-west: {ends: [east, west], capacity: 100 Mbit/s, length: 40 km}
  west-north: {ends: [west, north], capacity: 100 Mbit/s, length: 60 km}
dslams: {d: {site: town, uplink: {to: east, capacity: 100 Mbit/s}}}
head-ends:
  softswitch: {site: hill, uplink: {to: west, capacity: 100 Mbit/s}}
  internet: {site: town, uplink: {to: north, capacity: 100 Mbit/s}}
classes:
  voice: {dscp: EF, strict: true, police: 100 kbit/s, queue: 50 ms}
  data: {dscp: DF, weight: 1, queue: 300 ms, discipline: fq-codel}
services:
  telephony: {class: voice, head-end: softswitch, transport: udp, ports: [16384, 32767]}
  web: {class: data, head-end: internet}
profiles: {dsl: {down: 512 kbit/s, up: 256 kbit/s, delay: 5 ms}}
workloads: {call: {service: telephony, activity: call, codec: G.711}, download: {service: web, activity: download}}
lines: {homes: {at: d, profile: dsl, subscribers: 2, emulated: 2, runs: [call, download]}}
targets: [{workload: call, loss: 0.1 %}]
"""
UNEQUAL = HEAD + """
switches: {core: {site: town}}
radio-cells:
  slow: {standard: 802.11b, channel: 4}
  damaged: {standard: 802.11g, channel: 3, retries: 2}
relays:
  slow-0: {site: hill, uplink: {to: core, medium: radio, air: {cell: slow, rate: 11 Mbit/s}}}
  slow-1: {site: hill, uplink: {to: core, medium: radio, air: {cell: slow, rate: 1 Mbit/s}}}
  damaged-0: {site: hill, uplink: {to: core, medium: radio, air: {cell: damaged, rate: 36 Mbit/s, frame-errors: 20 %}}}
  damaged-1: {site: hill, uplink: {to: core, medium: radio, air: {cell: damaged, rate: 36 Mbit/s, frame-errors: 20 %}}}
head-ends: {srv: {site: town, uplink: {to: core, capacity: 1 Gbit/s}}}
classes: {data: {dscp: DF, queue: 100 ms}}
services: {web: {class: data, head-end: srv}}
profiles: {open: {down: 1 Gbit/s, up: 1 Gbit/s, technology: wifi}}
workloads:
  large: {service: web, activity: flood, direction: up, rate: 20 Mbit/s, packet: 1500 bytes}
  slow: {service: web, activity: flood, direction: up, rate: 4 Mbit/s, packet: 1500 bytes}
lines:
  s0: {at: slow-0, profile: open, runs: [slow]}
  s1: {at: slow-1, profile: open, runs: [slow]}
  d0: {at: damaged-0, profile: open, runs: [large]}
  d1: {at: damaged-1, profile: open, runs: [large]}
targets: [{workload: large, loss: 90 %}]
"""
GOODPUT, DELAY = "goodput: 6 Mbit/s", "mean-delay: 100 ms"
NETWORKS = {
    "dsl": DSL.format(up="448 kbit/s", queue="100 ms", delay="8 ms", depth=0, runs="download", target=GOODPUT),
    "narrow-up": DSL.format(up="256 kbit/s", queue="100 ms", delay="8 ms", depth=0, runs="download", target=GOODPUT),
    "narrow-up-far": DSL.format(up="256 kbit/s", queue="100 ms", delay="13 ms", depth=16, runs="flood", target=DELAY),
    "air": AIR.format(length="500 m", rate="20 Mbit/s"),
    "air-far": AIR.format(length="1 km", rate="10 Mbit/s"),
    "half-lost": LOSSY.format(loss="50 %"),
    "nearly-all-lost": LOSSY.format(loss="90 %"),
    "head-ends-apart": APART,
    "unequal-stations": UNEQUAL,
    "impairments": (TOPOLOGIES / "impairments.yaml").read_text(encoding="utf-8"),
}


@pytest.mark.parametrize("name", NETWORKS)
def test_a_sound_network_is_not_refused(name: str) -> None:
    """Its certificate holds, by whatever second instruments the network leaves room for."""
    certificate = certificate_of(read(NETWORKS[name], f"{name}.yaml"), 1)
    assert certificate.reasons == () and certificate.valid
    assert certificate.cross_checks or certificate.unchecked


def test_a_range_holds_either_program_on_the_air() -> None:
    """On one hop of 802.11b TCP lies between an acknowledgement each and one for every second segment."""
    certificate = certificate_of(read(NETWORKS["air"], "air.yaml"), 2)
    rates = [cross_check.ours for cross_check in certificate.cross_checks if cross_check.instrument == "theory"]
    assert len(rates) == 2 and all(rate is not None and 4_180 * 0.99 < rate < 4_950 * 1.02 for rate in rates)


@pytest.mark.parametrize("seed", range(20))
def test_random_networks_are_not_refused(seed: int) -> None:
    """Twenty of the corpus, whatever they are."""
    assert reasons(seed) == ()


@pytest.mark.parametrize("fault", [*ASKED, *BECOMES])
def test_a_planted_fault_is_found(fault: str) -> None:
    """Asked of the kernel or come over it, no fault of the emulation is believed."""
    assert planted(fault, SOUND) != ()


@pytest.mark.parametrize("seed", [2, 10])
def test_predictions_of_random_networks_are_not_contradicted(seed: int) -> None:
    """`make prove` compares those of 300; what was sure before the run holds in it."""
    compared = network_checks(drawn(seed), seconds=10.0)
    assert compared.refused == () and compared.checks
    assert [str(check) for check in compared.checks if check.contradicted] == []
