"""A small network, built in code: a ring of three switches, a DSLAM, a relay, two head-ends, two groups of lines."""

from __future__ import annotations

import pytest

from twin.core import units
from twin.model import (
    Call,
    Discipline,
    Download,
    Dscp,
    Dslam,
    HeadEnd,
    LineGroup,
    Medium,
    Name,
    Network,
    Profile,
    Relay,
    Ring,
    Service,
    ServiceClass,
    Site,
    Span,
    Switch,
    Technology,
    Transport,
    Uplink,
    Workload,
)

FAST = units.rate("100 Mbit/s")


def _name(text: str) -> Name:
    return Name(text)


@pytest.fixture
def network() -> Network:
    """The small network."""
    core = ("a", "b", "c")
    return Network(
        twin=1, name=_name("small"),
        sites=tuple(Site(_name(n)) for n in core),
        switches=tuple(Switch(_name(n), _name(n)) for n in core),
        spans=tuple(Span(_name(f"{x}-{y}"), (_name(x), _name(y)), FAST, length=units.length("10 km"))
                    for x, y in ("ab", "bc", "ca")),
        rings=(Ring(_name("ring"), tuple(map(_name, ("a-b", "b-c", "c-a")))),),
        dslams=(Dslam(_name("dslam-b"), _name("b"), Uplink(_name("b"), FAST)),),
        relays=(Relay(_name("relay-c"), _name("c"), Uplink(_name("c"), units.rate("6 Mbit/s"), Medium.RADIO)),),
        head_ends=(HeadEnd(_name("softswitch"), _name("a"), Uplink(_name("a"), FAST)),
                   HeadEnd(_name("internet"), _name("a"), Uplink(_name("a"), FAST))),
        classes=(ServiceClass(_name("voice"), Dscp(46), strict=True, police=units.rate("100 kbit/s")),
                 ServiceClass(_name("video"), Dscp(24), weight=4),
                 ServiceClass(_name("bulk"), Dscp(0), discipline=Discipline.FQ_CODEL)),
        services=(Service(_name("telephony"), _name("voice"), _name("softswitch"), Transport.UDP, (16384, 32767)),
                  Service(_name("web"), _name("bulk"), _name("internet"))),
        profiles=(Profile(_name("adsl"), units.rate("512 kbit/s"), units.rate("128 kbit/s")),
                  Profile(_name("wifi"), units.rate("1 Mbit/s"), units.rate("1 Mbit/s"), Technology.WIFI)),
        lines=(LineGroup(_name("town"), _name("dslam-b"), _name("adsl"), 100, 2, (_name("call"), _name("load"))),
               LineGroup(_name("village"), _name("relay-c"), _name("wifi"), 50, 1, (_name("call"),))),
        workloads=(Workload(_name("call"), _name("telephony"), Call()),
                   Workload(_name("load"), _name("web"), Download())),
    )
