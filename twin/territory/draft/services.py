"""The services that every drafted description begins with: classes, head-ends' services, channels, profiles and what
subscribers do, with their sources. Pure values."""

from __future__ import annotations

from twin.territory.description_text import Keys, Section

HEAD_ENDS = ("softswitch", "video", "digital", "internet")
"""Names of head-ends, in the order in which they are written."""
TITLES = ("Softswitch", "Video head-end", "Digital services", "Internet gateway")
CHANNELS = ("channel-1", "channel-2", "channel-3")


def classes() -> Section:
    """How the network treats each kind of traffic."""
    return Section("classes", {
        "voice": {"dscp": "EF", "strict": True, "police": "100 kbit/s", "guarantee": "400 kbit/s", "queue": "40 ms"},
        "video": {"dscp": "CS3", "weight": 20, "guarantee": "4.8 Mbit/s", "queue": "150 ms"},
        "business": {"dscp": "AF21", "weight": 4, "queue": "200 ms", "discipline": "fq-codel"},
        "data": {"dscp": "DF", "weight": 1, "queue": "200 ms", "discipline": "fq-codel", "share": "subscriber"},
    }, "DSCPs by RFC 4594; weights and queues are assumed. The guarantees are for four G.711 calls of 85.6 kbit/s of "
       "frames, and for three IPTV channels, each sent once.")


def services() -> Section:
    """What is sold."""
    return Section("services", {
        "telephony": {"title": "Telephony", "class": "voice", "head-end": "softswitch", "transport": "udp",
                      "ports": [16384, 32767]},
        "television": {"title": "Online video", "class": "video", "head-end": "video", "transport": "udp",
                       "ports": [5000, 5999]},
        "digital-services": {"title": "Digital services", "class": "business", "head-end": "digital",
                             "transport": "tcp", "ports": [8000, 8099]},
        "internet": {"title": "Internet", "class": "data", "head-end": "internet"},
    })


def channels() -> tuple[Section, Section]:
    """IPTV by multicast."""
    written: dict[str, Keys] = {name: {"title": name.replace("-", " ").capitalize(), "service": "television",
                                       "rate": "1.5 Mbit/s", "basis": "assumed"} for name in CHANNELS}
    return (Section("channels", written, "IPTV by multicast: a span carries each channel once, whoever watches."),
            Section("multicast", {"fast-leave": True, "switch": "10 ms", "controller": "5 ms", "basis": "assumed"}))


def profiles() -> Section:
    """What lines are sold as."""
    return Section("profiles", {
        "adsl-512": _profile("dsl", 512, 128, "2 km", "rates quoted (2002); delay and length assumed"),
        "adsl-2048": _profile("dsl", 2048, 128, "2 km", "rates quoted (2004); delay and length assumed"),
        "adsl-2048-pro": _profile("dsl", 2048, 512, "2 km", "assumed"),
        "wifi-512": _profile("wifi", 512, 128, "500 m", "assumed"),
        "wifi-2048": _profile("wifi", 2048, 512, "500 m", "assumed"),
    }, "French offers of the time. DSL rates are of ATM cells, those of WiFi of Ethernet frames. Loop lengths are "
       "unknown: all are assumed to be 2 km of 0.4 mm.")


def _profile(technology: str, down: int, up: int, length: str, basis: str) -> Keys:
    delay: Keys = {"delay": "8 ms"} if technology == "dsl" else {}
    return {"technology": technology, "down": f"{down} kbit/s", "up": f"{up} kbit/s", **delay, "length": length,
            "basis": basis}


def workloads() -> Section:
    """What subscribers do in the busy hour."""
    return Section("workloads", {
        "call-g711": {"service": "telephony", "activity": "call", "codec": "G.711"},
        "call-g729": {"service": "telephony", "activity": "call", "codec": "G.729"},
        "television": {"service": "television", "activity": "watch", "channels": [CHANNELS[0]]},
        "portal": {"service": "digital-services", "activity": "pages", "page": "12 kB", "pause": "300 ms"},
        "download": {"service": "internet", "activity": "download"},
    })
