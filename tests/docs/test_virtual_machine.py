"""The test of the virtual machine, `scripts/vm-test`, takes what it runs from the Vagrantfile and scripts/setup."""

from __future__ import annotations

import re
from importlib import import_module
from pathlib import Path
from types import ModuleType

import pytest

from tests.docs.imports import ROOT
from twin.api import load

SCRIPTS = ROOT / "scripts"


def module(name: str, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """A module of the script."""
    monkeypatch.syspath_prepend(str(SCRIPTS))
    return import_module(f"vm.{name}")


def test_both_provisioners_are_found(monkeypatch: pytest.MonkeyPatch) -> None:
    """Root's first, then that of the user, which sets up, builds the module and asks the doctor."""
    root, user = module("host_files", monkeypatch).provisioners()
    assert "apt-get install" in root and "linux-headers" in root
    assert [word in user for word in ("scripts/setup", "twin kernel module", "twin doctor")] == [True] * 3


def test_packages_of_the_setup_are_found(monkeypatch: pytest.MonkeyPatch) -> None:
    """All of them, by their names alone."""
    packages = module("image", monkeypatch).setup_packages()
    assert {"python3", "openvswitch-switch", "ca-certificates"} <= set(packages)
    assert [name for name in packages if not re.fullmatch(r"[a-z0-9.+-]+", name)] == []


def test_steps_with_other_exit_codes_are_steps() -> None:
    """Names in the host's half are those of the guest's."""
    steps = set(re.findall(r"^step '([^']+)'", (SCRIPTS / "vm" / "guest").read_text(), re.MULTILINE))
    host = (SCRIPTS / "vm-test").read_text()
    named = {*re.findall(r'"([^"]+)": \("0", "5"\)', host), *re.findall(r'SECOND_USER_S = "([^"]+)"', host)}
    assert len(named) == 3
    assert named <= steps


def test_its_radio_network_has_a_cell() -> None:
    """So that the native lab needs the module."""
    assert load(Path(SCRIPTS, "vm", "radio.yaml")).radio_cells
