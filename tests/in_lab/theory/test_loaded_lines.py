"""The emulation against theory: a call on a loaded line, and what TCP carries on two kinds of line."""

from benchmarks import tcp_goodput, voice_theory


def test_a_call_on_a_loaded_line_waits_as_theory_says() -> None:
    """Every mean within 0.1 %, every largest delay within 0.5 %, over two emulated minutes at 85 and 90 % load."""
    figures = voice_theory.figures(minutes=2)
    assert len(figures) == 7
    assert [figure for figure in figures if figure.holds is False] == []


def test_tcp_carries_what_headers_and_cells_leave() -> None:
    """Within 0.5 % of the rate less all overhead, on 2048 kbit/s of ATM cells and on 100 Mbit/s Ethernet."""
    figures = tcp_goodput.figures(seconds=8, workloads=("ours",))
    assert len(figures) == 2
    assert [figure for figure in figures if figure.holds is False] == []
