"""The documents say what is there: links lead somewhere, commands and keys exist, examples load."""

from __future__ import annotations

import ast
import importlib
import re
import shlex
from pathlib import Path
from typing import get_args

import pytest

from docs import keys
from tests.docs.imports import ROOT
from twin import api
from twin.api import load
from twin.cli.command_line import VERBS, parsed, parser
from twin.cli.shell_completion.parser_description import described
from twin.core.errors import ExitCode
from twin.jobs.sweep.computation_kinds import Need
from twin.jobs.sweep.computations import Computation, ComputationKind
from twin.model import Activity, Metric
from twin.model.yaml import read

DOCUMENTS = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md"), *(ROOT / "benchmarks").glob("*.md")])
TEXTS = {str(path.relative_to(ROOT)): path.read_text(encoding="utf-8") for path in DOCUMENTS}
MINIMAL = ROOT / "topologies" / "minimal.yaml"
EXAMPLES = [ROOT / "docs" / "valley.yaml", *sorted((ROOT / "topologies").glob("*.yaml"))]
"""The descriptions that the documents show parts of."""
PACKETS = ("mean-delay", "max-delay", "delay-variation", "jitter", "loss")
"""What the table of activities calls packets."""
WIDTH = 120


def blocks(text: str, language: str) -> list[str]:
    """The code blocks of a document in that language ("" for plain ones)."""
    return [body for kind, body in re.findall(r"^```(\w*)\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)
            if kind == language]


def anchors(text: str) -> set[str]:
    """What the headings of a document are called in links to them."""
    titles = re.findall(r"^#+ (.+)$", re.sub(r"^```.*?^```$", "", text, flags=re.MULTILINE | re.DOTALL), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-") for title in titles}


def links() -> list[tuple[str, str]]:
    """Every relative link: the document, and where it leads."""
    return [(name, target) for name, text in TEXTS.items()
            for target in re.findall(r"\]\(([^)\s]+)\)", re.sub(r"^```.*?^```$", "", text, flags=re.M | re.S))
            if "://" not in target]


@pytest.mark.parametrize(("document", "target"), links())
def test_every_link_leads_somewhere(document: str, target: str) -> None:
    """A relative link names a file or folder that is there, and a heading that the page has."""
    path, _, anchor = target.partition("#")
    page = (ROOT / document).parent / path if path else ROOT / document
    assert page.exists()
    assert not anchor or anchor in anchors(page.read_text(encoding="utf-8"))


def commands() -> list[tuple[str, str]]:
    """Every line of a plain code block, or piece of code in a sentence, that calls make or twin."""
    listed = []
    for name, text in TEXTS.items():
        lines = [line for block in blocks(text, "") for line in block.splitlines()]
        inline = re.findall(r"`([^`\n]+)`", text)
        listed += [(name, line.split("#")[0].strip()) for line in [*lines, *inline]
                   if re.match(r"(make|twin|\.venv/bin/twin) [a-z]+", line)]
    return sorted(set(listed))


@pytest.mark.parametrize(("document", "command"), commands())
def test_every_command_exists(document: str, command: str) -> None:
    """A make target is in the Makefile; a verb is one of ours, and its arguments, if shown, are understood."""
    program, first, *rest = shlex.split(command)
    if program == "make":
        assert re.search(rf"^{first}:", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE)
        return
    assert first in VERBS
    end = min((rest.index(mark) for mark in (">", "|") if mark in rest), default=None)
    words = [word for word in rest[:end] if not word.startswith("[")]
    if words:
        parsed([first, *words])


def test_the_readme_lists_every_verb_once() -> None:
    """The table of verbs has a row for each verb of the command line, and no other."""
    listed = re.findall(r"^\| `twin (\w+)", TEXTS["README.md"], re.MULTILINE)
    assert sorted(listed) == sorted(VERBS)


def test_the_readme_says_of_a_verb_what_its_help_says() -> None:
    """The table of verbs and `twin --help` are of one source."""
    summaries = {quoted(verb)[0].split()[1]: gets for verb, gets, _ in rows("README.md", "verb")}
    assert summaries == {verb.name: verb.about for verb in described(parser())}


def test_the_readme_lists_every_exit_code() -> None:
    """With what the manual page says of it."""
    assert rows("README.md", "exit code") == [[str(int(code)), code.meaning] for code in ExitCode]


def test_the_page_of_the_library_shows_every_name() -> None:
    """Each name of the library stands in docs/library.md, and each but types and constants in an example."""
    page = TEXTS["docs/library.md"]
    assert [name for name in api.__all__ if not re.search(rf"\b{name}\b", page)] == []
    examples = "\n".join(blocks(page, "python"))
    functions = [name for name in api.__all__ if name.islower()]
    assert [name for name in functions if not re.search(rf"\b{name}\b(?!.*import)", examples)] == []


def test_the_readme_lists_every_description_and_every_page() -> None:
    """Whoever reads the README finds each description that comes along, and each page of the documents."""
    there = [*(ROOT / "topologies").glob("*.yaml"), *(ROOT / "docs").glob("*.md")]
    assert [path.name for path in there if f"]({path.relative_to(ROOT)})" not in TEXTS["README.md"]] == []


def rows(document: str, head: str) -> list[list[str]]:
    """The cells of the table whose first column has that head."""
    table = re.search(rf"^\| {head} \|.*\n\| --- .*\n((?:\|.*\n)+)", TEXTS[document], re.MULTILINE)
    assert table is not None
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in table[1].splitlines()]


def quoted(cell: str) -> list[str]:
    """What a cell writes as code."""
    return re.findall(r"`([^`]+)`", cell)


def test_the_table_of_activities_says_what_is_measured() -> None:
    """Each activity has one row, and of each the metrics are named that a target can bound."""
    listed: dict[str, set[str]] = {}
    above: set[str] = set()
    for names, _, measured in rows("docs/services.md", "activity"):
        above = {*quoted(measured.partition(", but")[0]), *(PACKETS if measured.startswith("packets") else ()),
                 *(above if measured.startswith("the same") else ())}
        assert not listed.keys() & set(quoted(names))
        listed |= dict.fromkeys(quoted(names), above)
    assert listed == {kind.value: {metric.value for metric in Metric if kind in metric.row.activities}
                      for kind in Activity}


def test_the_table_of_metrics_has_them_all() -> None:
    """Each metric stands in one row."""
    listed = [name for names, *_ in rows("docs/services.md", "metric") for name in quoted(names)]
    assert sorted(listed) == sorted(metric.value for metric in Metric)


def test_the_table_of_computations_says_what_results_depend_on() -> None:
    """By the words of what counts of a point, and of what is needed beside the code."""
    listed: dict[str, set[str]] = {}
    above: set[str] = set()
    for name, _, depends in rows("docs/sweeps.md", "`kind`"):
        above = above if depends == "the same" else {*depends.split(", ")}
        listed |= dict.fromkeys(quoted(name), above)
    kinds = get_args(Computation)
    assert {kind.value for kind in ComputationKind} <= {*listed} and len(kinds) == len(ComputationKind)
    for kind in kinds:
        needed = {"lab kernel" if need is Need.KERNEL else need.value for need in kind.needs}
        assert listed[kind.kind] == {"description", "code", *(each.value for each in kind.depends), *needed}


@pytest.mark.parametrize("document", sorted(TEXTS))
def test_lines_are_folded(document: str) -> None:
    """Text fits a screen; tables and examples are as wide as they are."""
    prose = re.sub(r"^```.*?^```$", "", TEXTS[document], flags=re.MULTILINE | re.DOTALL)
    assert [line for line in prose.splitlines() if len(line) > WIDTH and not line.startswith("|")] == []


def test_the_tables_of_keys_are_those_of_the_model() -> None:
    """docs/keys.md is what docs/keys.py makes of the model; run `.venv/bin/python docs/keys.py` after a change."""
    assert keys.PAGE.read_text(encoding="utf-8") == keys.page()


def yaml_blocks() -> list[str]:
    """The examples of the format in all documents."""
    return [block for text in TEXTS.values() for block in blocks(text, "yaml")]


@pytest.mark.parametrize("example", yaml_blocks())
def test_every_example_of_the_format_is_real(example: str) -> None:
    """An example is a description that loads, or stands in one, line for line, or can be added to the minimal one."""
    if example.startswith("twin: ") and "\ntargets:" in example:
        assert read(example, "example.yaml").targets
        return
    texts = [path.read_text(encoding="utf-8") for path in EXAMPLES]
    lines = [line for line in example.splitlines() if line.strip()]
    if not any(all(line in text.splitlines() for line in lines) for text in texts):
        assert read(MINIMAL.read_text(encoding="utf-8") + example, "minimal.yaml").name == "minimal"


@pytest.mark.parametrize("path", EXAMPLES)
def test_every_description_that_is_shown_loads(path: Path) -> None:
    """What the documents show as a description has no problem."""
    assert load(path).name == path.stem


@pytest.mark.parametrize("example", [block for text in TEXTS.values() for block in blocks(text, "python")])
def test_every_python_example_names_what_is_there(example: str) -> None:
    """Imports of an example can be imported, and it is Python."""
    for node in ast.walk(ast.parse(example)):
        if isinstance(node, ast.ImportFrom):
            module = importlib.import_module(str(node.module))
            assert all(hasattr(module, alias.name) for alias in node.names)


def test_the_picture_shows_the_network() -> None:
    """The drawing in the README is what `twin graph` draws, and names every site of the description."""
    drawing = (ROOT / "docs" / "pictures" / "castres-mazamet.svg").read_text(encoding="utf-8")
    network = load(ROOT / "topologies" / "castres-mazamet.yaml")
    assert drawing.strip() == api.draw(network, "svg").strip()
    assert [site.title for site in network.sites if site.title not in drawing] == []
