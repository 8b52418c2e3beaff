"""The table of metrics: a row holds everything about a metric except its estimator and its prediction.

Whoever adds a metric adds a row here and an estimator in twin.judge.estimators.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Self

from twin.model.metrics.row import (
    MOS_SCALE,
    NUMBER,
    PER_HOUR,
    R_SCALE,
    RATE,
    RATIO,
    TIME,
    TS_PACKETS_A_SECOND,
    Count,
    Drawing,
    Row,
    Sample,
    Statistic,
    Theory,
    Timeline,
)
from twin.model.workload.activity import Activity

_SPEECH = (Activity.CALL, Activity.DIAL)
_STREAMS = (Activity.STREAM, Activity.WATCH)
_PACKETS = (*_SPEECH, *_STREAMS, Activity.FLOOD, Activity.FORGED)
_FILM = (Activity.FILM,)
_DIALLED = (Activity.DIAL,)
_TAIL = "95 % ≤"
_USUAL = 0.95


class Metric(StrEnum):
    """What a target bounds: its value is the key in a description and in JSON, its row says the rest."""

    row: Row

    def __new__(cls, name: str, row: Row) -> Self:
        """A member from its name and its row."""
        member = str.__new__(cls, name)
        member._value_ = name
        member.row = row
        return member

    MEAN_DELAY = "mean-delay", Row(
        title="mean one-way delay", short="mean delay", about="Mean one-way delay, at most.", example="100 ms",
        scale=TIME, activities=_PACKETS, theory=Theory.DELAY, statistic=Statistic.MEAN, sample=Sample.STRETCHES,
        count=Count.RECEIVED, drawing=Drawing("mean ≤", level=Timeline.DELAY, leads=True))
    """Mean one-way delay (Y.1541 IPTD)."""
    MAX_DELAY = "max-delay", Row(
        title="largest one-way delay", short="max delay", about="Largest one-way delay, at most.", example="150 ms",
        scale=TIME, activities=_PACKETS, theory=Theory.DELAY, statistic=Statistic.LARGEST, count=Count.RECEIVED,
        drawing=Drawing("all ≤", leads=True))
    """Largest one-way delay."""
    DELAY_VARIATION = "delay-variation", Row(
        title="delay variation (99.9th percentile less minimum)", short="PDV p99.9",
        about="99.9th percentile of delay less the minimum, at most.", example="50 ms",
        scale=TIME, activities=_PACKETS, theory=Theory.DELAY, statistic=Statistic.QUANTILE, part=0.999,
        count=Count.RECEIVED, drawing=Drawing("99.9 % ≤ min +", from_least=True, leads=True))
    """PDV: the 99.9th percentile of one-way delay less its minimum (Y.1541 IPDV, RFC 5481)."""
    JITTER = "jitter", Row(
        title="jitter (RFC 3550)", short="jitter", about="Jitter of RFC 3550, at most.", example="30 ms",
        scale=TIME, activities=_PACKETS, theory=Theory.DELAY, statistic=Statistic.LARGEST, count=Count.RECEIVED,
        drawing=Drawing(leads=True))
    """Largest value of the interarrival jitter of RFC 3550."""
    LOSS = "loss", Row(
        title="loss ratio", short="loss", about="Loss ratio, at most.", example="0.1 %",
        scale=RATIO, activities=(*_PACKETS, Activity.LOOKUPS), theory=Theory.LOSS, statistic=Statistic.PROPORTION,
        count=Count.SENT)
    """Packets lost out of packets sent."""
    R_FACTOR = "r-factor", Row(
        title="R factor (G.107)", short="R factor", about="R factor, at least.", example="80",
        scale=R_SCALE, activities=_SPEECH, theory=Theory.CALL, statistic=Statistic.AS_IT_IS, count=Count.SENT,
        lower=False)
    """Transmission rating of ITU-T G.107."""
    MOS = "mos", Row(
        title="MOS (G.107)", short="MOS", about="MOS, at least.", example="4.0",
        scale=MOS_SCALE, activities=_SPEECH, theory=Theory.CALL, statistic=Statistic.AS_IT_IS, count=Count.SENT,
        lower=False)
    """Mean opinion score by ITU-T G.107 annex B."""
    MOUTH_TO_EAR = "mouth-to-ear", Row(
        title="mouth-to-ear delay (G.114)", short="M2E delay", about="Mouth-to-ear delay, at most.",
        example="150 ms", scale=TIME, activities=_SPEECH, theory=Theory.CALL, statistic=Statistic.AS_IT_IS)
    """Of a call: packetisation, look-ahead, network and playout buffer (ITU-T G.114)."""
    DISCARD = "discard", Row(
        title="late discard (packets too late for the playout buffer)", short="discard",
        about="Late discard: packets too late for the playout buffer, at most.", example="0.1 %",
        scale=RATIO, activities=_SPEECH, theory=Theory.CALL, statistic=Statistic.PROPORTION, count=Count.SENT)
    """Packets of a call that came too late for the playout buffer, out of packets sent."""
    GOODPUT = "goodput", Row(
        title="goodput", short="goodput", about="Goodput of each flow, at least.", example="1.6 Mbit/s",
        scale=RATE, activities=(Activity.DOWNLOAD, Activity.UPLOAD, Activity.FILM, Activity.SWARM),
        theory=Theory.GOODPUT, statistic=Statistic.MEAN, sample=Sample.STRETCHES, lower=False,
        drawing=Drawing(level=Timeline.THROUGHPUT))
    """TCP payload received in the measured time."""
    PAGE_TIME = "page-time", Row(
        title="page time (95th percentile)", short="page p95", about="95th percentile of page time, at most.",
        example="4 s", scale=TIME, activities=(Activity.PAGES,), theory=Theory.TRANSACTION,
        statistic=Statistic.QUANTILE, part=_USUAL, sample=Sample.PAGES, drawing=Drawing(_TAIL, times=Sample.PAGES))
    """95th percentile of the time from a request to the last byte of its page."""
    LOOKUP_TIME = "lookup-time", Row(
        title="look-up time (95th percentile)", short="look-up p95", about="95th percentile of DNS look-up time, at "
                                                                           "most.",
        example="200 ms", scale=TIME, activities=(Activity.LOOKUPS,), theory=Theory.TRANSACTION,
        statistic=Statistic.QUANTILE, part=_USUAL, sample=Sample.LOOKUPS, drawing=Drawing(_TAIL, times=Sample.LOOKUPS))
    """95th percentile of the time from the first question to the answer, however often it was asked."""
    TRANSFER_TIME = "transfer-time", Row(
        title="transfer time (95th percentile)", short="mail p95",
        about="95th percentile of the time a mail takes, at most.", example="10 s",
        scale=TIME, activities=(Activity.MAIL,), theory=Theory.TRANSACTION, statistic=Statistic.QUANTILE, part=_USUAL,
        sample=Sample.MAILS, drawing=Drawing(_TAIL, times=Sample.MAILS))
    """95th percentile of the time from opening the connection until a mail has come, or was accepted."""
    ROUND_TRIP = "round-trip", Row(
        title="round-trip time (95th percentile)", short="RTT p95",
        about="95th percentile of the round trips of an interactive user, at most.", example="200 ms",
        scale=TIME, activities=(Activity.INTERACTIVE,), theory=Theory.TRANSACTION, statistic=Statistic.QUANTILE,
        part=_USUAL, sample=Sample.ROUND_TRIPS, drawing=Drawing(_TAIL, times=Sample.ROUND_TRIPS))
    """95th percentile of the time from a request to the last byte of its response."""
    DELAY_FACTOR = "delay-factor", Row(
        title="MDI delay factor (worst second, RFC 4445)", short="MDI DF",
        about="Delay factor of RFC 4445 in the worst second, at most.", example="50 ms",
        scale=TIME, activities=_STREAMS, theory=Theory.PICTURE, statistic=Statistic.QUANTILE, part=_USUAL,
        sample=Sample.SECONDS)
    """Media delivery index, delay factor: largest of all whole seconds (RFC 4445)."""
    MEDIA_LOSS_RATE = "media-loss-rate", Row(
        title="MDI media loss rate (worst second, RFC 4445)", short="MDI MLR",
        about="Transport stream packets lost or out of order in the worst second, at most (RFC 4445).", example="0",
        scale=TS_PACKETS_A_SECOND, activities=_STREAMS, theory=Theory.PICTURE, statistic=Statistic.QUANTILE,
        part=_USUAL, sample=Sample.SECONDS)
    """Media delivery index, loss rate: transport stream packets in the worst second (RFC 4445)."""
    LOSS_EVENTS = "loss-events", Row(
        title="loss events (TR-126)", short="loss events", about="Loss events an hour, at most (TR-126).", example="1",
        scale=PER_HOUR, activities=_STREAMS, theory=Theory.PICTURE, statistic=Statistic.AS_IT_IS, count=Count.SENT)
    """Loss events an hour (TR-126)."""
    ZAPPING_TIME = "zapping-time", Row(
        title="zapping time (95th percentile)", short="zapping p95",
        about="95th percentile of the time to the first packet of a channel, at most.", example="2 s",
        scale=TIME, activities=(Activity.WATCH,), theory=Theory.CHANNEL, statistic=Statistic.QUANTILE, part=_USUAL,
        sample=Sample.CHANNELS)
    """95th percentile of the time from tuning in to a channel to its first packet."""
    PICTURE_TIME = "picture-time", Row(
        title="zapping time with the wait for a random access point (95th percentile)", short="picture p95",
        about="95th percentile of the time to the first random access point, at most.", example="2 s",
        scale=TIME, activities=(Activity.WATCH,), theory=Theory.CHANNEL, statistic=Statistic.QUANTILE, part=_USUAL,
        sample=Sample.CHANNELS)
    """95th percentile of the time from tuning in to a channel to its first random access point."""
    START_UP = "start-up", Row(
        title="start-up time", short="start-up", about="Time from requesting a film to its first picture, at most.",
        example="10 s", scale=TIME, activities=_FILM, theory=Theory.FILM, statistic=Statistic.AS_IT_IS)
    """From requesting a film to its first picture."""
    REBUFFERS = "rebuffers", Row(
        title="rebuffering stops", short="rebuffers", about="Number of stalls of a film, at most.", example="0",
        scale=NUMBER, activities=_FILM, theory=Theory.FILM, statistic=Statistic.AS_IT_IS)
    """How often a film stalled."""
    REBUFFERING = "rebuffering", Row(
        title="rebuffering time", short="rebuffering", about="Total duration of the stalls of a film, at most.",
                                                             example="1 s",
        scale=TIME, activities=_FILM, theory=Theory.FILM, statistic=Statistic.AS_IT_IS)
    """Total duration of the stalls of a film."""
    POST_DIAL_DELAY = "post-dial-delay", Row(
        title="post-dial delay", short="post-dial", about="Mean time from dialling to ringing, at most.",
        example="3 s", scale=TIME, activities=_DIALLED, theory=Theory.DIALLING, statistic=Statistic.MEAN,
        sample=Sample.CALLS, drawing=Drawing("mean ≤", times="dialling"))
    """Mean time from INVITE to 180 Ringing (RFC 6076, session request delay; ITU-T E.721, post-selection delay)."""
    BLOCKING = "blocking", Row(
        title="blocking", short="blocking", about="Blocking: calls refused, of those dialled, at most.", example="1 %",
        scale=RATIO, activities=_DIALLED, theory=Theory.DIALLING, statistic=Statistic.PROPORTION, sample=Sample.CALLS,
        count=Count.SENT)
    """Calls refused for lack of capacity, of those dialled (ITU-T E.721, end-to-end blocking)."""
    ANSWERED = "answered", Row(
        title="calls answered", short="answered", about="Calls answered, at least.", example="98 %",
        scale=RATIO, activities=_DIALLED, theory=Theory.DIALLING, statistic=Statistic.PROPORTION, sample=Sample.CALLS,
        count=Count.SENT, lower=False)
    """Calls answered, of those dialled (RFC 6076, session establishment ratio)."""
