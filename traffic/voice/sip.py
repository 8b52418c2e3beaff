"""SIP messages (RFC 3261): strict parser, and writer; pure. Malformed messages are rejected, never guessed at."""

from __future__ import annotations

import re
from dataclasses import dataclass

from twin.model.traffic_profiles import IP_UDP, SIP_PACKET

LARGEST, MOST_HEADERS = 4_000, 64
"""Bytes and header lines of a message that is looked at."""
FILL = SIP_PACKET - IP_UDP
"""UDP payload that messages which are measured are filled up to."""
AGENT = "metro-twin"
COOKIE = "z9hG4bK"
"""What the branch of a Via begins with (RFC 3261, 8.1.1.7)."""
NEEDED = ("via", "from", "to", "call-id", "cseq")
_COMPACT = {"v": "via", "f": "from", "t": "to", "i": "call-id", "m": "contact", "l": "content-length",
            "c": "content-type"}
_TOKEN = re.compile(r"[A-Za-z0-9\-.!%*_+`'~]+")
_REQUEST = re.compile(r"([A-Z]{1,20}) (sips?:[!-~]{1,256}) SIP/2\.0")
_STATUS = re.compile(r"SIP/2\.0 ([1-6][0-9]{2}) ([ -~]{0,120})")
_CSEQ = re.compile(r"([0-9]{1,10})[ \t]+([A-Z]{1,20})")
_HOST, _PARAMETER = r"[A-Za-z0-9.\-]{1,255}(?::[0-9]{1,5})?", r";[!-:<=?-~]{1,128}"
_ADDRESS = re.compile(rf"(?:\"[^\"]{{0,120}}\" ?)?<sips?:([A-Za-z0-9\-_.!~*'()&=+$,%]{{1,128}})@{_HOST}"
                      rf"(?:{_PARAMETER})*>(?:{_PARAMETER})*")
_VIA = re.compile(rf"SIP/2\.0/UDP {_HOST}((?:{_PARAMETER})+)")
_CALL_ID = re.compile(r"[!-~]{1,128}")


class Malformed(ValueError):
    """A packet is no SIP message. answerable: the request as far as it was parsed, if it can be answered with 400."""

    def __init__(self, reason: str, answerable: Message | None = None) -> None:
        self.answerable = answerable
        super().__init__(reason)


@dataclass(frozen=True, slots=True)
class Message:
    """A request (method, uri) or a response (status, reason); headers in order, names in lower case and in full."""

    method: str
    uri: str
    status: int
    reason: str
    headers: tuple[tuple[str, str], ...]
    body: bytes = b""

    def header(self, name: str) -> str:
        """The first header of a name; "" where there is none."""
        return next((value for key, value in self.headers if key == name), "")

    @property
    def call_id(self) -> str:
        """What all messages of a call have in common."""
        return self.header("call-id")

    @property
    def sequence(self) -> tuple[int, str]:
        """Number and method of the transaction."""
        number, method = self.header("cseq").split()
        return int(number), method

    @property
    def caller(self) -> str:
        """The user part of the address in From."""
        address = _ADDRESS.fullmatch(self.header("from"))
        return address.group(1) if address else ""

    @property
    def offers_speech(self) -> bool:
        """Whether the body is a session with audio by RTP (RFC 4566)."""
        return (self.header("content-type").lower() == "application/sdp" and self.body.startswith(b"v=0\r\n")
                and re.search(rb"^m=audio [0-9]{1,5} RTP/AVP( [0-9]{1,3})+\r$", self.body, re.MULTILINE) is not None)


def parse(packet: bytes) -> Message:
    """The message in a datagram. Raises Malformed."""
    if len(packet) > LARGEST:
        raise Malformed(f"{len(packet)} bytes are more than {LARGEST}")
    head, blank, body = packet.partition(b"\r\n\r\n")
    try:
        first, *lines = head.decode("ascii").split("\r\n")
    except UnicodeDecodeError:
        raise Malformed("not ASCII") from None
    request, response = _REQUEST.fullmatch(first), _STATUS.fullmatch(first)
    if not blank or not (request or response):
        raise Malformed("neither a request nor a response of SIP/2.0")
    headers = _headers(lines)
    if request:
        message = Message(request[1], request[2], 0, "", headers, body)
    else:
        assert response is not None
        message = Message("", "", int(response[1]), response[2], headers, body)
    return _checked(message)


