"""Dials the same calls at the same moments with sipp, as a cross-check of our own SIP.

One process for each line whose workload asks for it. What it sent and received, and when, is read from its own log of
messages; it waits in milliseconds, and logs in microseconds.
"""

from __future__ import annotations

import re
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from traffic.engine import syscalls
from traffic.engine.flow_context import FlowContext
from traffic.engine.flow_counters import FlowCounters
from traffic.engine.flow_lifecycle import ActiveFlow
from traffic.sample_files import LOST, Calls
from traffic.voice import sip
from traffic.voice.call_arrivals import ScheduledCall
from twin.core.errors import Unparsable
from twin.core.units import NS_PER_MS, NS_PER_S
from twin.model import Codec
from twin.plan.blueprint import Flow, SipSignalling

PROGRAM = "sipp"
GRACE = 5.0
"""Seconds in which it has to end once it is killed."""
FILLING = 142
"""Bytes that fill its INVITE up to about the size that ours has."""
_LOG_ENTRY = re.compile(r"-{20,} (\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d)\.(\d{6})\n"
                   r"UDP message (sent|received) (?:\(\d+ bytes\)|\[\d+\] bytes) ?:\n\n")


class SippFlow(ActiveFlow):
    """The calls of one line, by sipp: scenario, calls and log are in the run's folder for tools."""

    def __init__(self, flow: Flow, call: SipSignalling, counters: FlowCounters, calls: tuple[ScheduledCall, ...],
                 context: FlowContext) -> None:
        super().__init__(flow, counters)
        self._hosts, self._timing, self._calls = context.sockets.hosts, context.timing, calls
        self._stem = context.tool_folder / flow.name
        self._child: subprocess.Popen[bytes] | None = None
        context.tool_folder.mkdir(parents=True, exist_ok=True)
        self._file("xml").write_text(scenario(flow, call.codec))
        self._file("csv").write_text(injection_file(calls))
        self._file("log").touch()
        self._file("log").chmod(0o666)  # sipp runs without capabilities, in a folder that is another user's.

    def fail(self, fault: OSError) -> None:
        """Take note of the error and end what runs."""
        super().fail(fault)
        self.close()

    def begin(self) -> None:
        """Start it; every call waits for its moment by itself."""
        count = str(len(self._calls))
        if not self._calls:
            return
        local, home = self._hosts[self.flow.source], self._hosts[self.flow.sink]
        with syscalls.in_namespace(local.namespace), self._file("err").open("wb") as errors:
            self._child = subprocess.Popen(
                (*syscalls.UNPRIVILEGED, PROGRAM, f"{home.address}:{self.flow.sink_port}", "-sf",
                 str(self._file("xml")), "-inf", str(self._file("csv")), "-i", local.address,
                 "-p", str(self.flow.source_port),
                 "-cid_str", f"%u@{self.flow.name}", "-m", count, "-l", count, "-r", count, "-rp", "1",
                 "-trace_msg", "-message_file", str(self._file("log")), "-nostdin", "-skip_rlimit",
                 "-timer_resol", "1"),
                stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=errors, env={"TZ": "UTC", "TERM": "dumb"})

    def stop(self) -> None:
        """Nothing more is dialled."""
        self.close()

    def close(self) -> None:
        """End the process, if it still runs."""
        if self._child is not None and self._child.poll() is None:
            self._child.kill()
            self._child.wait(GRACE)

    def take(self, until: int) -> Calls:
        """All calls as logged, once it has ended. Raises Unparsable."""
        text = self._file("log").read_text(errors="replace") if self._child is not None else ""
        message = parse(text, self.flow.name, self._timing.origin)
        self.counters.sent, self.counters.received = len(message.dialled), sum(at != LOST for at in message.answered)
        return message

    def _file(self, kind: str) -> Path:
        return self._stem.with_name(f"{self._stem.name}.{kind}")


def injection_file(calls: Sequence[ScheduledCall]) -> str:
    """The file of values: when each call is dialled and how long it lasts, ms."""
    rows = (f"{round(call.at / NS_PER_MS)};{round(call.holding / NS_PER_MS)};\n" for call in calls)
    return "SEQUENTIAL\n" + "".join(rows)


