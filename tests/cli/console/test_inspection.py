"""What stands in the kernel, as a page shows it: texts of tc(8) and ovs-ofctl(8) as rows."""

from __future__ import annotations

import json

from tests.cli.console.recorded_texts import FLOWS, GROUPS, METERS, OF_CELL, QUEUES
from tests.cli.console.served import served
from twin.api.console.nodes.inspection import inspected
from twin.api.console.nodes.openflow_tables import FlowEntry, GroupEntry, MeterEntry


def test_queues_are_a_tree() -> None:
    """Each class below its discipline, each discipline below the class whose leaf it is; queues of single flows and
    what is no queue are left out."""
    rows = inspected({"dslam": QUEUES}).queues["dslam"]
    assert [(row.depth, row.kind, row.handle) for row in rows] == [
        (0, "htb", "9:"), (1, "htb", "9:1"), (2, "ets", "1:"), (3, "ets", "1:1"), (4, "bfifo", "10:"),
        (3, "ets", "1:2"), (4, "fq_codel", "12:")]
    shaper, fifo, last = rows[1], rows[4], rows[-1]
    assert shaper.options == "prio 0 rate 512Kbit ceil 512Kbit burst 12b cburst 12b"
    assert (shaper.size, shaper.packets, shaper.dropped, shaper.backlog, shaper.waiting) == (213060, 2016, 34, 1378, 13)
    assert (fifo.options, fifo.dropped) == ("limit 6784b", 34)
    assert (last.options.split()[:2], last.backlog, last.waiting) == (["limit", "200p"], 2048, 3)


def test_a_discipline_that_tc_does_not_know_has_no_options() -> None:
    """It is ours."""
    assert [(row.kind, row.options, row.dropped) for row in inspected({"a – b": OF_CELL}).queues["a – b"]] == [
        ("dcf", "", 180)]


def test_rules_groups_and_meters_are_rows() -> None:
    """Rules in the order in which they are matched; counts from where they are counted."""
    read = inspected({"flows": FLOWS, "groups": GROUPS, "meters": METERS})
    assert read.flows == (FlowEntry(0, 200, "ip,in_port=1", "meter:3,goto_table:2", 4, 232),
                          FlowEntry(0, 0, "", "drop", 0, 0),
                          FlowEntry(3, 300, "udp,nw_dst=239.192.0.3", "group:16777219", 7, 700))
    ways = "bucket=watch_port:3,actions=output:3,bucket=watch_port:2,actions=output:2"
    assert read.groups == (GroupEntry(7, "all", "bucket=actions=output:5", 0, 0),
                           GroupEntry(196610, "ff", ways, 1024, 176456))
    assert read.meters == (MeterEntry(1, "pktps burst bands= type=drop rate=10 burst_size=10", 147, 0),
                           MeterEntry(3, "kbps burst bands= type=drop rate=100 burst_size=32", 1652, 19))


def test_a_page_gets_the_rows_of_a_place() -> None:
    """And a reason where there is no such place, whatever its name."""
    with served() as console:
        console.twin.texts["north-east"] = {"north": QUEUES}
        answer = console.request("GET", "/api/inspection/north-east", console.headers)
        assert answer.status == 200 and json.loads(answer.body)["queues"]["north"][0]["handle"] == "9:"
        for place in ("nowhere", "%24%28reboot%29", "..%2fnorth"):
            refused = console.request("GET", f"/api/inspection/{place}", console.headers)
            assert refused.status in (400, 404) and json.loads(refused.body)["error"]
