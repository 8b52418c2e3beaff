"""The files of samples."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as some

from traffic.sample_files import LOST, Bytes, Packets, Samples, Transactions, decode, digest, encode, read, write

times = some.integers(0, 10**12)
maybe = times | some.just(LOST)
packets = some.builds(lambda rows: Packets(tuple(a for a, _ in rows), tuple(b for _, b in rows), 200 if rows else 0),
                      some.lists(some.tuples(times, maybe)))
progress = some.builds(lambda rows: Bytes(tuple(a for a, _ in rows), tuple(b for _, b in rows)),
                       some.lists(some.tuples(times, times)))
pages = some.builds(lambda rows: Transactions(*(tuple(row[n] for row in rows) for n in range(3))),
                    some.lists(some.tuples(times, maybe, times)))


@given(packets | progress | pages)
def test_samples_come_back_as_they_were(samples: Samples) -> None:
    """What is written is read back, of every shape, empty ones too."""
    assert decode(encode(samples)) == samples


def test_equal_samples_are_equal_files(tmp_path: Path) -> None:
    """Neither time nor place of writing is in the file, and the digest is over names and samples."""
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
        write(tmp_path / name, "call", Bytes((1, 2), (3, 4)))
    first, second = tmp_path / "a", tmp_path / "b"
    assert (first / "call.csv.gz").read_bytes() == (second / "call.csv.gz").read_bytes()
    assert digest(first) == digest(second)
    write(second, "call", Bytes((1, 2), (3, 5)))
    assert digest(first) != digest(second)
    assert read(second / "call.csv.gz") == Bytes((1, 2), (3, 5))


def test_another_file_is_refused() -> None:
    """A file that holds no samples is an error that shows how it begins."""
    with pytest.raises(ValueError, match="it begins with 'time,value'"):
        decode(b"time,value\n1,2\n")
