"""Checks of keys that belong to another access technology."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from twin.model.access.technologies import ACCESS
from twin.model.access.technology import Technology
from twin.model.yaml.parsed_network import ParsedNetwork
from twin.model.yaml.problems import Path

Found = Iterator[tuple[Path, str, str]]


def foreign_keys(draft: ParsedNetwork) -> Found:
    """A profile, and a group of its lines, have the keys of their technology alone."""
    for profile in draft.network.profiles:
        yield from _foreign(draft, ("profiles", profile.name), profile.technology,
                            ((kind, key) for kind, access in ACCESS.items() for key in access.profile_keys))
    sold = {profile.name: profile.technology for profile in draft.network.profiles}
    for group in draft.network.lines:
        if group.profile in sold:
            yield from _foreign(draft, ("lines", group.name), sold[group.profile],
                                ((kind, key) for kind, access in ACCESS.items() for key in access.line_keys))


def _foreign(draft: ParsedNetwork, path: Path, technology: Technology, keys: Iterable[tuple[Technology, str]]) -> Found:
    for owner, key in keys:
        if owner is not technology and draft.wrote(*path, key):
            yield ((*path, key), f"does not apply to {technology.value}",
                   f"leave it out; it belongs to {owner.value}")
