"""The JSON Schema of the channel of live twins: every command, answer and event, from their records."""

from __future__ import annotations

import json

from twin.core.record_schema import Schema, schema_of
from twin.jobs.live.channel import AnswerMessage, CommandMessage, EventMessage

__all__ = ["channel_schema_text"]


def channel_schema() -> Schema:
    """The schema (JSON Schema, draft 2020-12) of a message of either side, as plain values."""
    definitions: Schema = {}
    messages = [schema_of(message, definitions) for message in (CommandMessage, AnswerMessage, EventMessage)]
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": "The channel of a live twin",
            "description": "A command goes in and is answered; events come by themselves. Times are in ns, rates in "
                           "bit/s, ratios in ppm, sizes in bytes.",
            "oneOf": messages, "$defs": dict(sorted(definitions.items()))}


def channel_schema_text() -> str:
    """The schema as it is written to a file."""
    return json.dumps(channel_schema(), indent=1, ensure_ascii=False) + "\n"
