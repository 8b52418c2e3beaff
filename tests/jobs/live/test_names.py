"""The names of what is in a twin, from one that was saved."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.plan.test_line_changes import NETWORK
from twin import api
from twin.cli.command_line import VERBS, parser
from twin.cli.shell_completion.parser_description import described
from twin.core.errors import UsageError
from twin.jobs.live.saved_twin import FORMAT, SavedTwin, write
from twin.model import Name
from twin.plan.line_changes import LineChange

BUSINESS = Path(__file__).parents[3] / "topologies" / "business.yaml"


@pytest.fixture
def saved(tmp_path: Path) -> str:
    """The file of a twin whose first home is sold as another profile."""
    file = tmp_path / "lesson.json"
    file.write_text(write(SavedTwin(FORMAT, NETWORK, "strict", (), (), {"homes-1": LineChange(Name("dsl-2m"))})))
    return str(file)


@pytest.mark.parametrize(("kind", "known", "unknown"), [
    ("span", {"north-east", "homes-1", "internet-uplink"}, {"north", "homes"}),
    ("node", {"north", "east-dslam", "homes-4", "internet"}, {"north-east"}),
    ("place", {"north", "north-east"}, {"homes", "call"}),
    ("line", {"homes", "homes-3"}, {"north-east"}),
    ("load", {"all", "call", "upload", "voice", "homes", "homes-2"}, {"homes-1.call.up", "north"}),
    ("profile", {"dsl-512", "dsl-2m"}, {"homes"}),
    ("policy", {"strict", "none", "htb"}, {"dsl-512"}),
    ("class", {"voice", "data"}, {"call"})])
def test_each_kind_has_its_names(saved: str, kind: str, known: set[str], unknown: set[str]) -> None:
    """Sorted, each once, and no others."""
    names = api.names(kind, saved)
    assert known <= {*names} and not unknown & {*names} and [*names] == sorted({*names})


@pytest.mark.parametrize(("kind", "known"), [
    ("trial", {"turn-up", "frames"}), ("policy", {"strict", "none"}), ("load", {"all", "firm"})])
def test_names_are_those_of_a_description(kind: str, known: set[str]) -> None:
    """Of a network that is not up."""
    assert known <= {*api.names(kind, str(BUSINESS))}


def test_distributions_are_those_of_no_twin() -> None:
    """A word that goes with an option."""
    assert api.names("distribution") == ("normal", "pareto", "paretonormal", "uniform")


def test_what_is_not_there_is_refused(saved: str) -> None:
    """A kind, a twin."""
    with pytest.raises(UsageError, match='nothing is called a "street"; kinds of names: twin, span'):
        api.names("street", saved)
    with pytest.raises(UsageError, match="no twin called"):
        api.names("span", "nowhere.json")


def test_verbs_ask_for_kinds_that_there_are() -> None:
    """Each argument that is a name has names."""
    kinds = {argument.names_of for verb in described(parser([*VERBS]))
             for argument in (*verb.options, *verb.positional)}
    assert kinds - {""} <= {*api.NAME_KINDS} and len(kinds) > 8
