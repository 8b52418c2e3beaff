"""The IGMP querier: processing time of frames, updates of multicast trees, queries."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace

from controllers import igmp_messages, openflow_messages, ryu_api
from controllers.app import QosController
from controllers.clock import DelayQueue
from controllers.timer_events import EventIgmpFrame, EventQuerierTimer, EventQueryTimeout
from tests.controllers.fake_switch import FakeSwitch, connect_all
from tests.controllers.iptv_ring import ONE, broadcast, lines
from tests.controllers.test_igmp_messages import body, frame
from twin.core.units import NS_PER_MS, NS_PER_S
from twin.model import Querier

OFP = ryu_api.ofproto_v1_3
JOIN, LEAVE = frame(body(0x16, ONE), ONE), frame(body(0x17, ONE), "224.0.0.2")


def running(querier: Querier = Querier.NETWORK) -> tuple[QosController, dict[str, FakeSwitch]]:
    """The application with all switches programmed."""
    application = QosController(broadcast(querier=querier), lambda _: None)
    switches = {f"s{number:04d}": FakeSwitch(number + 1) for number in range(4)}
    connect_all(application, switches.values())
    for switch in switches.values():
        switch.messages()
    return application, switches


def test_a_packet_waits_for_switch_and_controller() -> None:
    """It is due when the switch has passed it on; the controller's processing time comes after that."""
    application, switches = running()
    message = SimpleNamespace(datapath=switches["s0002"], match={"in_port": 4}, data=JOIN)
    application.packet_in_handler(SimpleNamespace(msg=message))
    application.packet_in_handler(SimpleNamespace(msg=message))
    assert isinstance(application.igmp_frames, DelayQueue)
    (first, event), (second, _) = (application.igmp_frames.get() for _ in range(2))
    assert (event.switch, event.port, event.frame) == ("s0002", 4, JOIN)
    assert 0 <= second - first < 5_000 * NS_PER_MS


def test_switches_of_the_path_get_the_tree() -> None:
    """A group and a rule at each switch of the path, and nothing elsewhere."""
    application, switches = running()
    switch, port = lines(broadcast())[1]
    application.igmp_frame_handler(EventIgmpFrame(switch, port, JOIN))
    kinds = {name: [kind for kind, _, _ in each.messages()] for name, each in switches.items()}
    grown = [OFP.OFPT_GROUP_MOD, OFP.OFPT_FLOW_MOD, OFP.OFPT_BARRIER_REQUEST]
    assert kinds == {"s0000": grown, "s0001": grown, "s0002": [], "s0003": []}


def test_a_malformed_frame_changes_nothing() -> None:
    """A frame that is no IGMP changes nothing."""
    application, switches = running()
    application.igmp_frame_handler(EventIgmpFrame(*lines(broadcast())[1], bytes(60)))
    assert all(switch.messages() == [] for switch in switches.values())


def test_a_line_that_leaves_is_queried_by_a_packet_out() -> None:
    """Out of its own port; when nobody answers twice, the tree is pruned."""
    application, switches = running()
    line = lines(broadcast())[1]
    application.igmp_frame_handler(EventIgmpFrame(*line, JOIN))
    switches[line[0]].messages()
    application.igmp_frame_handler(EventIgmpFrame(*line, LEAVE))
    assert [kind for kind, _, _ in switches[line[0]].messages()] == [OFP.OFPT_PACKET_OUT, OFP.OFPT_BARRIER_REQUEST]
    (leave,) = application.network.state.pending_leaves
    application.query_timeout_handler(EventQueryTimeout(leave))
    assert switches[line[0]].messages()[0][0] == OFP.OFPT_PACKET_OUT
    application.query_timeout_handler(EventQueryTimeout(leave))
    assert OFP.OFPT_GROUP_MOD in [kind for kind, _, _ in switches[line[0]].messages()]


def ready(application: QosController, switch: FakeSwitch) -> None:
    """The switch has carried out its first rules."""
    switch.messages()
    application.barrier_reply_handler(SimpleNamespace(msg=SimpleNamespace(datapath=switch, xid=switch.xid)))


def test_a_switch_that_has_begun_has_its_lines_asked() -> None:
    """Viewers get their channels back at once when the controller has started again, not after a query interval."""
    application, switches = running()
    query = igmp_messages.query_frame(None, 10 * NS_PER_S, application.network.gateway_mac)
    for switch in switches.values():
        ready(application, switch)
        (kind, _, sent), *_ = switch.messages()
        assert kind == OFP.OFPT_PACKET_OUT and query in sent


def test_without_a_querier_no_line_is_asked_at_the_beginning() -> None:
    """The network answers for nobody that it has not heard of."""
    application, switches = running(Querier.NONE)
    for switch in switches.values():
        ready(application, switch)
        assert OFP.OFPT_PACKET_OUT not in [kind for kind, _, _ in switch.messages()]


def test_all_lines_are_queried_once_a_query_interval() -> None:
    """One packet a switch, to the port of its line, members or not; the interval begins with the first switch."""
    application, switches = running()
    assert application.querier.next_query_ns is None
    for switch in switches.values():
        ready(application, switch)
        assert application.querier.next_query_ns is not None
        switch.messages()
    application.querier_timer_handler(EventQuerierTimer())
    assert all(switch.messages() == [] for switch in switches.values())
    application.querier.next_query_ns = 0
    application.querier_timer_handler(EventQuerierTimer())
    sent = [switch.messages() for switch in switches.values()]
    assert [[kind for kind, _, _ in each] for each in sent] == [[OFP.OFPT_PACKET_OUT, OFP.OFPT_BARRIER_REQUEST]] * 4
    query = igmp_messages.query_frame(None, 10 * NS_PER_S, application.network.gateway_mac)
    assert all(query in each[0][2] for each in sent)


def test_without_a_querier_nobody_is_asked_and_members_expire() -> None:
    """The timer sends no query; a membership that nobody renewed is pruned."""
    application, switches = running(Querier.NONE)
    line = lines(broadcast())[1]
    application.igmp_frame_handler(EventIgmpFrame(*line, JOIN))
    for switch in switches.values():
        switch.messages()
    application.querier.next_query_ns = 0
    application.querier_timer_handler(EventQuerierTimer())
    assert all(switch.messages() == [] for switch in switches.values())
    state = application.network.state
    application.network.state = replace(state, reported=dict.fromkeys(state.reported, -10**15))
    application.querier_timer_handler(EventQuerierTimer())
    assert OFP.OFPT_GROUP_MOD in [kind for kind, _, _ in switches[line[0]].messages()]


def test_a_query_takes_the_queue_of_its_channel() -> None:
    """It goes where the channel goes, and out of the line's port."""
    message = openflow_messages.packet_out(FakeSwitch(1), (4,), b"frame", 2)
    queue, output = message.actions
    assert (queue.queue_id, output.port, message.data) == (2, 4, b"frame")
    assert len(openflow_messages.packet_out(FakeSwitch(1), (4,), b"frame", None).actions) == 1
