"""A live twin from a program and from the command line: looked into, cut, restored, shut down. In the wall lab."""

from __future__ import annotations

import json
import os
import select
import struct
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

import pytest

from traffic.live.window import decode, window_file
from traffic.sample_files import Packets
from twin import api
from twin.cli import main
from twin.jobs.live.channel import WindowReady
from twin.jobs.live.load_process import WINDOWS

MINIMAL = Path(__file__).parents[2] / "topologies" / "minimal.yaml"
MORE = {
    "profiles:": "profiles:\n  dsl-2m: {down: 2048 kbit/s, up: 512 kbit/s, delay: 5 ms, length: 2 km, mtu: 1400 bytes}",
    "workloads:": "workloads:\n  upload: {service: web, activity: upload}",
}
"""What the minimal network has beside: a profile that no line is sold as, and a workload that none runs."""
NAME = f"test-live-{os.getpid()}"


@pytest.fixture(scope="module")
def twin(tmp_path_factory: pytest.TempPathFactory) -> Iterator[api.LiveTwin]:
    """The minimal network, up for the time of these tests."""
    text = MINIMAL.read_text()
    for section, longer in MORE.items():
        text = text.replace(f"\n{section}", f"\n{longer}")
    with api.live_twin(api.read(text, "minimal.yaml"), name=NAME, out=tmp_path_factory.mktemp("live")) as up:
        yield up
    assert NAME not in api.running_twins()


def test_it_is_found_by_its_name_and_says_what_is_in_it(twin: api.LiveTwin, capsys: pytest.CaptureFixture[str]) -> None:
    """To a program as a record, to the command line as text and JSON."""
    assert NAME in api.running_twins()
    with api.attach(NAME) as second:
        status = second.status()
    assert (status.network, status.policy, status.broken) == ("minimal", "strict", ())
    assert {"homes-1", "softswitch"} <= set(status.hosts) and "north-east" in status.spans
    assert main(["status", NAME, "--json"]) == 0
    shown = json.loads(capsys.readouterr().out)[NAME]
    assert set(shown) == {"network", "policy", "switches", "hosts", "spans", "broken", "faults", "flows", "blueprint",
                          "seconds", "lines"}
    assert main(["status", NAME]) == 0
    assert capsys.readouterr().out.startswith(f"{NAME}: minimal, policy strict, up ")


def test_its_load_runs_and_is_changed_while_it_is_up(twin: api.LiveTwin, capsys: pytest.CaptureFixture[str]) -> None:
    """All of the description's flows run from the start; a class is stopped and started from the command line."""
    assert len(twin.status().flows) == 6
    assert main(["load", "--twin", NAME, "stop", "data", "--json"]) == 0
    assert {name.rpartition(".")[2] for name in json.loads(capsys.readouterr().out)["running"]} == {"up", "down"}
    assert main(["load", "--twin", NAME, "list"]) == 0
    assert "download  homes  data   0 of 2" in capsys.readouterr().out
    assert len(twin.start_load("download")) == 6
    with pytest.raises(api.UsageError, match="did you mean"):
        twin.start_load("downlod")


def test_what_became_of_the_load_lies_in_windows(twin: api.LiveTwin) -> None:
    """The twin says when one is ready; a call's packets are in it."""
    while not isinstance(event := twin.next_event(60), WindowReady) or event.number < 6:
        assert event is not None
    window = decode(window_file(twin.folder / WINDOWS, event.number).read_bytes())
    call = window.flows["homes-1.call.up"].samples
    assert isinstance(call, Packets) and len(call.sent) == 50


def test_it_is_watched(twin: api.LiveTwin, capsys: pytest.CaptureFixture[str]) -> None:
    """Its lines carry calls and downloads, and its targets are looked at; on the screen as in a program."""
    seen = next(twin.watch(seconds=5))
    assert {load.span for load in seen.loads} >= {"homes-1", "homes-2"}
    assert main(["watch", "--twin", NAME, "--once", "--seconds", "3"]) == 0
    screen = capsys.readouterr().out
    assert "homes-1 to" in screen and "mean delay" in screen


