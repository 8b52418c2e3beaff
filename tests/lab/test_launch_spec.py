"""How a lab is started: values, no lab needed."""

from pathlib import Path

import pytest

from twin.core.errors import UsageError
from twin.lab import GUEST_PYTHON, Job, lab_named
from twin.lab.job_runner import cores_for
from twin.lab.launch_spec import (
    WRITE_AT_THE_END,
    LabKernel,
    Python,
    lab_kernel_command,
    launch_spec,
    native_command,
)

KERNEL = LabKernel(Path("/k/linux"), Path("/k/shim.so"), "7.2.12")
JOB = Job(argv=(GUEST_PYTHON, "-c", "pass"), out=Path("/home/a user/out"), seed=11, start_ns=5)


def test_the_kernels_command_line_is_the_same_in_every_folder_and_holds_no_path_of_the_job() -> None:
    """The kernel mixes its command line into its random numbers, so nothing of the host may be on it."""
    command = lab_kernel_command(JOB, KERNEL, Path("/dev/shm"), virtual=True)
    arguments = command.argv[1:]
    assert not [word for word in arguments if "/home" in word or "/tmp" in word]
    assert "time-travel-start=5" in arguments
    assert command.environment["TWIN_SEED"] == "11"


def test_the_wall_lab_is_the_same_kernel_without_virtual_time() -> None:
    """Only the words about time differ, and when files reach the disk."""
    virtual = lab_kernel_command(JOB, KERNEL, Path("/dev/shm"), virtual=True)
    wall = lab_kernel_command(JOB, KERNEL, Path("/dev/shm"), virtual=False)
    assert set(virtual.argv) - set(wall.argv) == {"time-travel=inf-cpu", "time-travel-start=5", WRITE_AT_THE_END}


def test_a_channel_becomes_the_first_serial_line_after_all_others_are_switched_off() -> None:
    """The order of the two words decides."""
    command = lab_kernel_command(JOB, KERNEL, Path("/dev/shm"), virtual=False, control=9)
    assert command.argv.index("ssl=null") < command.argv.index("ssl0=fd:9")


def test_the_kernels_environment_is_emptied() -> None:
    """Nothing of the user's environment reaches the kernel process."""
    command = lab_kernel_command(JOB, KERNEL, Path("/dev/shm"), virtual=True)
    assert set(command.environment) == {"LD_PRELOAD", "TWIN_SEED", "TMPDIR", "HOME"}


def test_the_lab_kernel_is_confined_to_its_own_folders() -> None:
    """It reads its own program, and writes nothing but its memory beside what its job names."""
    command = lab_kernel_command(JOB, KERNEL, Path("/dev/shm/mine"), virtual=True)
    assert (command.confined, command.reads, command.writes) == (True, (Path("/k"),), (Path("/dev/shm/mine"),))


def test_a_native_lab_dies_with_its_first_process() -> None:
    """A killed unshare takes the whole process namespace with it."""
    assert "--kill-child" in native_command(Path("/w")).argv


def test_the_environment_inside_is_fixed_and_the_job_may_add_to_it() -> None:
    """Two users get the same environment, whatever theirs is."""
    job = Job(argv=("true",), out=Path("/out"), env=(("MINE", "1"),))
    spec = launch_spec(job, Python(Path("/usr/bin/python3"), Path("/usr"), None), Path("/p"))["env"]
    assert isinstance(spec, dict)
    assert spec["HOME"] == "/tmp"
    assert spec["PYTHONHASHSEED"] == "0"
    assert spec["MINE"] == "1"
    assert "TWIN_CONTROL" not in spec


def test_packages_of_the_jobs_own_are_bound_and_come_after_the_projects() -> None:
    """Their folder may be one that the lab hides, like /tmp: it is found where it is bound."""
    job = Job(("true",), Path("/out"), packages=Path("/tmp/mine"))
    spec = launch_spec(job, Python(Path("/python"), Path("/usr"), None), Path("/p"))
    binds, env = spec["binds"], spec["env"]
    assert isinstance(binds, list) and ("/tmp/mine", "/run/twin/packages", False) in binds
    assert isinstance(env, dict) and env["PYTHONPATH"] == "/run/twin/project:/run/twin/packages"


def test_outside_a_virtual_environment_the_interpreter_is_linked_to_the_same_place() -> None:
    """GUEST_PYTHON is there with a virtual environment and without."""
    without = launch_spec(JOB, Python(Path("/usr/bin/python3"), Path("/usr"), None), Path("/p"))
    within = launch_spec(JOB, Python(Path("/v/bin/python"), Path("/usr"), Path("/v")), Path("/p"))
    assert without["links"] == [["/run/twin/venv/bin/python", "/usr/bin/python3"]]
    binds = within["binds"]
    assert isinstance(binds, list) and ("/v", "/run/twin/venv", False) in binds


def test_nothing_but_the_folder_of_the_job_is_bound_writable() -> None:
    """A Python that is installed outside /usr is bound where it is, to be found."""
    spec = launch_spec(JOB, Python(Path("/v/bin/python"), Path("/opt/python"), Path("/v")), Path("/p"))
    binds = spec["binds"]
    assert isinstance(binds, list) and ("/opt/python", "/opt/python", False) in binds
    assert [target for _, target, writable in binds if writable] == ["/run/twin/out"]


def test_a_core_that_may_not_be_used_is_refused_by_name() -> None:
    """The message says which cores may."""
    job = Job(argv=("true",), out=Path("/out"), core=4096)
    with pytest.raises(UsageError, match=r"core 4096 .* may be used"), cores_for((job,)):
        pass


def test_an_unknown_lab_is_refused_with_the_known_ones() -> None:
    """A slip of the pen names the choices."""
    with pytest.raises(UsageError, match="virtual, wall, native"):
        lab_named("vitrual")
