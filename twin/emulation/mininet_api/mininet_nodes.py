"""Mininet's node, link and interface classes for existing devices: no commands at creation, shells on first use.

The devices exist in the kernel already. They make `net.get("x").cmd()`, `popen`, `pingAll` and Mininet's
command line work on it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from twin.emulation.mininet_api.mininet_loader import load

_net, _node, _link, _util = load("net", "node", "link", "util")


class Intf(_link.Intf):  # type: ignore[misc, name-defined]  # Mininet has no types
    """An existing interface: registered, never configured."""

    def __init__(self, name: str, node: Any = None, port: int | None = None, mac: str | None = None,
                 ip: str | None = None) -> None:
        super().__init__(name, node, port, None, mac, moveIntfFn=lambda *_: None)
        self.link: Link | None = None
        if ip is not None:
            self.ip, self.prefixLen = ip, 32

    def config(self, **_params: Any) -> dict[str, Any]:
        """Nothing is left to do."""
        return {}

    def delete(self) -> None:
        """Forget it; the kernel's part is removed by the emulation."""
        self.node.delIntf(self)
        self.link = None


class Link(_link.Link):  # type: ignore[misc, name-defined]  # Mininet has no types
    """A span: it joins two interfaces, with all that the plant puts between them."""

    def __init__(self, span: str, intf1: Intf, intf2: Intf) -> None:
        self.span, self.fast = span, True
        self.intf1, self.intf2 = intf1, intf2
        for intf in (intf1, intf2):
            intf.link = self

    def status(self) -> str:
        """As Mininet formats it."""
        return f"({self.intf1.status()} {self.intf2.status()})"


class _LazyShell:
    """Shared by hosts and switches: a shell on demand, in their namespace and with their environment.

    prefix: the words before a command that run it there; none for a switch.
    """

    name: str
    shell: Any
    prefix: Sequence[str] = ()
    environment: Mapping[str, str]

    @classmethod
    def setup(cls) -> None:
        """Nothing to check: the emulation runs."""

    def startShell(self, mnopts: str | None = None) -> None:
        """Not now; see `ensure_shell`."""
        self.shell = None

    def ensure_shell(self) -> None:
        """Start the shell unless it runs."""
        if self.shell is None:
            super().startShell("-d")  # type: ignore[misc]  # Mininet's own

    def _popen(self, cmd: list[str], **params: Any) -> Any:
        params.setdefault("env", dict(self.environment))
        params["close_fds"] = True  # mnexec's own way closes a million descriptors one by one
        return super()._popen([*self.prefix, *cmd], **params)  # type: ignore[misc]  # Mininet's own

    def popen(self, *args: Any, **kwargs: Any) -> Any:
        """A process in the node's namespace, without its shell."""
        kwargs.setdefault("mncmd", [])
        return super().popen(*args, **kwargs)  # type: ignore[misc]  # Mininet's own

    def cmd(self, *args: Any, **kwargs: Any) -> Any:
        """Run a command in the node's shell and return its output."""
        self.ensure_shell()
        return super().cmd(*args, **kwargs)  # type: ignore[misc]  # Mininet's own

    def sendCmd(self, *args: Any, **kwargs: Any) -> Any:
        """Start a command in the node's shell."""
        self.ensure_shell()
        return super().sendCmd(*args, **kwargs)  # type: ignore[misc]  # Mininet's own

    def mountPrivateDirs(self) -> None:
        """There are none."""

    unmountPrivateDirs = mountPrivateDirs


class Host(_LazyShell, _node.Host):  # type: ignore[misc, name-defined]  # Mininet has no types
    """A host in a namespace of its own; `inNamespace` is false because Mininet has none to make for it."""

    def __init__(self, name: str, prefix: Sequence[str], environment: Mapping[str, str], **params: Any) -> None:
        self.prefix, self.environment = prefix, environment
        super().__init__(name, inNamespace=False, **params)

    def config(self, **_params: Any) -> dict[str, Any]:
        """Nothing is left to do."""
        return {}


class Switch(_LazyShell, _node.OVSSwitch):  # type: ignore[misc, name-defined]  # Mininet has no types
    """A bridge of the lab's Open vSwitch."""

    OVSVersion = "3.1"

    def __init__(self, name: str, bridge: str, datapath: int, environment: Mapping[str, str], **params: Any) -> None:
        self.bridge, self.environment = bridge, environment
        _node.Node.__init__(self, name, **{**params, "inNamespace": False})
        self.dpid, self.opts, self.listenPort = f"{datapath:016x}", "", None
        self.failMode, self.datapath, self.protocols, self.batch = "secure", "kernel", "OpenFlow13", False
        self.inband, self.reconnectms, self.stp = False, 1000, False
        self._uuids: list[str] = []
        self.commands: list[str] = []
        self.controlIntf = Intf("lo", self, port=0)

    def dpctl(self, *args: Any) -> Any:
        """Run ovs-ofctl on the bridge."""
        return self.cmd("ovs-ofctl", "-O", "OpenFlow13", args[0], self.bridge, *args[1:])

    def start(self, controllers: Any) -> None:
        """It runs already."""

    def stop(self, deleteIntfs: bool = True) -> None:
        """End its shell; the bridge is removed by the emulation."""
        self.terminate()

    @classmethod
    def batchStartup(cls, switches: Any, run: Any = None) -> Any:
        """They run already."""
        return switches

    @classmethod
    def batchShutdown(cls, switches: Any, run: Any = None) -> Any:
        """Nothing to do beside `stop`."""
        return ()


# Mininet prepares the whole machine (limits, a check for root) before its first network, and asks its own class
# whether that is done; in a lab none of it is needed, and its objects are of use without root too.
_net.Mininet.inited = True


class Net(_net.Mininet):  # type: ignore[misc, name-defined]  # Mininet has no types
    """Mininet's network."""
