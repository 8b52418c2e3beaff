"""The Ryu application: QoS rules in every switch, rerouting when spans fail, IGMP for IPTV channels."""
