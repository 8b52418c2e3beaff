"""What could be read of a description, which the checks judge: the network, and where each path of it stands."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from twin.core.errors import Place
from twin.model import Network
from twin.model.yaml.problems import Path, spell
from twin.model.yaml.references import UPLINKED, Names, uplink_span


@dataclass(frozen=True, slots=True)
class ParsedNetwork:
    """What could be read of a file.

    network: without the entries that are wrong. places: where each path stands. names: all names written.
    doubtful: sections that lack an entry because it is wrong. positions: for sections without names, the index in the
    file of each entry kept.
    """

    network: Network
    places: Mapping[Path, Place]
    names: Names
    doubtful: frozenset[str]
    positions: Mapping[str, tuple[int, ...]]

    def place(self, path: Path) -> Place:
        """Where `path` stands, or the nearest path above it that does."""
        while path not in self.places:
            path = path[:-1]
        return self.places[path]

    def wrote(self, *path: str | int) -> bool:
        """Whether the file itself says what is at `path`, and it is no default."""
        return path in self.places


def written_places(draft: ParsedNetwork) -> dict[str, Place]:
    """Where each path stands, as messages spell it; the spans that uplinks make stand where these do."""
    uplinks = {f"spans.{uplink_span(node)}": draft.place((section, node, "uplink"))
               for section in UPLINKED for node in draft.names.get(section, ())}
    return uplinks | {spell(path): place for path, place in draft.places.items()}
