"""numpy belongs to the extra `territory`: without it, all but sizing and costing works."""

from __future__ import annotations

import subprocess
import sys

PROGRAM = """
import importlib, pkgutil, sys
sys.modules["numpy"] = None
import twin.api, twin.cli
for package in (twin.api, twin.cli):
    for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
        importlib.import_module(module.name)
import twin.jobs.verify, twin.jobs.experiment.in_lab, controllers.launch
"""


def test_every_command_can_be_loaded_without_it() -> None:
    """A run's page is written by the module that writes a costing's, and knows what a costing says."""
    done = subprocess.run((sys.executable, "-c", PROGRAM), capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-500:]
