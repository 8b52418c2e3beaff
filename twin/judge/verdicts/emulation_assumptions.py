"""The assumptions of the emulation, as sentences for the report. Pure."""

from __future__ import annotations

from collections.abc import Iterator

from twin.core.units import show_time
from twin.model import Codec, Dial, Dslam, Healing, Medium, Network, Protection, Relay, Span, Spoken, Technology, Uplink
from twin.plan.links.cpe_shapers import overruns
from twin.plan.links.dsl_lines import shortfalls


def assumptions(network: Network, lab: str) -> tuple[str, ...]:
    """The sentences that hold for this network in this lab."""
    return tuple(_sentences(network, lab))


def _protection(protection: Protection) -> Iterator[str]:
    """What restores service after a failure, and how long each part takes."""
    steps = [f"detected after {show_time(protection.detection)}"]
    if protection.healing is Healing.FAST_FAILOVER:
        steps.append(f"the adjacent switch reroutes {show_time(protection.switch)} later")
    if protection.healing is not Healing.NONE:
        steps.append(f"the controller's rules leave {show_time(max(protection.controller, protection.switch))} after "
                     f"detection; traffic reverts {show_time(protection.wait_to_restore)} after the repair")
    yield (f"Failures: {', '.join(steps)}. These times come from the file; Open vSwitch adds up to 5 ms until its "
           "cache follows new rules. Rules are confirmed round by round, which takes no time here.")


def _sentences(network: Network, lab: str) -> Iterator[str]:
    if lab == "virtual":
        yield "Computing takes no time in virtual time: switches and hosts add no delay of their own to a packet."
    yield "Fibre carries its capacity in Ethernet packets: 38 bytes more than the IP packet, with preamble and gap."
    yield from _copper(network)
    yield from _shapers(network)
    yield from _radio(network)
    calls = [work.settings for work in network.workloads if isinstance(work.settings, Spoken)]
    if calls:
        buffers = ", ".join(sorted({show_time(call.playout) for call in calls}))
        yield (f"Mouth to ear adds the speech in a packet, the codec's look-ahead and a playout buffer of {buffers}; "
               "packets later than the buffer count as lost (ITU-T G.107, G.113, G.114; echo-free).")
        if any(call.adaptive for call in calls):
            yield ("Adaptive playout buffers are set to the mean delay plus four deviations once a second, as if there "
                   "were a pause in speech.")
        if any(call.codec is Codec.G723_53 for call in calls):
            yield "G.723.1 at 5.3 kbit/s is assumed to tolerate loss as at 6.3 kbit/s, the rate that G.113 lists."
    if any(isinstance(call, Dial) for call in calls):
        control = network.control.call_control
        yield (f"The softswitch answers an INVITE after {show_time(control.processing)}, the called party "
               f"{show_time(control.ringing)} later; no call is up when the measurement begins.")
    if network.faults:
        yield from _protection(network.control.protection)
    yield ("TCP is Linux's own (cubic, time stamps, windows of two seconds of the line), without segmentation offload; "
           "the emulated lines of a group represent its subscribers, and the others send nothing.")


def _shapers(network: Network) -> Iterator[str]:
    if any(profile.shaper for profile in network.profiles):
        yield ("Subscribers who shape before their modem keep their router's rate and overhead, whatever their line "
               "carries; the modem has one FIFO, which counts packets.")
        yield from (f"{note}." for note in overruns(network))


def _radio(network: Network) -> Iterator[str]:
    uplinked: list[Dslam | Relay] = [*network.dslams, *network.relays]
    hops: list[Span | Uplink] = [*network.spans, *(node.uplink for node in uplinked)]
    if any(hop.medium is Medium.RADIO and hop.air is None for hop in hops):
        yield ("A radio hop with a capacity is one half-duplex medium, shared by both directions and ideally "
               "coordinated: voice has priority at both ends. Contention, retries and airtime of small packets (IEEE "
               "802.11) are not modelled there: calls take less airtime than they would need.")
    if any(hop.air is not None for hop in hops):
        yield ("In a radio cell all stations hear each other, rates are fixed, the line of sight is free, and "
               "colliding frames are lost; receivers have typical sensitivities, or those of the file.")


def _copper(network: Network) -> Iterator[str]:
    lines = [profile for profile in network.profiles if profile.technology is Technology.DSL]
    if lines:
        yield ("DSL rates are synchronisation rates of ATM cells; the encapsulation and the AAL5 trailer count. A line "
               "trains at its profile's rates as far as its copper carries them: the ADSL Forum's reach for 2 and 6.1 "
               "Mbit/s, and a straight line through both. It has no errors but the file's own loss and noise.")
        yield from (f"{note}." for note in shortfalls(network))
    if any(profile.noise for profile in lines):
        yield ("Impulse noise damages every packet on the line during a burst: one burst in each period, at a random "
               "time, of exponential length. Interleaving corrects bursts of up to 8 bytes times its depth (ITU-T "
               "G.992.1).")
