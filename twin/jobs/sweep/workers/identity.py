"""What makes a result what it is beside its point: the versions of the code, of the lab kernel and of numpy."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version

from twin.jobs.sweep.computation_kinds import Need
from twin.lab import kernel_cache
from twin.lab.boundary import code_snapshot


@dataclass(frozen=True, slots=True)
class Identity:
    """code: hash of all our packages. kernel: version and hash of the inputs of the lab kernel's build, "" for none.
    numpy: its version, "" for none."""

    code: str
    kernel: str = ""
    numpy: str = ""

    def only(self, needs: Collection[Need]) -> Identity:
        """Without what is not needed."""
        return Identity(self.code, self.kernel if Need.KERNEL in needs else "",
                        self.numpy if Need.NUMPY in needs else "")

    def __str__(self) -> str:
        return "/".join(filter(None, (self.code, self.kernel, self.numpy)))


def identity() -> Identity:
    """Of this machine and this user. Raises CannotRun where the cache cannot be written."""
    kernel = kernel_cache.find_kernel()
    return Identity(code_snapshot.snapshot().name, "" if kernel is None else kernel.linux.parent.name, _numpy())


def _numpy() -> str:
    try:
        return version("numpy")
    except PackageNotFoundError:
        return ""
