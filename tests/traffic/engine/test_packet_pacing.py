"""The netlink requests for pacing."""

from traffic.engine.packet_pacing import device, queue, redirect


def test_requests_are_worded_as_ip_and_tc_do() -> None:
    """The words in errors are those of ip and tc."""
    assert device().summary == "link add pace0 up type ifb"
    assert queue(3).summary.startswith("qdisc replace dev pace0 root fq")
    assert "fw action mirred egress redirect dev pace0" in redirect(2, 3).summary
