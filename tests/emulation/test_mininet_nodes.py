"""Mininet's objects over a network that stands: nothing is run to make them, and what they promise is there."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import pytest

from tests.emulation.small_networks import ring
from twin.core.errors import CannotRun
from twin.emulation.mininet_api import mininet_loader
from twin.emulation.mininet_api.mininet_network import mininet_network


@pytest.fixture
def net() -> Any:
    """The ring as Mininet sees it."""
    return mininet_network(ring(), {"PATH": "/usr/bin:/bin"})


def test_the_network_is_mininets_own(net: Any) -> None:
    """Its class, its nodes by name, its links with their interfaces."""
    (module,) = mininet_loader.load("net")
    assert isinstance(net, module.Mininet)
    assert [str(node) for node in net.hosts] == ["h1", "h2", "h3"]
    assert [str(node) for node in net.switches] == ["s1", "s2", "s3"]
    assert net.get("h1").IP() == "10.0.0.1"
    assert net.get("h2").MAC() == "02:00:0a:00:00:02"
    assert len(net.links) == 6
    assert [str(link) for link in net.linksBetween(net["s1"], net["s3"])] == ["w3a<->w3b"]


def test_making_nodes_runs_nothing(net: Any) -> None:
    """No shell waits in any node until a command is given to it."""
    assert {node.shell for node in net.values()} == {None}


def test_interfaces_have_the_port_numbers_of_the_blueprint(net: Any) -> None:
    """As OpenFlow knows them."""
    assert {str(intf): port for port, intf in net["s1"].intfs.items() if port} == {"l1a": 1, "r1a": 2, "w3a": 3}


def test_stopping_the_network_touches_no_interface(net: Any) -> None:
    """Removing is the emulation's task; Mininet's own way would run a command for each interface."""
    net.stop()
    assert net.links and {node.shell for node in net.values()} == {None}


def test_a_shell_starts_with_the_first_command() -> None:
    """`cmd` answers, and what it ran is gone when the node ends."""
    switch = mininet_network(ring(), {"PATH": "/usr/bin:/bin"}).get("s1")
    try:
        assert switch.cmd("echo", "here").strip() == "here"
        assert switch.shell is not None
    finally:
        switch.terminate()
    assert switch.shell is None


def test_a_missing_mininet_says_how_to_get_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The remedy is a command."""
    for name in [name for name in sys.modules if name.partition(".")[0] == "mininet"]:
        monkeypatch.delitem(sys.modules, name)
    with pytest.raises(CannotRun) as caught:
        mininet_loader.load("net", folders=(tmp_path,))
    assert caught.value.remedy == "apt-get install mininet"


def test_mininet_comes_alone() -> None:
    """Nothing else of the folder where it lives can be imported because of it."""
    mininet_loader.load("net")
    assert not [path for path in sys.path if path.rstrip("/").endswith("dist-packages")]
