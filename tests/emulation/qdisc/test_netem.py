"""What carries and delays packets: what is asked of the kernel is what is expected of it, and holds all on its way."""

from __future__ import annotations

import struct
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from twin.core.units import Rate, Ratio, Time
from twin.emulation.qdisc import netem
from twin.emulation.readback import netlink_dumps, qdisc_text
from twin.emulation.readback.netlink_dumps import DumpedQdisc
from twin.model import Distribution, Impairments, LossBursts
from twin.plan.blueprint import LinkDirection, LinkLayer

MS = 1_000_000
PLAIN = LinkDirection(Rate(10**7), LinkLayer(), Time(MS))
RATIOS = st.integers(0, 999_999).map(Ratio)
BURSTS = st.builds(LossBursts, *[st.integers(1, 10**6).map(Ratio)] * 2, st.integers(0, 10**6).map(Ratio))
IMPAIRMENTS = st.builds(Impairments, loss=RATIOS, loss_bursts=st.none() | BURSTS, delay=st.integers(1, 10**9).map(Time),
                        jitter=st.integers(0, 10**9).map(Time), distribution=st.sampled_from(Distribution),
                        reorder=RATIOS)


def dumped(request_body: bytes) -> DumpedQdisc:
    """A request as the kernel would report what it asks for: jitter, which it is given alone, beside the rest."""
    _, index, handle, parent, _ = struct.unpack_from("=BxxxiIII", request_body)
    parts = netlink_dumps.attributes(request_body[20:])
    return DumpedQdisc(index, handle, parent, kind="netem", options=parts[2], table=parts.get(8, b""), size=0,
                       packets=0, drops=0)


@given(IMPAIRMENTS)
def test_what_is_asked_for_is_what_is_expected(given_: Impairments) -> None:
    """Of the medium and of what delays behind it, for any impairments."""
    carrier = replace(PLAIN, impairments=given_)
    medium = [*qdisc_text.qdisc_text(dumped(netem.medium(7, "m", carrier, 99).body))]
    assert medium == [qdisc_text.medium_text(carrier), "seed 99"]
    delays = [*qdisc_text.qdisc_text(dumped(netem.delayer(7, "m", carrier, 98).body))]
    assert delays == [*qdisc_text.delayer_text(carrier), "seed 98 of delays"]


def test_delays_that_are_nothing_are_not_there() -> None:
    """As after a mend: the qdisc stays for the packets in it."""
    assert not [*qdisc_text.delayer_text(PLAIN)]
    assert not [*qdisc_text.qdisc_text(dumped(netem.delayer(7, "m", PLAIN, 1, change=True).body))]


@pytest.mark.parametrize(("loss", "bursts", "model"), [
    (0, None, (0, 0, 0, 0)),
    (500_000, None, (0, 0, 0, 0)),
    (0, LossBursts(Ratio(250_000), Ratio(500_000)), (2**30, 2**31, 0, 0)),
    (0, LossBursts(Ratio(250_000), Ratio(500_000), Ratio(250_000)), (2**30, 2**31, 3 * 2**30, 0)),
    (500_000, LossBursts(Ratio(250_000), Ratio(500_000), Ratio(500_000)), (2**30, 2**31, 2**30, 2**31)),
])
def test_the_model_of_bursts_is_the_kernels(loss: int, bursts: LossBursts | None, model: tuple[int, ...]) -> None:
    """p, r, h and 1-k in parts of 2^32; random loss comes on top in both states."""
    assert netem.loss_model(Impairments(loss=Ratio(loss), loss_bursts=bursts)) == model


@given(st.integers(8000, 10**10), st.integers(0, 10**9))
def test_a_medium_holds_all_that_is_on_its_way(rate: int, delay: int) -> None:
    """Smallest frames back to back, for as long as the propagation lasts, fit into the medium; and into its delays."""
    assert netem.packets_in_flight(Rate(rate), Time(delay)) * 8 * 60 * 10**9 >= rate * delay
    late = replace(PLAIN, rate=Rate(rate), impairments=Impairments(delay=Time(delay)))
    assert netem.delayed_packets(late) * 8 * 60 * 10**9 >= rate * delay


def test_a_modem_serializes_within_what_propagates() -> None:
    """So that its limit counts what waits and is sent, and nothing that is on its way; delays come behind it."""
    modem = replace(PLAIN, queue=7)
    assert qdisc_text.medium_text(modem) == "netem 0 bit/s 1000000 ns loss 0 ppm limit 1047"
    requested = [*qdisc_text.qdisc_text(dumped(netem.medium(7, "m", modem, 99).body))]
    assert requested == [qdisc_text.medium_text(modem), "seed 99"]
    within = dumped(netem.modem(7, "m", modem).body)
    assert [*qdisc_text.qdisc_text(within)] == [*qdisc_text.modem_text(modem)] == ["modem 10000000 bit/s limit 7"]
    assert (within.parent, dumped(netem.delayer(7, "m", modem, 1).body).parent) == (0x10001, 0x30001)
