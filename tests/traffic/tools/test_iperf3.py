"""iperf3's reports, as recorded from version 3.12 on a line of 2 Mbit/s."""

from pathlib import Path

import pytest

from traffic.tools.iperf3 import parse
from twin.core.errors import EmulationError, Unparsable
from twin.core.units import Time

RECORDED = Path(__file__).parent / "iperf3"


def test_a_download_is_what_the_client_received() -> None:
    """Five points: the beginning and the end of each second, with all bytes received by then."""
    progress = parse((RECORDED / "download-client.json").read_text(), Time(5))
    assert progress.at == (5, 1_000_051_005, 2_000_051_005, 3_000_051_005, 4_000_052_005)
    assert progress.total == (0, 234_576, 470_600, 705_176, 941_200)


def test_an_upload_is_what_the_server_received() -> None:
    """The server's report goes on until the last byte has come."""
    progress = parse((RECORDED / "upload-server.json").read_text(), Time(0))
    assert progress.total[-1] == 994_776
    assert progress.at[-1] == 4_237_878_000


def test_a_senders_report_is_not_used() -> None:
    """What a sender has handed to its kernel is not goodput."""
    with pytest.raises(Unparsable):
        parse((RECORDED / "upload-client.json").read_text(), Time(0))


def test_an_error_has_iperf3s_own_reason() -> None:
    """A refused connection is an error with iperf3's reason, not a goodput of zero."""
    with pytest.raises(EmulationError, match="unable to connect to server: Connection refused"):
        parse((RECORDED / "refused.json").read_text(), Time(0))


@pytest.mark.parametrize("text", ["", "{", "[]", "{}", '{"intervals": []}', '{"intervals": [{"sum": {}}]}', "3"])
def test_anything_else_is_unparsable(text: str) -> None:
    """A report that was cut short or is none at all never becomes a number."""
    with pytest.raises(Unparsable):
        parse(text, Time(0))