def test_a_command_runs_in_a_node(twin: api.LiveTwin, capfd: pytest.CaptureFixture[str]) -> None:
    """Its output and exit status come back, or pass through; an unknown node is a UsageError."""
    done = twin.run("homes-1", ["sh", "-c", "echo out; echo wrong >&2; exit 3"])
    assert done == api.CommandResult(3, b"out\n", b"wrong\n")
    with pytest.raises(api.UsageError, match="nowhere"):
        twin.run("nowhere", ["true"])
    assert main(["exec", "--twin", NAME, "homes-1", "--", "echo", "through"]) == 0
    assert "through" in capfd.readouterr().out


def test_traffic_survives_a_cut_of_the_ring(twin: api.LiveTwin, capsys: pytest.CaptureFixture[str]) -> None:
    """A ping arrives before the cut, after it, and when the span is restored; a line that is cut carries none."""
    ping = ["ping", "-c", "3", "-W", "2", "softswitch"]
    assert twin.run("homes-1", ping).exit_status == 0
    assert twin.cut("north-east") == ("north-east",)
    assert twin.run("homes-1", ["ping", "-c", "10", "-W", "2", "softswitch"]).stdout.count(b"bytes from") > 0
    assert main(["fault", "--twin", NAME, "mend", "north-east", "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == {"broken": []}
    assert twin.cut("homes-1") == ("homes-1",)
    assert twin.run("homes-1", ["ping", "-c", "1", "-W", "1", "softswitch"]).exit_status == 1
    assert twin.restore("homes-1") == ()


def test_a_span_is_degraded_by_quantities_with_units(twin: api.LiveTwin) -> None:
    """One without a unit is a UsageError that says of which; what is whole cannot be restored."""
    with pytest.raises(api.UsageError, match="rate: "):
        twin.degrade("east-west", rate="10")
    assert twin.degrade("east-west", rate="10 Mbit/s") == ("east-west",)
    assert twin.restore("east-west") == ()
    with pytest.raises(api.UsageError, match="not broken"):
        twin.restore("east-west")
    for act in (twin.degrade, twin.cut, twin.restore):
        with pytest.raises(api.UsageError, match='no span "nosuch"; known: '):
            act("nosuch")


def test_packets_are_captured_while_they_pass(twin: api.LiveTwin, tmp_path: Path) -> None:
    """Both directions of a line, chosen by a filter, in order, with time stamps in nanoseconds."""
    file = tmp_path / "line.pcap"
    assert main(["capture", "--twin", NAME, "homes-1", "--filter", "udp port 16384", "--packets", "40",
                 "-o", str(file)]) == 0
    stamps, packets = read_pcap(file.read_bytes())
    assert len(packets) == 40 and stamps == sorted(stamps) and any(stamp % 1000 for stamp in stamps)
    assert {packet[26:30] for packet in packets} == {packet[30:34] for packet in packets}
    with twin.capture("east", "udp port 16384", packets=5) as of_switch:
        text = b"".join(iter(of_switch.read, None))
    assert len(read_pcap(text)[1]) == 5 and of_switch.counts().dropped == 0
    assert not of_switch.path.exists()


@pytest.mark.parametrize(("place", "expression", "reason"), [
    ("nowhere", "", "no span or node"), ("homes-1", "udp prt; touch x", "syntax error"),
    ("homes-1", "$(touch x)", "syntax error")])
def test_what_cannot_be_captured_is_refused(
    twin: api.LiveTwin, place: str, expression: str, reason: str, tmp_path: Path
) -> None:
    """A place that is not there, a filter that is none; nothing of it reaches a shell, nor the file that was named."""
    with twin.capture(place, expression) as capture, pytest.raises(api.UsageError, match=reason):
        for _ in iter(capture.read, None):
            pass
    (earlier := tmp_path / "earlier.pcap").write_bytes(b"packets")
    assert main(["capture", "--twin", NAME, place, "--filter", expression, "-o", str(earlier)]) == 2
    assert earlier.read_bytes() == b"packets"


def test_packets_of_a_filter_are_followed_through_the_network(twin: api.LiveTwin) -> None:
    """A ping passes the spans of its path, both ways, as often as it was sent, and no other."""
    path = {"homes-2", "east-dslam-uplink", "north-east", "softswitch-uplink"}
    with api.attach(NAME) as other, twin.trace("icmp and host softswitch") as trace:
        assert trace.read(60.0) == {}
        assert other.run("homes-2", ["ping", "-c", "3", "-i", "0.2", "softswitch"]).exit_status == 0
        counts = dict.fromkeys(path, (0, 0))
        while any(sum(ways) < 6 for ways in counts.values()):
            for span, (forth, back) in (trace.read(60.0) or {}).items():
                counts[span] = (counts[span][0] + forth, counts[span][1] + back)
    assert counts == dict.fromkeys(path, (3, 3))


@pytest.mark.parametrize("expression", ["udp prt; touch x", "$(touch x)", "-w /tmp/x"])
def test_what_is_no_filter_is_not_followed(twin: api.LiveTwin, expression: str) -> None:
    """It is refused with the reason of tcpdump; nothing of it reaches a shell, or is an option."""
    with twin.trace(expression) as trace, pytest.raises(api.UsageError, match="nothing can be traced: tcpdump: "):
        trace.read(60.0)


def test_what_stands_in_the_kernel_can_be_seen(twin: api.LiveTwin) -> None:
    """Queues at both ends of a span, also of a line; flows, groups and meters of a switch."""
    at_ends = twin.inspect("homes-1")
    assert set(at_ends) == {"east-dslam", "homes-1"} and "rate 512Kbit" in at_ends["east-dslam"]
    assert "qdisc ets 1:" in at_ends["homes-1"]
    of_switch = twin.inspect("east")
    assert set(of_switch) == {"flows", "groups", "meters"} and "goto_table" in of_switch["flows"]
    with pytest.raises(api.UsageError, match="no span or switch"):
        twin.inspect("$(reboot)")


def test_a_shell_is_shown_by_a_program(twin: api.LiveTwin) -> None:
    """It has the size that it is given, and its status comes back."""
    with api.attach(NAME) as own:
        terminal, shown = own.terminal("homes-1", (30, 100)), b""
        terminal.write(b"stty size; exit 5\n")
        while terminal.exit_status is None:
            select.select([terminal], [], [])
            for chunk in terminal.read():
                terminal.take(len(chunk))
                shown += chunk
    assert b"30 100" in shown and terminal.exit_status == 5
    with api.attach(NAME) as own, pytest.raises(api.UsageError, match='no node "nowhere"'):
        refused = own.terminal("nowhere")
        while select.select([refused], [], []):
            list(refused.read())


def read_pcap(text: bytes) -> tuple[list[int], list[bytes]]:
    """Time stamps in ns since 1970, and packets, of a pcap file with nanoseconds (pcap-savefile(5))."""
    assert struct.unpack_from("=I", text)[0] == 0xA1B23C4D
    stamps, packets, offset = [], [], 24
    while offset < len(text):
        seconds, nanoseconds, captured, _ = struct.unpack_from("=IIII", text, offset)
        stamps.append(seconds * 10**9 + nanoseconds)
        packets.append(text[offset + 16:offset + 16 + captured])
        offset += 16 + captured
    return stamps, packets


def test_another_policy_stands_in_its_place(twin: api.LiveTwin, capsys: pytest.CaptureFixture[str]) -> None:
    """With its faults and its load; how long there was no network is said; reset brings back what was described."""
    twin.cut("north-east")
    assert main(["policy", "--twin", NAME, "none", "--json"]) == 0
    printed = json.loads(capsys.readouterr().out)
    assert printed["policy"] == "none" and printed["gap_ms"] > 0
    status = twin.status()
    assert (status.policy, status.broken, len(twin.blueprint().flows)) == ("none", ("north-east",), len(status.flows))
    assert twin.run("homes-1", ["ping", "-c", "3", "-W", "2", "softswitch"]).exit_status == 0
    assert main(["reset", "--twin", NAME, "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["broken"] == []
    assert twin.status().policy == "strict"
    with pytest.raises(api.UsageError, match="there is no policy"):
        api.policy_named(twin.network(), "fastest")


def test_a_line_is_sold_and_used_otherwise(twin: api.LiveTwin, capsys: pytest.CaptureFixture[str]) -> None:
    """Without a gap, read back; its download goes at the new rate, and an upload that no line ran shares the way up."""
    assert main(["profile", "--twin", NAME, "homes-1", "dsl-2m", "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == {"profiles": {"homes-1": "dsl-2m"}, "gap_ms": 0.0}
    assert main(["load", "--twin", NAME, "start", "upload", "--on", "homes-1"]) == 0
    assert len(twin.status().flows) == 7
    seen = next(seen for seen in islice(twin.watch(), 60) if rate(seen, "homes-1", forth=True) > 1_000_000
                and rate(seen, "homes-1", forth=False) > 256_000)
    assert 0 < rate(seen, "homes-2", forth=True) < 512_000
    assert b"mtu 1400" in twin.run("homes-1", ["ip", "link", "show", "eth0"]).stdout
    assert main(["reset", "--twin", NAME]) == 0
    assert (twin.status().lines, len(twin.status().flows)) == ({}, 6)
    assert b"mtu 1500" in twin.run("homes-1", ["ip", "link", "show", "eth0"]).stdout


def rate(seen: api.View, span: str, *, forth: bool) -> float:
    """What data a span carries one way, bit/s."""
    return sum(load.by_class["data"] for load in seen.loads if (load.span, load.forth) == (span, forth))


def test_it_is_saved_brought_up_again_and_verified(twin: api.LiveTwin, tmp_path: Path,
                                                   capsys: pytest.CaptureFixture[str]) -> None:
    """With its fault and the flows that run; in virtual time its targets are judged as it stands."""
    file = tmp_path / "lesson.json"
    twin.degrade("homes-1", rate="256 kbit/s")
    twin.stop_load("homes-2")
    assert main(["save", "--twin", NAME, "-o", str(file)]) == 0
    with api.bring_up_saved(api.saved_twin(str(file)), name=f"{NAME}-again", out=tmp_path / "again") as again:
        state = again.status()
        with pytest.raises(api.UsageError, match=f"several twins are up, say which: .*{NAME}"):
            api.attach()
        assert main(["fault", "--twin", again.name, "cut", "north-east"]) == 0
        assert (again.status().broken, twin.status().broken) == (("homes-1", "north-east"), ("homes-1",))
        assert "homes-1" in api.names("place", again.name) and again.name in api.names("twin")
        capsys.readouterr()
        assert main(["status", "--json"]) == 0
        assert {NAME, again.name} <= json.loads(capsys.readouterr().out).keys()
        again.down()
    assert (state.broken, len(state.flows)) == (("homes-1",), 3)
    capsys.readouterr()
    main(["verify", "--from", NAME, "--seconds", "10", "--no-baseline", "--out", str(tmp_path / "run"), "--json"])
    verdicts = json.loads(capsys.readouterr().out)["verdicts"]
    goodput = {verdict["flow"]: verdict["value"] for verdict in verdicts if verdict["metric"] == "goodput"}
    assert goodput["homes-1.download"] < 200 < goodput["homes-2.download"]
    twin.restore("homes-1")
    twin.start_load("all")
    with pytest.raises(api.UsageError, match="no twin called"):
        api.saved_twin("nowhere")


def test_a_watcher_goes_on_with_the_new_network(twin: api.LiveTwin) -> None:
    """Queues of another blueprint are other queues; whoever watches is not confused by it."""
    with api.attach(NAME) as other:
        views = other.watch(seconds=3)
        next(views)
        twin.use_policy(api.policy_named(twin.network(), "none"))
        names = {name for _ in range(4) for load in next(views).loads for name in load.by_class}
    assert "" in names
    twin.reset()
