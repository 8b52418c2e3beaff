"""What a lab's program imports, compiled, in one file in the user's cache: its modules and those of all they import.

One is made for each snapshot of the code, each Python, and each program. It is made again where a source outside the
project has changed: a module of Python, or an installed package.
"""

from __future__ import annotations

import hashlib
import json
import site
import subprocess
import sys
from functools import partial
from pathlib import Path

from twin.core.errors import CannotRun
from twin.lab.boundary.imports import import_bundler
from twin.lab.boundary.kept_folders import kept_folder
from twin.lab.boundary.kept_sums import SETTLED
from twin.lab.job import GUEST_PROJECT, GUEST_VENV
from twin.lab.launch_spec import ENVIRONMENT, Python


def import_bundle(roots: tuple[str, ...], python: Python, code: Path, settled: int = SETTLED) -> Path:
    """The folder with the bundle of these modules of a snapshot of the code; made when it is not there, or stale.
    settled: for how long no source may have changed when it was made, ns, for it to be used again.

    Raises CannotRun when the cache cannot be written.
    """
    follows_from = json.dumps([roots, code.name, sys.version, *map(str, (python.executable, python.base, python.venv))])
    name = hashlib.sha256(follows_from.encode()).hexdigest()[:24]
    return kept_folder("imports", lambda _: name, partial(_make, roots, python, code),
                       partial(_unchanged, settled))


def _make(roots: tuple[str, ...], python: Python, code: Path, folder: Path) -> None:
    version = f"python{sys.version_info.major}.{sys.version_info.minor}"
    packages = site.getsitepackages() if python.venv is None else [str(python.venv / "lib" / version / "site-packages")]
    own = [(str(code), GUEST_PROJECT)] + ([] if python.venv is None else [(str(python.venv), GUEST_VENV)])
    order = {"roots": roots, "packages": packages, "out": str(folder),
             "places": [*own, ("/usr", "/usr"), (str(python.base), str(python.base))]}
    program = code / Path(import_bundler.__file__).relative_to(Path(__file__).parents[4])
    done = subprocess.run((python.executable, "-S", "-P", program, json.dumps(order)), capture_output=True, text=True,
                          env=dict(ENVIRONMENT) | {"PYTHONPATH": str(code)}, check=False)
    if done.returncode:
        raise CannotRun(f"what labs import cannot be compiled: {done.stderr.strip()[-500:]}",
                        "install metro-twin again, and Python if need be")


def _unchanged(settled: int, folder: Path) -> bool:
    """Whether all its sources are as they were, and had been for a while: a change within one tick of a file system's
    clock could not be seen."""
    sources = json.loads((folder / import_bundler.SOURCES).read_text())
    try:
        return all(import_bundler.state(path) == about and about[2] < sources["made"] - settled
                   for path, about in sources["states"].items())
    except OSError:
        return False
