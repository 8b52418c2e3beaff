"""The application between switches and report: rules, readiness by barriers, rerouting, refusals."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import pytest

from controllers import launch, ryu_api
from controllers.app import DEAD, QosController
from controllers.clock import DelayQueue
from controllers.timer_events import (
    EventConnectionsAwaited,
    EventPortChange,
    EventUpdateRound,
    EventWaitToRestoreExpired,
)
from tests.controllers.fake_switch import FakeSwitch, complete_reroutes, confirm, connect, connect_all, triangle
from twin.core.records import to_plain
from twin.core.units import Time

OFP = ryu_api.ofproto_v1_3
Reports = list[Mapping[str, object]]


def running() -> tuple[QosController, list[FakeSwitch], Reports]:
    """The application with all switches programmed, and an empty list that its reports go to."""
    reports: Reports = []
    application = QosController(triangle(), reports.append)
    switches = [FakeSwitch(number) for number in (1, 2, 3)]
    connect_all(application, switches)
    for switch in switches:
        confirm(application, switch, switch.messages()[-1][1])
    reports.clear()
    return application, switches, reports


def test_readiness_is_reported_by_barriers_and_then_for_all() -> None:
    """A switch is ready when it has answered the barrier behind its rules, not before."""
    reports: Reports = []
    application = QosController(triangle(), reports.append)
    switches = [FakeSwitch(number) for number in (2, 1, 3)]
    connect_all(application, switches)
    for switch in switches:
        assert {"event": "ready", "switch": f"s{switch.id - 1:04d}"} not in reports
        sent = switch.messages()
        assert [kind for kind, _, _ in sent].count(OFP.OFPT_BARRIER_REQUEST) == 1
        confirm(application, switch, sent[-1][1] - 1)
        confirm(application, switch, sent[-1][1])
    assert [report["event"] for report in reports] == ["ready", "ready", "ready", "all-ready"]
    assert [report["switch"] for report in reports[:3]] == ["s0001", "s0000", "s0002"]


def test_no_switch_has_rules_before_all_have_told_their_ports_and_forgotten_older_rules() -> None:
    """A controller that starts again knows neither what is down nor what the one before it has avoided."""
    application = QosController(triangle(), lambda _: None)
    switches = [FakeSwitch(number) for number in (1, 2, 3)]
    for switch in switches[:2]:
        connect(application, switch)
    assert [switch.messages() for switch in switches] == [[], [], []]
    connect(application, switches[2])
    cleared = [switch.messages() for switch in switches]
    assert all([kind for kind, _, _ in sent] == [OFP.OFPT_FLOW_MOD, OFP.OFPT_GROUP_MOD, OFP.OFPT_METER_MOD,
                                                 OFP.OFPT_BARRIER_REQUEST] for sent in cleared)
    for switch, sent in zip(switches, cleared, strict=True):
        assert not any(switch.sent for switch in switches)
        confirm(application, switch, sent[-1][1])
    assert all(switch.sent for switch in switches)


def test_a_switch_that_never_connects_is_not_waited_for_forever() -> None:
    """After its time the others get their rules."""
    application = QosController(triangle(), lambda _: None)
    switches = [FakeSwitch(1), FakeSwitch(2)]
    for switch in switches:
        connect(application, switch)
    application.connections_awaited_handler(EventConnectionsAwaited())
    for switch in switches:
        confirm(application, switch, switch.messages()[-1][1])
    assert all(len(switch.messages()) > 4 for switch in switches)


def test_port_changes_are_delayed_in_order() -> None:
    """Open vSwitch reports a cut twice, first as no longer live, then as down; a port that is deleted is down too."""
    application, switches, _ = running()
    for reason, state, config in (
        (OFP.OFPPR_MODIFY, 0, 0),
        (OFP.OFPPR_MODIFY, OFP.OFPPS_LINK_DOWN, 0),
        (OFP.OFPPR_MODIFY, OFP.OFPPS_LIVE, 0),
        (OFP.OFPPR_MODIFY, 0, OFP.OFPPC_PORT_DOWN),
        (OFP.OFPPR_DELETE, OFP.OFPPS_LIVE, 0),
    ):
        port = SimpleNamespace(port_no=1, state=state, config=config)
        message = SimpleNamespace(datapath=switches[1], reason=reason, desc=port)
        application.port_status_handler(SimpleNamespace(msg=message))
    assert isinstance(application.port_changes, DelayQueue)
    queued = [application.port_changes.get() for _ in range(5)]
    assert [(event.switch, event.port, event.up) for _, event in queued] == [
        ("s0001", 1, up) for up in (True, False, True, False, False)]
    assert [due for due, _ in queued] == sorted(due for due, _ in queued)


def cut(application: QosController, span: str, up: bool) -> None:
    """Both ends of a span report, and the controller's reaction time is over."""
    for (name, port), trunk in sorted(application.network.state.trunks.items()):
        if trunk == span:
            application.port_change_handler(EventPortChange(name, port, up, application.network.connection(name)))


