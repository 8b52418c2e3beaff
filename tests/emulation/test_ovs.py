"""Open vSwitch's database and daemons: what is written before it starts, in which order things are started."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

from tests.emulation.small_networks import ring
from twin.emulation import ovs
from twin.emulation.kernel_protocol import FakeKernel

FOLDER, LOGS = Path("/run/o"), Path("/logs")


def rows(table: str) -> list[dict[str, Any]]:
    """The rows of a table that are written."""
    return [operation["row"] for operation in ovs.database_operations(ring(), "tcp:127.0.0.1:6653")
            if operation["table"] == table]


def references(value: object) -> set[str]:
    """All rows that a value refers to."""
    if isinstance(value, list):
        if len(value) == 2 and value[0] == "named-uuid":
            return {value[1]}
        return {name for item in value for name in references(item)}
    if isinstance(value, dict):
        return {name for item in value.values() for name in references(item)}
    return set()


def test_every_row_is_written_before_it_is_referred_to() -> None:
    """A transaction of RFC 7047 knows the names of rows that it inserts; here always earlier ones."""
    known: set[str] = set()
    for operation in ovs.database_operations(ring(), "tcp:c:1"):
        assert references(operation["row"]) <= known
        assert operation["uuid-name"] not in known
        known.add(operation["uuid-name"])
    assert known


def test_a_bridge_follows_its_switch() -> None:
    """Datapath, protocol, and no forwarding of its own when the controller is away."""
    first = rows("Bridge")[0]
    assert (first["name"], first["fail_mode"], first["protocols"]) == ("b1", "secure", "OpenFlow13")
    assert ["datapath-id", "00000000000000a1"] in first["other_config"][1]


def test_ports_have_the_numbers_of_the_blueprint_and_keep_their_qdiscs() -> None:
    """Each port asks for its number, and points to the one row that keeps the daemon from its qdisc."""
    numbers = {row["name"]: row["ofport_request"] for row in rows("Interface") if "ofport_request" in row}
    assert numbers == {port.device: port.number for switch in ring().switches for port in switch.ports}
    assert [row["type"] for row in rows("QoS")] == ["linux-noop"]
    assert all(row["qos"] == ["set", [["named-uuid", "qos"]]] for row in rows("Port") if row["name"][0] != "b")


def test_the_daemon_starts_after_its_database_is_full() -> None:
    """And not before it can count the processors."""
    kernel = FakeKernel()
    ovs.start(kernel, FOLDER, LOGS, ring(), "tcp:c:1")
    kinds = [line.split()[0].rstrip(":") for line in kernel.recorded]
    assert kernel.paused == ovs.MIN_UPTIME_S
    assert kinds[0] == "ovsdb-tool"
    assert kinds[1] == "ovsdb-server"
    assert set(kinds[2:-1]) == {"Open_vSwitch"}
    assert kinds[-1] == "ovs-vswitchd"


def test_a_daemon_is_gone_before_its_folder_is() -> None:
    """It is asked to exit and watched until it has; one that never ran is no error."""
    kernel = FakeKernel(outputs={": /run/o/ovs-vswitchd.pid": "12\n", ": /run/o/ovsdb-server.pid": "11\n",
                                      ": /proc/12/stat": "12 (ovs-vswitchd) Z 1", ": /proc/11/stat": "11 (x) y) Z 1"})
    ovs.stop(kernel, FOLDER)
    assert kernel.recorded == ["ovs-appctl -t ovs-vswitchd exit --cleanup", "ovs-appctl -t ovsdb-server exit"]
    assert kernel.paused == 0


def test_a_switch_with_a_long_name_is_found_by_it(tmp_path: Path) -> None:
    """Beside the socket of its bridge, whose name is that of an interface; one with a short name is there already."""
    blueprint = ring()
    longer = replace(blueprint.switches[0], name="saint-amans-soult-relay", bridge="saint-aman.lfun")
    short = tuple(replace(switch, bridge=switch.name) for switch in blueprint.switches[1:])
    (tmp_path / "saint-aman.lfun.mgmt").write_text("its socket")
    ovs.name_switches(tmp_path, replace(blueprint, switches=(longer, *short)))
    assert (tmp_path / "saint-amans-soult-relay.mgmt").read_text() == "its socket"
    assert len(list(tmp_path.iterdir())) == 2
