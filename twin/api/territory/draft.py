"""Draw up a description: from a list of communes, from answers, or made up from a seed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from twin.core.errors import UsageError
from twin.core.records import to_json
from twin.core.units import Rate
from twin.model import Network
from twin.model.yaml import read
from twin.model.yaml.file_source import bytes_of
from twin.model.yaml.scalars import proposed_name
from twin.plan import plan
from twin.report.files.atomic_write import write_whole
from twin.territory.draft.commune import Commune
from twin.territory.draft.commune_list.commune_table import read_communes
from twin.territory.draft.description import DraftOptions, drawn_up
from twin.territory.draft.questions import communes_asked
from twin.territory.draft.synthetic import MOST, synthetic_communes

__all__ = ["Draft", "draft_asked", "draft_json", "draft_of_communes", "draft_synthetic", "store_draft"]

CAPACITY = Rate(100_000_000)
"""Of spans where none is asked for, bit/s: that of the first French metropolitan networks."""


@dataclass(frozen=True, slots=True)
class Draft:
    """A description that has been drawn up or imported. text: as YAML; network: what it says; notes: what
    was recognised, guessed or lost on the way, as sentences."""

    text: str
    network: Network
    notes: tuple[str, ...]


def draft_of_communes(file: Path | str, name: str = "", capacity: Rate = CAPACITY) -> Draft:
    """The network of a CSV of communes. name: of the network, by default after the file. capacity: of spans, bit/s.

    Raises TopologyError with every problem of the list, each with line and column.
    """
    return draft_of_table(bytes_of(str(file), "a CSV file"), str(file), name or Path(file).stem, capacity)


def draft_of_table(table: bytes, file: str, title: str, capacity: Rate, notes: tuple[str, ...] = ()) -> Draft:
    """The same from the bytes of a CSV. file: for messages; notes: what was lost or guessed before."""
    listed = read_communes(table, file)
    return _draft(listed.communes, title, capacity, (*notes, *listed.notes))


def draft_asked(ask: Callable[[str], str], tell: Callable[[str], None], name: str = "territory",
                capacity: Rate = CAPACITY) -> Draft:
    """The same from answers. ask: puts a question, and returns the answer; tell: says what is wrong with one."""
    listed = communes_asked(ask, tell)
    return _draft(listed.communes, name, capacity, ())


def draft_synthetic(lines: int, seed: int = 1, name: str = "synthetic", capacity: Rate = CAPACITY) -> Draft:
    """A made-up territory. lines: households and businesses together."""
    if not 1 < lines <= MOST:
        raise UsageError(f"{lines:,} lines: a synthetic territory has 2 to {MOST:,} of them")
    return _draft(synthetic_communes(lines, seed), name, capacity, (f"made up, from seed {seed}",))


def _draft(communes: Sequence[Commune], title: str, capacity: Rate, notes: tuple[str, ...]) -> Draft:
    name = proposed_name(title) or "territory"
    text = drawn_up(communes, DraftOptions(name, title, capacity))
    network = read(text, f"{name}.yaml")
    if capacity < CAPACITY:  # with less than what drafts are made for, guarantees may not fit
        plan(network)
    return _noted(text, network, notes)


def planned_draft(text: str, name: str, notes: tuple[str, ...]) -> Draft:
    """A text as a draft, once it is read and planned. Raises TopologyError where it cannot be built."""
    network = read(text, f"{name}.yaml")
    plan(network)
    return _noted(text, network, notes)


def _noted(text: str, network: Network, notes: tuple[str, ...]) -> Draft:
    assumed = sum(line.count("assumed") > 0 for line in text.splitlines() if not line.startswith("#"))
    return Draft(text, network, (*notes, f"{assumed} entries are marked as assumed: replace them by what you know"))


def draft_json(draft: Draft) -> str:
    """Description, size and notes as JSON."""
    network = draft.network
    return to_json({"network": network.name, "sites": len(network.sites), "switches": len(network.switches),
                    "dslams": len(network.dslams), "relays": len(network.relays), "spans": len(network.spans),
                    "subscribers": sum(group.subscribers for group in network.lines), "notes": list(draft.notes),
                    "description": draft.text})


def store_draft(draft: Draft, file: Path, *, force: bool = False) -> None:
    """Write the description, whole or not at all. Raises UsageError where there is a file already, unless `force`."""
    if file.exists() and not force:
        raise UsageError(f"{file} exists; --force replaces it")
    write_whole(file, draft.text)
