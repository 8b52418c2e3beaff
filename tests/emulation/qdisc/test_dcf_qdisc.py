"""Radio cells as requests: one medium a cell, a tree of queues a station, a mark a way."""

from __future__ import annotations

import struct

import pytest

from tests.in_lab.places import NETWORKS
from twin.core.units import Time
from twin.emulation import netlink_requests
from twin.emulation.interface_layout import PLANT, Layout
from twin.emulation.qdisc import dcf_qdisc
from twin.emulation.readback import readback
from twin.model import BUILT_IN
from twin.model.yaml import load
from twin.plan import plan
from twin.plan.queue_and_airtime_counters import AirtimeCounters

FILE = NETWORKS / "air.yaml"


@pytest.fixture(scope="module")
def layout() -> Layout:
    """A cell through which two relays hang on a switch and a third on one of them."""
    return Layout(plan(load(FILE)))


@pytest.fixture(scope="module")
def requests(layout: Layout) -> list[str]:
    """What is asked of the plant for the cell."""
    return [request.summary for request in netlink_requests.media(layout, 7, Time(0)) if " hill." in request.summary]


def test_a_cell_is_one_qdisc_with_a_tree_for_each_station(requests: list[str]) -> None:
    """Stations in order of name are classes 2:1 and on; handles of different stations never meet."""
    assert requests[0] == "link add hill.s type veth peer name hill.t"
    assert requests[1].startswith("qdisc add dev hill.s root handle 2: dcf stations 4 ways 6 seed ")
    trees = [line for line in requests if " ets " in line]
    assert [line.split("parent ")[1].split()[0] for line in trees] == ["2:1", "2:2", "2:3", "2:4"]
    queues = [line for line in requests if line.startswith("qdisc") and " root " not in line]
    handles = [line.split("handle ")[1].split()[0] for line in queues]
    assert len(handles) == len(set(handles))


def test_each_way_has_its_mark(layout: Layout, requests: list[str]) -> None:
    """Into the cell with the mark, and out of it by the mark towards the other end."""
    (cell,) = layout.blueprint.cells
    for mark, way in enumerate(cell.hop_directions, start=1):
        span = layout.spans[way.span]
        source, target = (span.a, span.b) if way.forward else (span.b, span.a)
        every = [request.summary for request in netlink_requests.media(layout, 7, Time(0))]
        assert (f"filter add dev {source.medium_device} ingress pref 1 matchall action skbedit mark {mark} "
                "action mirred egress redirect dev hill.s") in every
        assert (f"filter add dev hill.t ingress pref 1 handle {mark} fw action mirred egress redirect dev "
                f"{target.medium_device}") in requests


def test_a_node_is_one_station_however_many_hops_it_has(layout: Layout) -> None:
    """The switch sends to two relays, and the first relay to the third."""
    (cell,) = layout.blueprint.cells
    sends: dict[str, set[str]] = {}
    for way in cell.hop_directions:
        sends.setdefault(cell.stations[way.station].node, set()).add(way.span)
    assert sends == {"exchange": {"east-uplink", "west-uplink"}, "east": {"east-uplink", "far-uplink"},
                     "west": {"west-uplink"}, "far": {"far-uplink"}}


def test_what_comes_from_the_air_has_been_serialized(layout: Layout) -> None:
    """The media behind the cell only delay: 3.336 us for a kilometre."""
    media = [request.summary for request in netlink_requests.media(layout, 7, Time(0)) if " netem " in request.summary]
    assert sum(" dev east-uplink." in line and " rate 0bit delay 6672ns " in line for line in media) == 2


def test_what_stands_is_told_in_the_words_of_the_plan(layout: Layout) -> None:
    """The medium's figures, its seed, and each station's queues."""
    (cell,) = layout.blueprint.cells
    words = readback.expected(layout, 7)[f"{PLANT} hill.s"]
    assert set(dcf_qdisc.expected_text(cell, netlink_requests.cell_seed(7, cell))) <= set(words)
    assert sum(line.startswith("station 2: ") for line in words) == 3
    assert "dcf stations 4 slot 26672 difs 63344 windows 31 1023 retries 7" in words


def test_the_baseline_has_one_queue_a_station() -> None:
    """Without a choice between bands, the queue hangs on the station itself."""
    layout = Layout(plan(load(FILE), BUILT_IN["none"]))
    requests = [request.summary for request in netlink_requests.media(layout, 7, Time(0))]
    lines = [line for line in requests if line.startswith("qdisc add dev hill.s parent")]
    assert [line.split("parent ")[1].split()[0] for line in lines] == ["2:1", "2:2", "2:3", "2:4"]
    assert all(" bfifo " in line for line in lines)


def test_what_the_air_carried_is_read_from_its_statistics() -> None:
    """In the order of the qdisc's own counts; what a later kernel may add is left."""
    counters = AirtimeCounters("hill", busy=900, sent=50, damaged=4, collided=6, collisions=3, given_up=1)
    assert dcf_qdisc.parse_statistics("hill", struct.pack("=7Q", 900, 50, 4, 6, 3, 1, 77)) == counters
