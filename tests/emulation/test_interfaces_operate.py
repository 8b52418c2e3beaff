"""A network is up once its interfaces operate: what is sent before is dropped by the kernel."""

from __future__ import annotations

import struct
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from twin.core.errors import EmulationError
from twin.core.rtnetlink import NEW_LINK, Request, attribute, text
from twin.emulation.emulation import POLL_LIMIT, await_interfaces
from twin.emulation.interface_layout import PLANT, Layout
from twin.emulation.kernel_protocol import FakeKernel
from twin.emulation.readback.netlink_dumps import pending_interfaces
from twin.model.yaml import load
from twin.plan import plan

LAYOUT = Layout(plan(load(Path(__file__).parents[2] / "topologies" / "minimal.yaml")))
UNKNOWN, DOWN, LOWER_LAYER_DOWN, OPERATES = 0, 2, 3, 6
IFNAME, OPERSTATE = 3, 16


def link(name: str, state: int, *, is_up: bool = True) -> bytes:
    """The message of one interface in a dump."""
    body = struct.pack("=BxHiII", 0, 1, 7, int(is_up), 0) + text(IFNAME, name) + attribute(OPERSTATE, bytes([state]))
    return struct.pack("=IHHII", 16 + len(body), NEW_LINK, 0, 0, 0) + body


def test_interfaces_that_are_up_and_do_not_operate_are_pending() -> None:
    """One without a state of its own (loopback) operates; one that is down is nobody's business."""
    dump = [link("lo", UNKNOWN) + link("a", OPERATES), link("b", DOWN) + link("c", LOWER_LAYER_DOWN),
            link("d", DOWN, is_up=False)]
    assert pending_interfaces(dump) == ["b", "c"]


@dataclass
class SlowKernel(FakeKernel):
    """A kernel that looks at the carriers of the plant at the third dump."""

    looks: list[str] = field(default_factory=list)
    patience: int = 3

    def dump(self, namespace: str, *questions: Request) -> list[bytes]:
        """Interfaces, of which those of the plant operate late."""
        self.looks.append(namespace)
        late = namespace == PLANT and self.looks.count(PLANT) < self.patience
        return [link("cell", DOWN if late else OPERATES)]


def looks_at(kernel: SlowKernel) -> Sequence[int]:
    """How often it looked at the plant, and at all others."""
    return kernel.looks.count(PLANT), len(kernel.looks) - kernel.looks.count(PLANT)


def test_it_waits_only_where_something_is_missing() -> None:
    """Three looks at the plant, one at every other namespace."""
    kernel = SlowKernel()
    await_interfaces(kernel, LAYOUT)
    assert looks_at(kernel) == (3, 1 + len(LAYOUT.blueprint.hosts)) and kernel.paused > 0


def test_an_interface_that_never_operates_is_named() -> None:
    """With the namespace that it is in."""
    with pytest.raises(EmulationError, match=f"cell in {PLANT}"):
        await_interfaces(SlowKernel(patience=POLL_LIMIT + 1), LAYOUT)
