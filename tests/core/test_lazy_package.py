"""Packages whose names are imported when they are first used, and what a lab therefore never loads."""

from __future__ import annotations

import subprocess
import sys
from types import ModuleType

import pytest

import twin.lab
import twin.plan
import twin.predict

NEVER_IN_A_LAB = ("twin.predict.path_prediction", "twin.plan.assembly", "twin.lab.job_runner", "traffic.trials",
                  "twin.judge.verdicts", "twin.model.yaml")


@pytest.mark.parametrize("package", [twin.lab, twin.plan, twin.predict])
def test_every_name_is_there(package: ModuleType) -> None:
    """Those that a package exports; others are missing as from any module."""
    assert all(getattr(package, name) is not None for name in package.__all__)
    with pytest.raises(AttributeError, match=f"module '{package.__name__}' has no attribute 'nothing'"):
        vars(package)["__getattr__"]("nothing")


def test_a_lab_loads_what_it_needs() -> None:
    """Each module costs a lab's start some milliseconds: predictions, the assembly of plans and trials stay out."""
    code = "import sys, twin.jobs.experiment.in_lab; print(*sys.modules)"
    loaded = subprocess.run((sys.executable, "-c", code), check=True, capture_output=True, text=True).stdout.split()
    assert [name for name in NEVER_IN_A_LAB if name in loaded] == []
