"""What makes a result what it is beside its point: the version of the code, and of the lab kernel."""

from __future__ import annotations

from dataclasses import dataclass

from twin.lab import kernel_cache
from twin.lab.boundary import code_snapshot


@dataclass(frozen=True, slots=True)
class Identity:
    """code: hash of all our packages. kernel: version and hash of the inputs of the lab kernel's build, "" for none."""

    code: str
    kernel: str = ""

    def of(self, *, in_lab: bool) -> str:
        """What of it a computation depends on."""
        return f"{self.code}/{self.kernel}" if in_lab else self.code


def identity() -> Identity:
    """Of this machine and this user. Raises CannotRun where the cache cannot be written."""
    kernel = kernel_cache.find_kernel()
    return Identity(code_snapshot.snapshot().name, "" if kernel is None else kernel.linux.parent.name)
