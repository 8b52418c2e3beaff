"""The parts know each other only as docs/architecture.md says: its table of parts is the rule that is checked here."""

from __future__ import annotations

import ast
import re
import sys
from dataclasses import dataclass
from functools import cache
from graphlib import CycleError, TopologicalSorter

import pytest

from tests.docs.imports import PACKAGES, ROOT, imports, modules, tree, used, within

PAGE = ROOT / "docs" / "architecture.md"
EFFECTS = frozenset({
    "asyncio", "ctypes", "datetime", "fcntl", "http", "multiprocessing", "os", "random", "resource", "secrets",
    "select", "selectors", "shutil", "signal", "socket", "subprocess", "tempfile", "termios", "threading", "time",
    "urllib", "uuid",
})
"""Modules through which a function would reach the world, the clock or chance."""
HARMLESS = frozenset({
    "os.PathLike", "os.fspath", "random.Random", "socket.inet_aton", "socket.htons", "socket.AF_UNSPEC",
    "socket.AF_INET", "socket.IPPROTO_TCP", "socket.IPPROTO_UDP",
})
"""Names of those modules that only turn values into values."""
ACTS = frozenset({
    "open", "print", "input", "read_text", "read_bytes", "write_text", "write_bytes", "mkdir", "unlink", "rmdir",
    "touch", "iterdir", "Random()",
})
"""Calls that read or change files, speak to people, or draw chance without a seed."""
ALONE = {"scapy": {"traffic.attack.scapy_process"}, "os_ken": {"controllers.ryu_api"}, "ryu": {"controllers.ryu_api"},
         "eventlet": {"controllers.ryu_api"}, "mininet": {"twin.emulation.mininet_api.mininet_loader"},
         "starlette": {"twin.api.console.application", "twin.api.console.guard", "twin.api.classroom.application",
                       "twin.api.classroom.seat_page"},
         "uvicorn": {"twin.api.console.serving"}, "distributed": {"twin.jobs.sweep.workers.dask_cluster"}}
"""Packages of others, and the modules that alone may import them by name."""
BEFORE_ALL = ("twin.lab.guest_init",)
"""Modules that run in the lab before any package can be imported."""


@dataclass(frozen=True)
class Part:
    """A row of the table. knows: parts and modules it may import. otherwise: its modules that are pure where it is not,
    or not where it is."""

    name: str
    pure: bool
    otherwise: frozenset[str]
    knows: tuple[str, ...]


@cache
def parts() -> dict[str, Part]:
    """The table of parts in docs/architecture.md."""
    lines = re.findall(r"^\| (`(?:twin|traffic|controllers).*)\|$", PAGE.read_text(encoding="utf-8"), re.MULTILINE)
    rows = [[cell.strip() for cell in line.split("|")] for line in lines]
    return {part.name: part for part in (_part(*row) for row in rows)}


def _part(name: str, _alone: str, kind: str, knows: str) -> Part:
    part = name.strip("`")
    inner = frozenset(f"{part}.{module}" for module in _quoted(kind))
    return Part(part, kind.startswith("pure"), inner, _quoted(knows))


def _quoted(cell: str) -> tuple[str, ...]:
    return tuple(re.findall(r"`([^`]+)`", cell))


def part_of(module: str) -> Part:
    """The part in which a module lies."""
    return next(part for part in parts().values() if within(module, part.name))


def test_every_module_lies_in_one_part_and_every_part_has_modules() -> None:
    """The table names all parts, none twice, and only modules that exist."""
    homes = {module: [name for name in parts() if within(module, name)] for module in modules() if module != "twin"}
    assert {module: home for module, home in homes.items() if len(home) != 1} == {}
    named = {name for part in parts().values() for name in (part.name, *part.otherwise, *part.knows)}
    assert named <= modules().keys()


@pytest.mark.parametrize("module", sorted(modules()))
def test_no_arrow_points_the_wrong_way(module: str) -> None:
    """A module imports of the project only its own part and what the table lets that part know."""
    if module == "twin":
        assert not imports(module)
        return
    part = part_of(module)
    ours = {name for name in imports(module) if name.split(".")[0] in PACKAGES}
    assert {name for name in ours if not any(within(name, known) for known in (part.name, *part.knows))} == set()


def test_parts_do_not_know_each_other_in_a_circle() -> None:
    """There is an order in which every module comes after all those that it imports."""
    graph = {module: imports(module, top_only=True) & modules().keys() for module in modules()}
    assert len(tuple(TopologicalSorter(graph).static_order())) == len(modules())