def scenario(flow: Flow, codec: Codec) -> str:
    """What sipp does with each call: wait, INVITE, listen, ACK, talk, BYE."""
    offer = sip.session("[local_ip]", flow.source_port - 1, codec.payload_type).decode().replace("\r\n", "\n")
    contact = f"Contact: <sip:{flow.name}@[local_ip]:[local_port]>\nContent-Type: application/sdp\n"
    invite = _request(flow.name, "INVITE", 1, "", contact, offer)
    ack = _request(flow.name, "ACK", 1, "[peer_tag_param]")
    refused = "".join(f'<recv response="{status}" optional="true" next="9"/>\n' for status in (403, 486, 488, 503))
    return f"""<?xml version="1.0" encoding="ISO-8859-1" ?>
<scenario name="dial">
<nop><action>
 <assignstr assign_to="1" value="[field0]"/><todouble assign_to="2" variable="1"/>
 <assignstr assign_to="3" value="[field1]"/><todouble assign_to="4" variable="3"/>
</action></nop>
<pause variable="2"/>
<send retrans="500"><![CDATA[
{invite}]]></send>
<recv response="100" optional="true"/>
{refused}<recv response="180" optional="true"/>
<recv response="200"/>
<send><![CDATA[
{ack.replace(".1", ".1a", 1)}]]></send>
<pause variable="4"/>
<send retrans="500"><![CDATA[
{_request(flow.name, "BYE", 2, "[peer_tag_param]")}]]></send>
<recv response="200" next="10"/>
<label id="9"/>
<send><![CDATA[
{ack}]]></send>
<label id="10"/>
<nop/>
</scenario>
"""


def _request(name: str, method: str, transaction: int, tag: str, extra: str = "", body: str = "") -> str:
    return f"""{method} sip:called@[remote_ip]:[remote_port] SIP/2.0
Via: SIP/2.0/UDP [local_ip]:[local_port];branch={sip.COOKIE}[call_number].{transaction}
Max-Forwards: 70
From: <sip:{name}@[local_ip]>;tag=c[call_number]
To: <sip:called@[remote_ip]>{tag}
Call-ID: [call_id]
CSeq: {transaction} {method}
User-Agent: sipp ({"." * (FILLING if body else 1)})
{extra}Content-Length: [len]

{body}"""


@dataclass(slots=True)
class _Call:
    dialled: int = LOST
    rung: int = LOST
    answered: int = LOST
    ended: int = LOST
    status: int = 0


def parse(text: str, name: str, origin: int) -> Calls:
    """The calls in a log of messages of sipp 3.6, in order of dialling; times after `origin`, ns since 1970.

    Raises Unparsable where a message lacks what tells its call.
    """
    pieces = _LOG_ENTRY.split(text)
    calls: dict[str, _Call] = {}
    for day, clock, part, direction, raw in zip(*(pieces[k::5] for k in range(1, 6)), strict=True):
        moment = datetime.fromisoformat(f"{day} {clock}").replace(tzinfo=UTC)
        at = round(moment.timestamp()) * NS_PER_S + int(part) * 1_000 - origin
        try:
            message = sip.parse(raw.strip("\n").replace("\r\n", "\n").replace("\n", "\r\n").encode() + b"\r\n\r\n")
        except sip.Malformed as fault:
            raise Unparsable(PROGRAM, raw) from fault
        if message.call_id.endswith(f"@{name}"):
            _note(calls.setdefault(message.call_id, _Call()), message, at, direction == "sent")
    rows = sorted(calls.values(), key=lambda call: call.dialled)
    return Calls(*(tuple(getattr(row, column) for row in rows) for column in Calls.__dataclass_fields__))


def _note(call: _Call, message: sip.Message, at: int, sent: bool) -> None:
    if message.method == "INVITE" and call.dialled == LOST:
        call.dialled = at
    elif message.method == "BYE" and call.ended == LOST:
        call.ended = at
    elif not sent and message.sequence[1] == "INVITE":
        if 100 < message.status < 200 and call.rung == LOST:
            call.rung = at
        elif message.status >= 200 and not call.status:
            call.status = message.status
            if message.status < 300:
                call.answered = at
            else:
                call.ended = at
