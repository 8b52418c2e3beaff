"""The schema of the channel says what its records say, and no more."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as some

from twin.api.live.channel_schema import channel_schema, channel_schema_text
from twin.core.records import from_plain, tag, to_plain
from twin.jobs.live.channel import AnswerMessage, Command, CommandMessage, Event, EventMessage

PAGE = Path(__file__).parents[3] / "docs" / "channel.schema.json"
VALIDATOR = jsonschema.Draft202012Validator(channel_schema())
COMMANDS, EVENTS = (kind.__origin__.__args__ for kind in (Command, Event))  # type: ignore[attr-defined]
MESSAGES = some.one_of(some.from_type(CommandMessage), some.from_type(AnswerMessage), some.from_type(EventMessage))


@given(MESSAGES)
def test_what_travels_fits_the_schema(message: Any) -> None:
    """Every message that can be written, of any content; and it is read back as what it was."""
    plain = to_plain(message)
    VALIDATOR.validate(plain)
    assert from_plain(type(message), plain) == message


@given(MESSAGES, some.data())
def test_what_the_schema_refuses_is_no_message(message: Any, data: some.DataObject) -> None:
    """A key too many, and a key of those needed missing, are refused by both."""
    plain = to_plain(message)
    (body,) = plain.values()
    needed = VALIDATOR.schema["$defs"][body["kind"]]["required"]
    spoilt = {**body, "nonsense": 1} if data.draw(some.booleans()) else {
        key: value for key, value in body.items() if key != needed[-1]}
    wrong = dict.fromkeys(plain, spoilt)
    assert not VALIDATOR.is_valid(wrong)
    with pytest.raises((KeyError, TypeError)):
        from_plain(type(message), wrong)


@pytest.mark.parametrize("kind", [*COMMANDS, *EVENTS])
def test_every_record_is_explained(kind: type) -> None:
    """By its own words."""
    assert VALIDATOR.schema["$defs"][tag(kind)]["description"]


def test_the_file_is_that_of_the_records() -> None:
    """docs/channel.schema.json is what `twin schema --channel` prints; print it again after a change."""
    jsonschema.Draft202012Validator.check_schema(channel_schema())
    assert PAGE.read_text(encoding="utf-8") == channel_schema_text()
