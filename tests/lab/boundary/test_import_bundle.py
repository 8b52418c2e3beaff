"""The bundle of a lab's imports: what is in it, that it is never stale, and that a run cannot tell it from files."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

from twin.lab import VIRTUAL
from twin.lab.boundary import code_snapshot
from twin.lab.boundary.imports import bundled_imports
from twin.lab.boundary.imports.import_bundle import import_bundle
from twin.lab.job import GUEST_BUNDLE, GUEST_PROJECT, GUEST_PYTHON, Job
from twin.lab.launch_spec import Python

ROOT = Path(__file__).parents[3]
RECORD = "from dataclasses import dataclass\n@dataclass(frozen=True, slots=True)\nclass Record:\n    number: int\n"


@pytest.fixture(scope="module")
def code() -> Path:
    """A snapshot of this project."""
    return code_snapshot.snapshot()


@pytest.fixture
def installed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of installed packages of a virtual environment, with the module `outside`; the cache is empty."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    version = f"python{sys.version_info.major}.{sys.version_info.minor}"
    folder = tmp_path / "venv" / "lib" / version / "site-packages"
    folder.mkdir(parents=True)
    (folder / "outside.py").write_text(f"{RECORD}VALUE = 1\n")
    return folder


def bundled(code: Path, installed: Path, roots: Sequence[str] = ("outside",)) -> Path:
    """The bundle of these modules with this virtual environment."""
    python = Python(Path(sys.executable), Path(sys.base_prefix).resolve(), installed.parents[2])
    return import_bundle(tuple(roots), python, code, settled=0) / Path(GUEST_BUNDLE).name


def modules(bundle: Path) -> set[str]:
    """The names of those in a bundle."""
    return set(bundled_imports.Bundle(str(bundle)).modules)


def shown(bundle: Path, expression: str) -> str:
    """What Python prints that has nothing but this bundle."""
    program = (f"import sys; sys.path.insert(0, {str(ROOT)!r}); from twin.lab.boundary.imports import bundled_imports; "
               f"bundled_imports.install({str(bundle)!r}); sys.path.clear(); import outside; print({expression})")
    done = subprocess.run((sys.executable, "-S", "-P", "-c", program), capture_output=True, text=True, check=True)
    return done.stdout.strip()


def test_a_module_is_imported_from_the_bundle_and_knows_its_file_in_the_lab(code: Path, installed: Path) -> None:
    """Tracebacks, and whatever lies beside a module, are found where a lab has them."""
    bundle = bundled(code, installed)
    assert shown(bundle, "outside.VALUE, outside.__file__") == (
        f"1 /run/twin/venv/lib/{installed.parent.name}/site-packages/outside.py")


def test_methods_of_records_are_there_as_code_and_behave_as_ever(code: Path, installed: Path) -> None:
    """All that `dataclasses` compiles for the record was in the bundle, and nothing of it is left over."""
    bundle = bundled(code, installed)
    left = "[text for text in sys.meta_path[-1].written if 'number' in text]"
    assert shown(bundle, f"outside.Record(3), outside.Record(1) == outside.Record(1), {left}") == (
        "Record(number=3) True []")


def test_what_the_modules_import_is_in_it_too(code: Path, installed: Path) -> None:
    """Modules of the project and of Python, packages among them."""
    bundle = bundled_imports.Bundle(str(bundled(code, installed, ["twin.plan.blueprint"])))
    spec = bundle.find_spec("twin.plan.blueprint")
    assert spec is not None and spec.origin == f"{GUEST_PROJECT}/twin/plan/blueprint/__init__.py"
    assert spec.submodule_search_locations == [f"{GUEST_PROJECT}/twin/plan/blueprint"]
    assert {"dataclasses", "twin.core.units"} < modules(bundled(code, installed, ["twin.plan.blueprint"]))


def test_a_changed_source_outside_the_project_is_seen(code: Path, installed: Path) -> None:
    """An upgraded package is never imported as it was, nor one that is gone; without a change nothing is made again."""
    first = bundled(code, installed).stat()
    assert bundled(code, installed).stat() == first
    (installed / "outside.py").write_text(f"{RECORD}VALUE = 2\n")
    assert shown(bundled(code, installed), "outside.VALUE") == "2"
    (installed / "outside.py").unlink()
    assert "outside" not in modules(bundled(code, installed))


def test_a_source_that_has_just_changed_is_not_trusted(code: Path, installed: Path) -> None:
    """It might change once more within the same tick of its file system's clock, which nobody could see."""
    python = Python(Path(sys.executable), Path(sys.base_prefix).resolve(), installed.parents[2])
    first = (import_bundle(("outside",), python, code) / "modules").stat().st_ino
    assert (import_bundle(("outside",), python, code) / "modules").stat().st_ino != first


def test_an_edit_of_the_project_is_another_bundle(code: Path, installed: Path, tmp_path: Path) -> None:
    """It follows from the snapshot's content, by name."""
    other = tmp_path / "another-snapshot"
    other.symlink_to(code)
    assert bundled(code, installed) != bundled(other, installed)


def test_a_module_that_cannot_be_imported_on_the_host_is_left_to_the_lab(code: Path, installed: Path) -> None:
    """The lab says in its own words what is missing."""
    (installed / "broken.py").write_text("import nowhere_to_be_found\n")
    names = modules(bundled(code, installed, ["broken", "outside"]))
    assert "outside" in names and "broken" not in names


def test_a_lab_cannot_tell_it_from_files(tmp_path: Path) -> None:
    """Its clock has moved as far after all imports, to the nanosecond; what is in no bundle is found as ever."""
    answers = []
    for imports in ((), ("controllers.launch",)):
        lines: list[str] = []
        start = f"{GUEST_PROJECT}/twin/lab/boundary/imports/bundled_imports.py"
        argv = (GUEST_PYTHON, "-S", "-P", start, GUEST_BUNDLE, "tests.lab.boundary.clock_of_imports")
        VIRTUAL.run(Job(argv, tmp_path, memory=2**28, packages=ROOT, imports=imports), on_line=lines.append)
        answers.append(json.loads(next(line for line in lines if line.startswith("{"))))
    files, bundle = answers
    assert not files["bundled"] and bundle["bundled"] > 300
    assert files["modules"] == bundle["modules"]
    assert files["passed_ns"] == bundle["passed_ns"]
