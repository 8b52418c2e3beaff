"""What a page is refused with, in French: the program's own messages, looked up by their templates."""

from __future__ import annotations

import ast
import json
import re
from pathlib import Path

import pytest

from tests.cli.console.test_page_files import FOLDER
from tests.cli.console.views import BLUEPRINT, NETWORK
from twin.api.console.commands import ChangeProfile, PageCommand, StartLoad, UsePolicy
from twin.api.live.degradation import degradation
from twin.core.errors import UsageError
from twin.jobs.live.load_selection import selected
from twin.plan import configuration_changes
from twin.plan.failures.degradation import CannotDegrade, degraded
from twin.plan.line_changes import lines_meant, sold_as
from twin.plan.qos.policies import policy_named

CHANGES = Path(configuration_changes.__file__).parent
REFUSED = [
    {"loss": "3"}, {"loss": "x %"}, {"loss": "120 %"}, {"loss": "0 %"}, {"loss": "0.00000001 %"}, {"loss": "0,1 %"},
    {"delay": "5"}, {"delay": "-5 ms"}, {"delay": "5 h"}, {"jitter": "5 ms"}, {"reorder": "1 %"}, {"duplicate": "x"},
    {"rate": "1 Gbit/s"}, {"rate": "5 ms"}, {"rate": "10 Mbits"}, {"rate": "1 bit/s"}, {"rate": "1 MB/s"},
    {"up": "1 Mbit/s"}]
"""What a form can be filled in with, and no span can do."""


@pytest.mark.parametrize("written", REFUSED)
def test_a_form_is_refused_in_french(written: dict[str, str]) -> None:
    """The whole message, and what it quotes of units and quantities."""
    with pytest.raises((UsageError, CannotDegrade)) as refused:
        degraded(BLUEPRINT, degradation("north-east", written))
    assert english(str(refused.value)) == []


@pytest.mark.parametrize("command", [
    ChangeProfile("homes-1", "gold"), ChangeProfile("homes-9", "dsl-512"), StartLoad(("dowload",)), StartLoad(("x",)),
    UsePolicy("fair")])
def test_a_name_that_means_nothing_is_refused_in_french(command: PageCommand) -> None:
    """With the names that are near or known."""
    with pytest.raises(UsageError) as refused:
        match command:
            case ChangeProfile(line, profile):
                (meant,) = lines_meant(NETWORK, line)
                sold_as(NETWORK, {}, meant, profile)
            case StartLoad(names):
                selected(BLUEPRINT.flows, names)
            case UsePolicy(name):
                policy_named(NETWORK, name)
    assert english(str(refused.value)) == []


@pytest.mark.parametrize("file", sorted(CHANGES.glob("*.py")), ids=lambda file: file.stem)
def test_a_change_that_cannot_be_made_is_refused_in_french(file: Path) -> None:
    """Every refusal that stands in the sources of changes, whatever it is about."""
    raised = [node for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))) if isinstance(node, ast.Raise)]
    texts = [sample(node.exc.args[0]) for node in raised if isinstance(node.exc, ast.Call) and node.exc.args]
    assert [words for text in texts for words in english(text.replace('no X "', 'no span "'))] == []


def sample(text: ast.expr) -> str:
    """A message as it may be, with X for every value; of names that are near, those that are known."""
    match text:
        case ast.Constant(str(words)):
            return words
        case ast.JoinedStr(parts):
            return "".join(map(sample, parts))
        case ast.BinOp(left, ast.Add(), _):
            return sample(left) + "known: X"
        case _:
            return "X"


def particular(template: str) -> tuple[int, int]:
    """With how many characters a template begins that are no placeholder, and how many there are in all."""
    return len(template.partition("{")[0]), len(re.sub(r"\{\w+\}", "", template))


def english(text: str) -> list[str]:
    """What of a message a French page says in English, as words.js looks it up: its sentences without a template."""
    templates = json.loads((FOLDER / "messages.fr.json").read_text(encoding="utf-8"))
    for template in sorted(templates, key=particular, reverse=True):
        pattern = re.sub(r"\\{(\w+)\\}", r"(?P<\1>.*?)", re.escape(template))
        if whole := re.fullmatch(pattern, text, re.DOTALL):
            return [left for part in whole.groups() for left in english(part)]
    words = re.search(r"[a-z]{2,} [a-z]{2,} [a-z]{2,}|\b(?:rate|ratio|time)\b", text)
    return [text] if words and not text.startswith("twin ") else []