def test_a_cut_is_rerouted_when_every_switch_concerned_has_confirmed() -> None:
    """Round by round: the report names the span once, and comes with the last barrier of the last round."""
    application, switches, reports = running()
    cut(application, "span-0", up=False)
    rounds = 0
    while application.rerouting.progress is not None:
        rounds += 1
        application.update_round_handler(EventUpdateRound(application.rerouting.progress))
        for switch, sent in [(switch, switch.messages()) for switch in switches if switch.sent]:
            assert reports == []
            confirm(application, switch, sent[-1][1])
    (report,) = reports
    assert rounds >= 2
    assert (report["event"], report["span"], report["up"]) == ("rerouted", "span-0", False)


@pytest.mark.parametrize("round_ns", [0, 1])
def test_rules_of_a_round_take_their_time_and_the_next_waits_for_them(round_ns: int) -> None:
    """No rule takes effect before the time of a round has passed, nor does the next round begin; one that takes no time
    is an event, too, behind what the application has yet to handle."""
    application, switches, reports = running()
    blueprint = application.network.state.blueprint
    taking = replace(blueprint, protection=replace(blueprint.protection, round=Time(round_ns)))
    application.network.state = replace(application.network.state, blueprint=taking)
    cut(application, "span-0", up=False)
    rounds = 0
    while application.rerouting.progress is not None:
        rounds += 1
        assert not any(switch.sent for switch in switches)
        application.update_round_handler(EventUpdateRound(application.rerouting.progress))
        for switch, sent in [(switch, switch.messages()) for switch in switches if switch.sent]:
            confirm(application, switch, sent[-1][1])
    assert rounds >= 2 and reports[-1]["rounds"] == rounds


def test_a_switch_that_disconnects_is_reported_and_not_waited_for() -> None:
    """Its unanswered barrier does not hold the report up; when it reconnects its rules avoid what is cut."""
    application, switches, reports = running()
    cut(application, "span-0", up=False)
    assert application.rerouting.progress is not None
    application.update_round_handler(EventUpdateRound(application.rerouting.progress))
    application.state_change_handler(SimpleNamespace(datapath=switches[0], state=DEAD))
    complete_reroutes(application, switches[1:])
    assert [report["event"] for report in reports] == ["disconnected", "rerouted"]
    again = FakeSwitch(1)
    connect(application, again)
    confirm(application, again, again.messages()[-1][1])
    assert [report["event"] for report in reports[2:]] == ["ready", "all-ready"]


def test_a_restored_span_waits_and_a_flap_restarts_the_wait() -> None:
    """Only the wait that began last counts."""
    application, switches, reports = running()
    cut(application, "span-0", up=False)
    complete_reroutes(application, switches)
    cut(application, "span-0", up=True)
    first = application.rerouting.waits["span-0"]
    cut(application, "span-0", up=False)
    cut(application, "span-0", up=True)
    reports.clear()
    application.wait_to_restore_handler(EventWaitToRestoreExpired("span-0", first))
    assert not any(switch.sent for switch in switches) and application.rerouting.waits["span-0"] > first
    application.wait_to_restore_handler(EventWaitToRestoreExpired("span-0", application.rerouting.waits["span-0"]))
    complete_reroutes(application, switches)
    assert [(report["event"], report["up"]) for report in reports] == [("rerouted", True)]


