"""In a lab: how far the clock moves while the controller is imported, and how many modules come from a bundle."""

from __future__ import annotations

import json
import sys
import time
from importlib import import_module

from twin.jobs.experiment.lab_program import packages


def run() -> None:
    """Import, and print."""
    sys.path += packages()
    began = time.time_ns()
    import_module("controllers.launch")
    passed = time.time_ns() - began
    names = sorted(sys.modules)
    bundled = sum(type(getattr(sys.modules[name], "__loader__", None)).__name__ == "_Loader" for name in names)
    print(json.dumps({"passed_ns": passed, "bundled": bundled, "modules": names}), flush=True)