def test_no_circle_of_parts() -> None:
    """The parts of the table stand above one another. What is imported in functions and under TYPE_CHECKING counts too:
    nothing hides a circle."""
    assert _circle({part.name: {part_of(name).name for module in modules() if within(module, part.name)
                                for name in _ours(module)} - {part.name} for part in parts().values()}) == []


@pytest.mark.parametrize("package", sorted(name for name, path in modules().items()
                                           if path.name == "__init__.py" and name != "twin"))
def test_no_circle_within_a_package(package: str) -> None:
    """What lies in a folder stands above one another, a sub-package being one thing, with the same imports."""
    graph: dict[str, set[str]] = {}
    for module in modules():
        if within(module, package):
            graph.setdefault(_child(module, package), set()).update(
                _child(name, package) for name in _ours(module) if within(name, package))
    assert _circle({child: known - {child} for child, known in graph.items()}) == []


def _ours(module: str) -> set[str]:
    return {name for name in imports(module) if name in modules() and name != "twin"}


def _child(module: str, package: str) -> str:
    """What a module belongs to in a package: one of its modules or sub-packages, or the package's own file."""
    return ".".join(module.split(".")[:package.count(".") + 2])


def _circle(graph: dict[str, set[str]]) -> list[str]:
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        return [str(name) for name in error.args[1]]
    return []


def pure_modules() -> list[str]:
    """The modules of which the table says that they have no effects."""
    return [module for module in sorted(modules()) if module != "twin"
            and part_of(module).pure != any(within(module, exception) for exception in part_of(module).otherwise)]


@pytest.mark.parametrize("module", pure_modules())
def test_pure_modules_reach_nothing(module: str) -> None:
    """What is called pure imports nothing that has effects, opens no file and says nothing to anybody."""
    assert {name for name in used(module) if name.split(".")[0] in EFFECTS} - HARMLESS == set()
    calls = [node for node in ast.walk(tree(module)) if isinstance(node, ast.Call)]
    names = {name + suffix for call in calls for name in _name(call) for suffix in ("", "" if call.args else "()")}
    assert names & ACTS == set()


def _name(call: ast.Call) -> tuple[str, ...]:
    """The last part of the name of what is called, where it has one."""
    match call.func:
        case ast.Name(name) | ast.Attribute(attr=name):
            return (name,)
        case _:
            return ()


def test_nobody_knows_the_command_line() -> None:
    """Everything the command line does, a program can do without it."""
    assert [name for name in modules() if not within(name, "twin.cli")
            and any(within(known, "twin.cli") for known in imports(name))] == []


@pytest.mark.parametrize("package", ["controllers", "traffic"])
def test_what_runs_in_a_real_network_knows_no_emulation(package: str) -> None:
    """The controller and the generators would run beside real switches and hosts: they know no lab."""
    known = {name for module in modules() if within(module, package) for name in imports(module)}
    assert [name for name in known if within(name, "twin.emulation") or within(name, "twin.lab")] == []


@pytest.mark.parametrize("package", ALONE)
def test_packages_of_others_have_one_door(package: str) -> None:
    """A framework that may be exchanged, and a package whose licence asks for a process of its own, have one door."""
    users = {module for module in modules() if any(within(name, package) for name in imports(module))}
    assert users <= ALONE[package]


def test_the_process_that_forges_packets_is_alone() -> None:
    """scapy is never imported beside the controller's framework: the two have no module in common that imports both."""
    reached = _reached("traffic.attack.scapy_process")
    assert "controllers.ryu_api" not in reached
    assert not any("traffic.attack.scapy_process" in _reached(module) for module in modules()
                   if within(module, "controllers"))
    assert [module for module in modules() if "traffic.attack.scapy_process" in imports(module)] == []


def test_a_scheduler_needs_no_computation() -> None:
    """The scheduler and the workers of a cluster import what a task names; a whole import of ours takes a second."""
    assert not any(within(module, "twin.jobs.sweep.computations") or within(module, "twin.plan")
                   for module in _reached("twin.jobs.sweep.workers.dask_task"))


def _reached(module: str) -> set[str]:
    """A module and all modules of the project that are imported with it."""
    reached, waiting = set(), [module]
    while waiting:
        name = waiting.pop()
        if name not in reached:
            reached.add(name)
            waiting += imports(name) & modules().keys()
    return reached


@pytest.mark.parametrize("module", BEFORE_ALL)
def test_the_first_process_of_a_lab_needs_nothing(module: str) -> None:
    """What runs before packages can be found imports the standard library alone."""
    assert {name.split(".")[0] for name in imports(module)} <= set(sys.stdlib_module_names)
