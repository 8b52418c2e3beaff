"""What the emulation adds or assumes, in sentences for the report's reader. Pure."""

from __future__ import annotations

from collections.abc import Iterator

from twin.core.units import show_time
from twin.model import Codec, Dial, Dslam, Healing, Medium, Network, Protection, Relay, Span, Spoken, Technology, Uplink
from twin.plan.links.dsl_lines import shortfalls


def assumptions(network: Network, lab: str) -> tuple[str, ...]:
    """The sentences that hold for this network in this lab."""
    return tuple(_sentences(network, lab))


def _protection(protection: Protection) -> Iterator[str]:
    """What heals a cut, and what each part of it takes."""
    steps = [f"it is noticed after {show_time(protection.detection)}"]
    if protection.healing is Healing.FAST_FAILOVER:
        steps.append(f"the switch beside it sends the other way {show_time(protection.switch)} later")
    if protection.healing is not Healing.NONE:
        steps.append(f"the controller's rules leave {show_time(max(protection.controller, protection.switch))} after "
                     f"it was noticed; traffic returns {show_time(protection.wait_to_restore)} after the mend")
    yield (f"Of a cut: {', '.join(steps)}. These are figures of the file; Open vSwitch adds up to 5 ms until its "
           "cache follows new rules. Rules are confirmed round by round, which takes no time here.")


def _sentences(network: Network, lab: str) -> Iterator[str]:
    if lab == "virtual":
        yield "Computing takes no time in virtual time: switches and hosts add no delay of their own to a packet."
    yield "Fibre carries its capacity in whole Ethernet packets: 38 bytes beside the IP packet, with preamble and gap."
    yield from _copper(network)
    yield from _radio(network)
    calls = [work.settings for work in network.workloads if isinstance(work.settings, Spoken)]
    if calls:
        buffers = ", ".join(sorted({show_time(call.playout) for call in calls}))
        yield (f"Mouth to ear adds the speech in a packet, the codec's look-ahead and a playout buffer of {buffers}; "
               "packets later than the buffer count as lost (ITU-T G.107, G.113, G.114; echo-free).")
        if any(call.adaptive for call in calls):
            yield ("Adaptive playout buffers wait for the mean delay and four deviations, and change once a second, as "
                   "if there were a pause in speech.")
        if any(call.codec is Codec.G723_53 for call in calls):
            yield "G.723.1 at 5.3 kbit/s is taken to bear loss as it does at 6.3 kbit/s, for which G.113 has a figure."
    if any(isinstance(call, Dial) for call in calls):
        control = network.call_control
        yield (f"A softswitch answers an INVITE after {show_time(control.processing)}, and whoever is called answers "
               f"{show_time(control.ringing)} later; no call stands when the measurement begins.")
    if network.faults:
        yield from _protection(network.protection)
    yield ("TCP is Linux's own (cubic, time stamps, windows of two seconds of the line), without segmentation offload; "
           "one line of each group stands for its subscribers, and lines that are not emulated send nothing.")


def _radio(network: Network) -> Iterator[str]:
    hung: list[Dslam | Relay] = [*network.dslams, *network.relays]
    hops: list[Span | Uplink] = [*network.spans, *(node.uplink for node in hung)]
    if any(hop.medium is Medium.RADIO and hop.air is None for hop in hops):
        yield ("A radio hop with a capacity is one half-duplex medium, shared by both directions and ideally "
               "coordinated: voice goes first at either end. Contention, retries and airtime of small packets (IEEE "
               "802.11) are not modelled there: calls cost less than they would on the air.")
    if any(hop.air is not None for hop in hops):
        yield ("In a radio cell all stations hear each other, rates stay as they are, sight is free, and frames that "
               "meet are lost; receivers are as sensitive as was usual, or as the file says.")


def _copper(network: Network) -> Iterator[str]:
    lines = [profile for profile in network.profiles if profile.technology is Technology.DSL]
    if lines:
        yield ("DSL rates are synchronisation rates of ATM cells; the encapsulation and the AAL5 trailer count. A line "
               "trains at its profile's rates as far as its copper carries them: the ADSL Forum's reach for 2 and 6.1 "
               "Mbit/s, and a straight line through both. It has no errors but the file's own loss and noise.")
        yield from (f"{note}." for note in shortfalls(network))
    if any(profile.noise for profile in lines):
        yield ("Noise strikes every packet that is on the line while a burst lasts: one burst in each period, at a "
               "random moment, of exponential length. Interleaving mends those of up to 8 bytes times its depth (ITU-T "
               "G.992.1).")
