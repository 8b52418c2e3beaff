"""Our transport streams as a demultiplexer reads them (ISO/IEC 13818-1): tables, counters, clock."""

from __future__ import annotations

import json
import struct
import subprocess
from itertools import pairwise
from pathlib import Path
from random import Random

from traffic.packets import mpeg_psi_tables, payloads
from twin.core.units import NS_PER_MS, NS_PER_S, Size, Time

INTERVAL = Time(7_018_667)
"""ns: of a stream of 1.5 Mbit/s."""
DATAGRAMS = 3 * payloads.CYCLE


def stream() -> list[bytes]:
    """The transport stream packets of three cycles."""
    shape = payloads.shape(payloads.Content.TRANSPORT_STREAM, Size(1356))
    writer = payloads.writer(payloads.Content.TRANSPORT_STREAM, INTERVAL, Random(7), access=71)
    packets = []
    for sequence in range(DATAGRAMS):
        room = bytearray(shape.head)
        writer.write(room, 0, sequence, 0)
        whole = bytes(room) + shape.tails[sequence % len(shape.tails)]
        packets += [whole[at:at + 188] for at in range(12, len(whole), 188)]
    return packets


def pid(packet: bytes) -> int:
    """Whose packet it is."""
    return int.from_bytes(packet[1:3], "big") & 0x1FFF


def test_counters_go_on_in_every_pid() -> None:
    """By one from packet to packet, for cycles on end; seven packets a datagram, as many as without tables."""
    packets = stream()
    assert len(packets) == 7 * DATAGRAMS
    for identifier in (mpeg_psi_tables.ASSOCIATION_PID, mpeg_psi_tables.MAP_PID, mpeg_psi_tables.STREAM_PID):
        counters = [packet[3] & 0xF for packet in packets if pid(packet) == identifier]
        assert counters == [number % 16 for number in range(len(counters))] and counters
    assert {pid(packet) for packet in packets} == {0, 0x1000, 0x100}


def test_tables_lead_to_the_stream() -> None:
    """From the association to the map, from the map to clock and stream; both with their CRC; every 56 ms."""
    packets = stream()
    at = {identifier: [n // 7 for n, packet in enumerate(packets) if pid(packet) == identifier]
          for identifier in (0, 0x1000)}
    assert all((b - a) * INTERVAL <= 100 * NS_PER_MS for a, b in pairwise(at[0])) and at[0] == at[0x1000]
    association, mapped = (next(packet for packet in packets if pid(packet) == identifier)
                           for identifier in (0, 0x1000))
    for packet, table in ((association, 0), (mapped, 2)):
        length = int.from_bytes(packet[6:8], "big") & 0xFFF
        assert (packet[1] & 0x40, packet[4], packet[5]) == (0x40, 0, table)
        assert mpeg_psi_tables.checksum(packet[5:8 + length]) == 0 and set(packet[8 + length:]) == {0xFF}
    assert struct.unpack_from("!HH", association, 13) == (1, 0xE000 | 0x1000)
    assert struct.unpack_from("!HHBHH", mapped, 13) == (0xE000 | 0x100, 0xF000, 0xF0, 0xE000 | 0x100, 0xF000)


def test_the_crc_of_a_section() -> None:
    """That of CRC-32/MPEG-2 of the digits 1 to 9."""
    assert mpeg_psi_tables.checksum(b"123456789") == 0x0376E6E7


def test_the_clock_comes_often_enough() -> None:
    """At least every 100 ms (2.7.2), on the stream's own PID, to 500 ns of what a constant rate makes it (2.4.2.1)."""
    clocked = [(n // 7, packet) for n, packet in enumerate(stream()) if packet[3] & 0x20]
    assert {pid(packet) for _, packet in clocked} == {0x100}
    read = []
    for datagram, packet in clocked:
        high, low = struct.unpack_from("!IH", packet, 6)
        read.append((datagram * INTERVAL, ((high << 1 | low >> 15) * 300 + (low & 0x1FF)) * NS_PER_S / 27e6))
    assert all(b - a <= 100 * NS_PER_MS for (_, a), (_, b) in pairwise(read))
    assert all(abs(sent - clock) < 500 for sent, clock in read)


def test_ffprobe_finds_the_programme(tmp_path: Path) -> None:
    """One programme with one stream, and no packet that it thinks is missing."""
    file = tmp_path / "channel.ts"
    file.write_bytes(b"".join(stream()))
    output = subprocess.run(("ffprobe", "-loglevel", "debug", "-show_programs", "-of", "json", str(file)), check=True,
                            capture_output=True, text=True)
    (programme,) = json.loads(output.stdout)["programs"]
    assert (programme["program_id"], programme["pmt_pid"], programme["pcr_pid"]) == (1, 0x1000, 0x100)
    assert [entry["id"] for entry in programme["streams"]] == ["0x100"]
    assert "Continuity check failed" not in output.stderr and "crc" not in output.stderr.lower()
