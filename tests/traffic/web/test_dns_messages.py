"""DNS queries and responses as bytes."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from traffic.web import dns_messages
from twin.model.traffic_profiles import DNS_ANSWER, DNS_QUESTION


@given(st.integers(0, 10**6))
def test_a_response_repeats_its_query(number: int) -> None:
    """Identity and question come back, one answer is counted, and it says that it is one (RFC 1035, 4.1.1).

    Both are as long as the plan says.
    """
    query = dns_messages.query(number)
    response = dns_messages.response(query)
    assert response[:2] == query[:2]
    assert response[12:len(query)] == query[12:]
    assert (query[2] >> 7, response[2] >> 7) == (0, 1)
    assert (response[4:8], len(query), len(response)) == (bytes((0, 1, 0, 1)), DNS_QUESTION, DNS_ANSWER)


def test_a_name_is_labels_with_their_lengths() -> None:
    """The name asked for: w0007.example.net, type A, class IN."""
    assert dns_messages.query(7)[12:] == b"\x05w0007\x07example\x03net\x00\x00\x01\x00\x01"
