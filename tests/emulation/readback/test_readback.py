"""What stands against what was planned: a real kernel's answers agree with the blueprint, and every change is seen."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.emulation import recorded_dumps
from tests.emulation.small_networks import ring
from tests.in_lab.places import NETWORKS
from twin.core.errors import EmulationError, Unparsable
from twin.core.units import Rate, Ratio, Size, Time
from twin.emulation import ovs
from twin.emulation.interface_layout import Layout
from twin.emulation.readback import readback
from twin.model import Impairments
from twin.model.yaml import load
from twin.plan import plan
from twin.plan.blueprint import Blueprint, LinkLayer, Scheduler, SpanPlan


def stands() -> readback.Readback:
    """What the real kernel said."""
    return readback.actual(recorded_dumps.kernel(), Layout(ring()))


def altered(**changes: object) -> Blueprint:
    """The ring with another first span."""
    first, *others = ring().spans
    return replace(ring(), spans=(replace(first, **changes), *others))  # type: ignore[arg-type]  # fields of it


def line() -> SpanPlan:
    """The first span: a DSL line."""
    return ring().spans[0]


def scheduler() -> Scheduler:
    """What decides at the line's far end."""
    planned = line().b.scheduler
    assert planned is not None
    return planned


def test_a_real_kernel_agrees_with_the_blueprint() -> None:
    """Every qdisc, rate, delay, size table, filter, seed and port number of the recorded network is as planned."""
    readback.compare(readback.expected(Layout(ring()), recorded_dumps.SEED), stands())


@pytest.mark.parametrize("changes", [
    {"forward": replace(line().forward, rate=Rate(600_000))},
    {"forward": replace(line().forward, delay=Time(8_000_100))},
    {"reverse": replace(line().reverse, impairments=Impairments(loss=Ratio(1)))},
    {"reverse": replace(line().reverse, layer=LinkLayer(-2, atm=True))},
    {"a": replace(line().a, scheduler=None)},
    {"b": replace(line().b, scheduler=replace(scheduler(), default=1))},
    {"b": replace(line().b, scheduler=replace(scheduler(), classifiers=()))},
])
def test_any_other_plan_is_an_error(changes: dict[str, object]) -> None:
    """A rate, 100 ns of delay, one part in a million of loss, two bytes of overhead, a filter: nothing passes."""
    with pytest.raises(EmulationError, match="differ from the blueprint"):
        readback.compare(readback.expected(Layout(altered(**changes)), recorded_dumps.SEED), stands())


def test_a_difference_shows_both_sides() -> None:
    """The message names the interface, what was planned and what stands."""
    first = line().a.scheduler
    assert first is not None
    shorter = replace(first, bands=(replace(first.bands[0], limit=Size(19_999)), *first.bands[1:]))
    with pytest.raises(EmulationError) as caught:
        readback.compare(readback.expected(Layout(altered(a=replace(line().a, scheduler=shorter))), 7), stands())
    assert str(caught.value).splitlines()[:2] == ["1 interfaces differ from the blueprint:", "  lab l1a"]
    assert "expected: 0 bfifo 19999 bytes" in str(caught.value)
    assert "actual:   0 bfifo 20000 bytes" in str(caught.value)


def test_another_seed_is_another_network() -> None:
    """The losses of a run follow from its seed, so the seed is read back too."""
    with pytest.raises(EmulationError, match="seed"):
        readback.compare(readback.expected(Layout(ring()), 8), stands())


def test_a_kernel_that_cannot_be_seeded_is_believed() -> None:
    """Before Linux 6.6 netem has no seed to read back."""
    old = {key: tuple(line for line in lines if not line.startswith("seed")) for key, lines in stands().items()}
    readback.compare(readback.expected(Layout(ring()), recorded_dumps.SEED), old)


def test_a_cell_that_is_seeded_does_not_seed_the_media() -> None:
    """Its qdisc is our own, and has a seed also in a kernel whose netem has none."""
    cell = plan(load(NETWORKS / "air.yaml"))
    wanted = readback.expected(Layout(cell), 1)
    old = {key: tuple(line for line in lines if not line.startswith("seed")) for key, lines in wanted.items()}
    assert any("dcf seed" in line for lines in old.values() for line in lines)
    readback.compare(wanted, old)


def test_a_port_with_another_number_is_an_error() -> None:
    """Open vSwitch gives another number when the one asked for is taken; rules would then lead elsewhere."""
    kernel = recorded_dumps.kernel()
    command = f"ovs-appctl -t {ovs.SWITCH_DAEMON} {ovs.PORT_NUMBERS}"
    kernel.outputs = {**kernel.outputs, command: kernel.outputs[command].replace("l1a 1/", "l1a 7/")}
    with pytest.raises(EmulationError, match="port 7"):
        readback.compare(readback.expected(Layout(ring()), recorded_dumps.SEED),
                         readback.actual(kernel, Layout(ring())))


@pytest.mark.parametrize("answer", ["", "{}", "system@ovs-system: hit:0 missed:0", "    l1a one/5: (system)"])
def test_an_answer_that_is_not_understood_is_never_a_number(answer: str) -> None:
    """Whatever the tool says instead is shown."""
    with pytest.raises(Unparsable, match="ovs-vswitchd dpif/show"):
        ovs.port_numbers(answer)
