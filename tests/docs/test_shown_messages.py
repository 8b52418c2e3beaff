"""What the documents show as the program's words is what the program says."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.docs.imports import ROOT
from twin.cli import main

MINIMAL = (ROOT / "topologies" / "minimal.yaml").read_text(encoding="utf-8")
Changes = tuple[tuple[str, str], ...]

MISTYPED = (("length: 5 km", "length: 5"), ("police", "polise"), ("down: 512 kbit/s", "down: 512 kbps"),
            ("[call, download]", "[call, downlod]"))
TOO_MUCH = (("  download: {", "  film: {service: web, activity: stream, rate: 3.5 Mbit/s}\n  download: {"),
            ("[call, download]", "[call, download, film]"))
OUT_OF_REACH = (("\ntargets:", """
radio-cells: {hills: {standard: 802.11b, channel: 1}}
relays:
  elm: {site: west, uplink: {to: east, medium: radio, length: 25 km, air: {cell: hills}}}
targets:"""),)
TOO_HIGH = (("goodput: 300 kbit/s", "goodput: 400 kbit/s"),)


def words(text: str) -> str:
    """A text without its folds."""
    return " ".join(text.split())


def changed(folder: Path, changes: Changes) -> str:
    """The minimal description with these changes, each of which changes something, as a file."""
    text = MINIMAL
    for old, new in changes:
        assert old in text
        text = text.replace(old, new, 1)
    file = folder / "ring.yaml"
    file.write_text(text, encoding="utf-8")
    return str(file)


@pytest.mark.parametrize(("document", "changes"), [
    ("guide.md", MISTYPED), ("guide.md", TOO_MUCH), ("network.md", OUT_OF_REACH),
])
def test_what_is_refused_is_refused_in_the_words_shown(
    document: str, changes: Changes, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A description that is shown to be refused is, with those numbers and remedies."""
    assert main(["check", changed(tmp_path, changes)]) == 2
    printed = words(capsys.readouterr().err.replace(f"{tmp_path}/", ""))
    assert printed in words((ROOT / "docs" / document).read_text(encoding="utf-8"))


def test_the_plan_says_what_is_shown(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The infeasible target is named with the span to blame, as the page shows it."""
    assert main(["plan", changed(tmp_path, TOO_HIGH)]) == 1
    printed = capsys.readouterr().out.rpartition("\nTargets, ")[2]
    assert words(printed) in words((ROOT / "docs" / "methods.md").read_text(encoding="utf-8"))
