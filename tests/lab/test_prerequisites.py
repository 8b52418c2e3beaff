"""The doctor's judgement of facts that are given."""

from dataclasses import replace

from twin.lab.prerequisites import GIB, TOOLS, HostFacts, check_facts

GOOD = HostFacts(
    python=(3, 11, 2), tools=dict.fromkeys(TOOLS, "/usr/bin/x"),
    packages={"PyYAML": "6.0.3", "os-ken": "4.2.2", "scapy": "2.8"}, mininet=True, iproute="iproute2-6.1.0",
    tc_ets=True, kernel="7.2.12", boots="", boot_s=0.5, compiler_lacks="", memory=8 * GIB,
    shared_memory=4 * GIB, disk=50 * GIB, cores=2, open_files=20000, native_lacks=(), dcf_lacks="",
    own_root=True, landlock=7,
)


def wrong(facts: HostFacts) -> dict[str, tuple[str, str, bool]]:
    """The checks that fail: found, remedy, whether needed."""
    return {check.name: (check.state, check.remedy, check.needed) for check in check_facts(facts) if not check.ok}


def test_a_machine_with_everything_has_nothing_wrong() -> None:
    """All checks are well."""
    assert wrong(GOOD) == {}


def test_every_failing_check_has_a_remedy() -> None:
    """On a machine that has nothing at all."""
    bare = HostFacts(
        python=(3, 9, 0), tools=dict.fromkeys(TOOLS), packages={}, mininet=False, iproute=None, tc_ets=False,
        kernel=None, boots="", boot_s=0.0, compiler_lacks="no gcc\n  remedy: apt-get install gcc", memory=0,
        shared_memory=0, disk=0, cores=1, open_files=256, native_lacks=("root",), dcf_lacks="",
        own_root=False, landlock=0,
    )
    failed = wrong(bare)
    assert {check.name for check in check_facts(bare)} == set(failed)
    assert all(remedy for _, remedy, _ in failed.values())
    assert failed["kernel build"] == ("no gcc", "apt-get install gcc", True)


def test_what_builds_the_kernel_is_not_needed_once_it_is_there() -> None:
    """A machine without a compiler can run a kernel from the cache."""
    failed = wrong(replace(GOOD, compiler_lacks="no gcc\n  remedy: apt-get install gcc"))
    assert failed["kernel build"][2] is False


def test_a_kernel_that_does_not_boot_is_to_be_built_again() -> None:
    """The reason is told."""
    failed = wrong(replace(GOOD, boots="the virtual lab died"))
    assert failed["lab kernel"][:2] == ("Linux 7.2.12, but the virtual lab died", "twin kernel build --again")


def test_a_slow_kernel_is_not_called_a_missing_one() -> None:
    """What boots in a minute is there, and well; what is not built says so."""
    states = {boot_s: next(check for check in check_facts(replace(GOOD, boot_s=boot_s)) if check.name == "lab kernel")
              for boot_s in (0.5, 60.0)}
    assert states[0.5].ok and states[0.5].state == "Linux 7.2.12, boots in 0.5 s"
    assert states[60.0].ok and "boots in 60.0 s; this machine is slow" in states[60.0].state
    assert wrong(replace(GOOD, kernel=None))["lab kernel"][:2] == ("not built", "twin kernel build")


def test_missing_programs_are_told_by_debian_package() -> None:
    """One line a package, with its programs."""
    failed = wrong(replace(GOOD, tools={**GOOD.tools, "ovs-vsctl": None, "ovs-vswitchd": None}))
    assert list(failed) == ["openvswitch-switch"]
    assert failed["openvswitch-switch"][0] == "without ovs-vswitchd, ovs-vsctl"


def test_one_layer_of_the_boundary_will_do() -> None:
    """Either keeps a lab in its folder; without both that is said, and runs are not refused."""
    assert wrong(replace(GOOD, own_root=False)) == wrong(replace(GOOD, landlock=0)) == {}
    assert wrong(replace(GOOD, own_root=False, landlock=0))["boundary"][2] is False


def test_a_small_dev_shm_will_do_while_a_disk_has_room() -> None:
    """Containers have 64 MiB: said, not refused."""
    small = replace(GOOD, shared_memory=GIB // 16)
    line = next(check for check in check_facts(small) if check.name == "/dev/shm")
    assert line.ok
    assert "a disk is used" in line.state
    assert "/dev/shm" in wrong(replace(small, disk=GIB))


def test_a_kernel_without_the_radio_qdisc_can_be_a_lab_without_radio() -> None:
    """What builds the module is the remedy; nothing is said of radio where the kernel cannot be a lab at all."""
    failed = wrong(replace(GOOD, dcf_lacks="it lacks the qdisc dcf"))
    assert failed == {"native radio cells": ("it lacks the qdisc dcf", "sudo .venv/bin/twin kernel module", False)}
    lines = {check.name for check in check_facts(replace(GOOD, native_lacks=("root",)))}
    assert "native lab" in lines
    assert "native radio cells" not in lines