def test_a_switch_that_connects_again_with_a_dead_port_is_avoided() -> None:
    """The ports it lists when it connects count like a port status; its last connection is over."""
    application, switches, reports = running()
    again = FakeSwitch(1, ports={1: SimpleNamespace(state=OFP.OFPPS_LINK_DOWN), 2: SimpleNamespace(state=0)})
    connect(application, again)
    for kind, number, _ in again.messages():
        if kind == OFP.OFPT_BARRIER_REQUEST:
            confirm(application, again, number)
    complete_reroutes(application, [again, *switches[1:]])
    state = application.network.state
    assert state.down_spans and state.avoided == state.down_spans
    assert [report["event"] for report in reports[:3]] == ["disconnected", "ready", "all-ready"]


def test_a_refusal_is_an_error_with_the_protocols_own_words() -> None:
    """A network whose switch refuses a message is not the blueprint's."""
    application, switches, reports = running()
    refusal = SimpleNamespace(datapath=switches[1], type=OFP.OFPET_METER_MOD_FAILED, code=OFP.OFPMMFC_OUT_OF_METERS,
                              data=b"\x04")
    application.error_msg_handler(SimpleNamespace(msg=refusal))
    (report,) = reports
    assert (report["event"], report["switch"]) == ("error", "s0001")
    assert "OFPMMFC_OUT_OF_METERS" in str(report["reason"])


def test_what_a_handler_raises_is_an_error_and_not_silence() -> None:
    """The framework's loop would end silently; the report says what happened and where."""
    application, _, reports = running()
    application.barrier_reply_handler(SimpleNamespace(msg=SimpleNamespace(datapath=FakeSwitch(88), xid=1)))
    (report,) = reports
    assert (report["event"], report["reason"]) == ("error", "KeyError(88)")
    assert "barrier_reply_handler" in str(report["trace"])


def test_an_unknown_switch_is_an_error() -> None:
    """It is named by its datapath number."""
    application, _, reports = running()
    connect(application, FakeSwitch(77))
    assert [report["event"] for report in reports] == ["error"] and "77" in str(reports[0]["reason"])


def test_the_launcher_reads_what_the_controller_needs(tmp_path: Path) -> None:
    """Switches, hosts and the spans between switches come back as they were; flows and hosts' spans are left out."""
    blueprint = triangle()
    file = tmp_path / "blueprint.json"
    file.write_text(json.dumps(to_plain(blueprint)), encoding="utf-8")
    read = launch.read(file)
    assert (read.switches, read.hosts, read.gateway_mac) == (blueprint.switches, blueprint.hosts, blueprint.gateway_mac)
    assert [span.name for span in read.spans] == ["span-0", "span-1", "span-2"] and read.flows == ()


@pytest.mark.parametrize("content", ["", "{}", "[1]", "\x00", json.dumps({"hosts": [], "spans": []})])
def test_the_launcher_says_in_one_line_what_is_wrong_with_a_file(tmp_path: Path, content: str) -> None:
    """An error event and exit code 4, no traceback."""
    file = tmp_path / "blueprint.json"
    file.write_text(content, encoding="utf-8")
    ended = launched(file)
    assert ended.returncode == 4 and "Traceback" not in ended.stderr
    (line,) = ended.stdout.splitlines()
    assert json.loads(line)["event"] == "error"


def launched(file: Path) -> subprocess.CompletedProcess[str]:
    """The launcher's end, on a file that it cannot use."""
    command = [sys.executable, "-m", "controllers.launch", "--blueprint", str(file)]
    root = Path(launch.__file__).parents[1]
    return subprocess.run(command, cwd=root, capture_output=True, text=True, timeout=60)