def _headers(lines: list[str]) -> tuple[tuple[str, str], ...]:
    if len(lines) > MOST_HEADERS:
        raise Malformed(f"more than {MOST_HEADERS} headers")
    headers = []
    for line in lines:
        name, colon, value = line.partition(":")
        if not colon or not _TOKEN.fullmatch(name.rstrip()) or not value.isprintable():
            raise Malformed("a header that is none")
        key = name.rstrip().lower()
        headers.append((_COMPACT.get(key, key), value.strip()))
    return tuple(headers)


def _checked(message: Message) -> Message:
    """The message, its body cut to its length, if what RFC 3261 8.1.1 asks for is there. Raises Malformed."""
    names = [name for name, _ in message.headers]
    lacking = [name for name in NEEDED if name not in names]
    via = _VIA.fullmatch(message.header("via"))
    if lacking or not via or f";branch={COOKIE}" not in via[1]:
        raise Malformed("no way back: Via, From, To, Call-ID or CSeq is missing, or Via has no branch")
    answerable = message if message.method and message.method != "ACK" else None
    for name in NEEDED[1:]:
        if names.count(name) > 1:
            raise Malformed(f"more than one {name}", answerable)
    cseq = _CSEQ.fullmatch(message.header("cseq"))
    if not cseq or int(cseq[1]) >= 1 << 31 or message.method not in ("", cseq[2]):
        raise Malformed("CSeq is not this request's", answerable)
    if not _CALL_ID.fullmatch(message.call_id):
        raise Malformed("Call-ID is none", answerable)
    for name in ("from", "to"):
        if not _ADDRESS.fullmatch(message.header(name)):
            raise Malformed(f"{name} is no address", answerable)
    return _whole(message, answerable)


def _whole(message: Message, answerable: Message | None) -> Message:
    length = message.header("content-length") or str(len(message.body))
    if not length.isdecimal() or len(length) > 6 or int(length) > len(message.body):
        raise Malformed("Content-Length is more than there is", answerable)
    return Message(message.method, message.uri, message.status, message.reason, message.headers,
                   message.body[: int(length)])


def written(message: Message, size: int = 0) -> bytes:
    """The datagram of a message, filled up to `size` bytes where it has fewer."""
    line = f"{message.method} {message.uri} SIP/2.0" if message.method else f"SIP/2.0 {message.status} {message.reason}"
    lines = [line, *(f"{_spelled(name)}: {value}" for name, value in message.headers)]
    tail = f"Content-Length: {len(message.body)}\r\n\r\n".encode() + message.body
    text = "\r\n".join(lines).encode() + b"\r\n"
    agent = f"User-Agent: {AGENT}".encode()
    lacking = size - len(text) - len(tail) - len(agent) - len(" ()\r\n")
    return text + agent + (b" (" + b"." * lacking + b")" if lacking > 0 else b"") + b"\r\n" + tail


def _spelled(name: str) -> str:
    return {"call-id": "Call-ID", "cseq": "CSeq"}.get(name, name.title())


def answer(request: Message, status: int, reason: str, tag: str = "", extra: tuple[tuple[str, str], ...] = (),
           body: bytes = b"") -> Message:
    """The response to a request (RFC 3261, 8.2.6); tag: of the answering side, unless To has one."""
    headers = []
    for name, value in request.headers:
        if name == "to" and tag and ";tag=" not in value:
            value += f";tag={tag}"
        if name in NEEDED:
            headers.append((name, value))
    return Message("", "", status, reason, (*headers, *extra), body)


def session(address: str, port: int, payload_type: int) -> bytes:
    """An SDP body (RFC 4566): speech by RTP to this address and port."""
    lines = ("v=0", f"o=- 0 0 IN IP4 {address}", "s=-", f"c=IN IP4 {address}", "t=0 0",
             f"m=audio {port} RTP/AVP {payload_type}")
    return "".join(f"{line}\r\n" for line in lines).encode()


SDP = ("content-type", "application/sdp")
