"""Impairments of a live twin's span, from the command line: delays, copies, what is saved, what is refused."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from twin import api
from twin.cli import main
from twin.core.units import Time
from twin.model import Distribution, Impairments

MINIMAL = Path(__file__).parents[3] / "topologies" / "minimal.yaml"
NAME = f"test-impair-{os.getpid()}"


@pytest.fixture(scope="module")
def twin(tmp_path_factory: pytest.TempPathFactory) -> Iterator[api.LiveTwin]:
    """The minimal network without its load."""
    with api.live_twin(api.load(MINIMAL), name=NAME, out=tmp_path_factory.mktemp("live"), load=()) as up:
        yield up


def test_a_span_is_impaired_and_cleared(twin: api.LiveTwin, capsys: pytest.CaptureFixture[str]) -> None:
    """Delayed twice over, a ping takes as long; each call says all anew; what is saved has it; a cut span has none."""
    impair = ["impair", "--twin", NAME, "softswitch-uplink"]
    assert main([*impair, "--delay", "200 ms", "--jitter", "50 ms", "--distribution", "normal", "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == {"broken": ["softswitch-uplink"]}
    assert least_round_trip(twin) > 2 * 15
    (fault,) = twin.saved().described().faults
    assert fault.impairments == Impairments(delay=Time(200_000_000), jitter=Time(50_000_000),
                                            distribution=Distribution.NORMAL)
    assert main([*impair, "--duplicate", "99 %", "--delay", "20 ms"]) == 0
    pinged = twin.run("homes-1", ["ping", "-c", "5", "-i", "0.2", "softswitch"])
    assert b"DUP!" in pinged.stdout and 2 * 20 < least_round_trip(twin) < 2 * 100
    assert main([*impair, "--clear"]) == 0
    assert twin.status().broken == () and least_round_trip(twin) < 2 * 20
    for words, reason in (([], "say what"), (["--clear"], "is not impaired"), (["--jitter", "5 ms"], "write delay: 4"),
                          (["--distribution", "gauss", "--delay", "1 ms"], "not a known value"),
                          (["--loss", "200 %"], "too much"), (["--up", "1 Mbit/s"], "is not a line")):
        assert main([*impair, *words]) == 2
        assert reason in capsys.readouterr().err
    assert twin.status().broken == () and least_round_trip(twin) < 2 * 20
    twin.cut("east-west")
    with pytest.raises(api.UsageError, match="restore it first"):
        twin.degrade("east-west", delay="1 ms")
    twin.restore("east-west")


def least_round_trip(twin: api.LiveTwin) -> float:
    """Of some pings, ms."""
    pinged = twin.run("homes-1", ["ping", "-q", "-c", "5", "-i", "0.2", "softswitch"]).stdout.decode()
    return float(pinged.rpartition(" = ")[2].split("/")[0])
