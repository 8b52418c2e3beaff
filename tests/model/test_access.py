"""An access technology is one file and one row: what is particular to it, keys included."""

from __future__ import annotations

from dataclasses import fields

from twin.model import LineGroup, Profile, Technology
from twin.model.access.technologies import ACCESS


def test_every_technology_has_a_row() -> None:
    """None is missing; each ends somewhere."""
    assert {*ACCESS} == {*Technology}
    assert all(access.ends for access in ACCESS.values())


def test_keys_of_a_technology_are_keys() -> None:
    """What belongs to one technology alone can be written of a profile, or of a group of lines."""
    profile, line = ({field.name for field in fields(kind)} for kind in (Profile, LineGroup))
    assert {key for access in ACCESS.values() for key in access.profile_keys} <= profile
    assert {key for access in ACCESS.values() for key in access.line_keys} <= line
