"""Where an emulation runs: the lab kernel in virtual time or on the wall clock, or this machine's own kernel.

    result = VIRTUAL.run(Job(argv=(GUEST_PYTHON, "-m", "some.module"), out=folder), on_line=print)

Labs that outlive the command: twin.lab.session. The lab kernel: twin.lab.kernel. What this machine lacks:
twin.lab.prerequisites.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from twin.core.lazy_package import lazy

if TYPE_CHECKING:
    from twin.lab.file_locks import exclusive_folder
    from twin.lab.host_paths import allowed_cores
    from twin.lab.job import GUEST_OUT, GUEST_PROJECT, GUEST_PYTHON, START_NS, Job, Lab, LabResult
    from twin.lab.lab_types import LABS, NATIVE, VIRTUAL, WALL, lab_named
else:
    __getattr__ = lazy(__name__, {
        "twin.lab.file_locks": ("exclusive_folder",),
        "twin.lab.host_paths": ("allowed_cores",),
        "twin.lab.job": ("GUEST_OUT", "GUEST_PROJECT", "GUEST_PYTHON", "START_NS", "Job", "Lab", "LabResult"),
        "twin.lab.lab_types": ("LABS", "NATIVE", "VIRTUAL", "WALL", "lab_named")})

__all__ = [
    "GUEST_OUT",
    "GUEST_PROJECT",
    "GUEST_PYTHON",
    "LABS",
    "NATIVE",
    "START_NS",
    "VIRTUAL",
    "WALL",
    "Job",
    "Lab",
    "LabResult",
    "allowed_cores",
    "exclusive_folder",
    "lab_named",
]
