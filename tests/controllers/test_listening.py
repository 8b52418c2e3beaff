"""The application hears lines: IGMP waits for its time, trees are told to switches, doubts are asked about."""

from __future__ import annotations

from types import SimpleNamespace

from controllers import api, igmp, openflow
from controllers.app import Controller
from controllers.events import Heard, Minded, Unanswered
from tests.controllers.broadcast import ONE, broadcast, lines
from tests.controllers.switches import FakeSwitch, came
from tests.controllers.test_igmp import body, frame
from twin.units import NS_PER_MS, NS_PER_S

OFP = api.ofproto_v1_3
JOIN, LEAVE = frame(body(0x16, ONE), ONE), frame(body(0x17, ONE), "224.0.0.2")


def running(fast_leave: bool = False) -> tuple[Controller, dict[str, FakeSwitch]]:
    """The application with all switches programmed."""
    application = Controller(broadcast(fast_leave), lambda _: None)
    switches = {f"s{number:04d}": FakeSwitch(number + 1) for number in range(4)}
    for switch in switches.values():
        came(application, switch)
        switch.messages()
    return application, switches


def test_a_packet_waits_for_switch_and_controller() -> None:
    """It is noted with the time at which the switch has handed it on; the controller's own comes after that."""
    application, switches = running()
    message = SimpleNamespace(datapath=switches["s0002"], match={"in_port": 4}, data=JOIN)
    application.packet_came(SimpleNamespace(msg=message))
    application.packet_came(SimpleNamespace(msg=message))
    (first, event), (second, _) = (application.arrived.get() for _ in range(2))
    assert (event.switch, event.port, event.frame) == ("s0002", 4, JOIN)
    assert 0 <= second - first < 5_000 * NS_PER_MS


def test_switches_are_told_of_the_tree() -> None:
    """A group and a rule at each switch of the way, and nothing elsewhere."""
    application, switches = running()
    switch, port = lines(broadcast())[1]
    application.line_heard(Heard(switch, port, JOIN))
    kinds = {name: [kind for kind, _, _ in one.messages()] for name, one in switches.items()}
    grown = [OFP.OFPT_GROUP_MOD, OFP.OFPT_FLOW_MOD, OFP.OFPT_BARRIER_REQUEST]
    assert kinds == {"s0000": grown, "s0001": grown, "s0002": [], "s0003": []}


def test_noise_tells_nobody_anything() -> None:
    """A frame that is no IGMP changes nothing."""
    application, switches = running()
    application.line_heard(Heard(*lines(broadcast())[1], bytes(60)))
    assert all(switch.messages() == [] for switch in switches.values())


def test_a_line_that_leaves_is_asked_by_a_packet_of_the_controllers() -> None:
    """Out of its own port; when nobody answers twice, the tree is pruned."""
    application, switches = running()
    line = lines(broadcast())[1]
    application.line_heard(Heard(*line, JOIN))
    switches[line[0]].messages()
    application.line_heard(Heard(*line, LEAVE))
    assert [kind for kind, _, _ in switches[line[0]].messages()] == [OFP.OFPT_PACKET_OUT, OFP.OFPT_BARRIER_REQUEST]
    (doubt,) = application.state.doubts
    application.line_silent(Unanswered(doubt))
    assert switches[line[0]].messages()[0][0] == OFP.OFPT_PACKET_OUT
    application.line_silent(Unanswered(doubt))
    assert OFP.OFPT_GROUP_MOD in [kind for kind, _, _ in switches[line[0]].messages()]


def test_all_lines_are_asked_once_a_query_interval() -> None:
    """One packet a switch, to the port of its line; who has never joined is not forgotten."""
    application, switches = running()
    for name, switch in switches.items():
        switch.messages()
        application.confirmed(SimpleNamespace(msg=SimpleNamespace(datapath=switch, xid=switch.xid)))
        assert (application.asks_at is not None) is (name == "s0003")
    application.lines_minded(Minded())
    assert all(switch.messages() == [] for switch in switches.values())
    application.asks_at = 0
    application.lines_minded(Minded())
    sent = [switch.messages() for switch in switches.values()]
    assert [[kind for kind, _, _ in each] for each in sent] == [[OFP.OFPT_PACKET_OUT, OFP.OFPT_BARRIER_REQUEST]] * 4
    assert all(igmp.query(None, 10 * NS_PER_S, application.state.blueprint.gateway_mac) in each[0][2] for each in sent)


def test_a_query_takes_the_queue_of_its_channel() -> None:
    """It goes where the channel goes, and out of the line's port."""
    message = openflow.send_out(FakeSwitch(1), (4,), b"frame", 2)
    queue, output = message.actions
    assert (queue.queue_id, output.port, message.data) == (2, 4, b"frame")
    assert len(openflow.send_out(FakeSwitch(1), (4,), b"frame", None).actions) == 1
