"""The place in which an emulation runs: virtual time, wall clock, or this machine's own kernel.

    result = VIRTUAL.run(Job(argv=(GUEST_PYTHON, "-m", "some.module"), out=folder), on_line=print)

Labs that outlive the command: twin.lab.attach on the host, twin.lab.attendant inside. The lab kernel: twin.lab.build.
What this machine can do: twin.lab.abilities.
"""

from twin.lab.job import GUEST_OUT, GUEST_PROJECT, GUEST_PYTHON, START_NS, Job, Lab, LabResult
from twin.lab.locks import alone
from twin.lab.makes import LABS, NATIVE, VIRTUAL, WALL, lab_named
from twin.lab.place import free_cores

__all__ = ["GUEST_OUT", "GUEST_PROJECT", "GUEST_PYTHON", "LABS", "NATIVE", "START_NS", "VIRTUAL", "WALL",
           "Job", "Lab", "LabResult", "alone", "free_cores", "lab_named"]
