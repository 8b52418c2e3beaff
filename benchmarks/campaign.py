"""How long a campaign takes: every span and node of Castres-Mazamet cut once: `python -m benchmarks.campaign`.

From the command to the written report; and the longest restoration of a cut that its ring can heal.
"""

from __future__ import annotations

import os
import tempfile
import time
from pathlib import Path

from benchmarks.support.figure import Figure, at_most, main
from benchmarks.verify_time import FILE
from twin.core.units import NS_PER_MS
from twin.jobs.campaign import run_campaign
from twin.report.files.run_folder import store_campaign

LIMIT = 120.0


def figures() -> list[Figure]:
    """Run it in an empty folder."""
    began = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="metro-twin-") as folder:
        result = run_campaign(FILE, Path(folder))
        store_campaign(result, Path(folder))
        whole = time.monotonic() - began
    guarded = [failure for failure in result.failures if failure.cut.protected]
    lost = sum(failure.lost for failure in guarded)
    strange = sum(impact.duplicated + impact.reversion.duplicated + impact.reversion.lost for failure in guarded
                  for impact in failure.classes)
    goal = result.protection.goal / NS_PER_MS
    cores = len(os.sched_getaffinity(0))
    return [
        at_most(f"campaign over castres-mazamet, {len(result.failures)} cuts, {cores} cores", LIMIT, whole, "s"),
        at_most(f"  longest restoration of the {len(guarded)} cuts that the ring heals", goal,
                max(failure.restoration_time or 0 for failure in guarded) / NS_PER_MS, "ms"),
        at_most("  packets doubled, or lost when traffic returned", 0, strange, ""),
        Figure("  packets of calls and streams that those cuts cost", "-", str(lost)),
        Figure("  what it concludes", "exit 0", f"exit {result.exit_code}", result.exit_code == 0),
    ]


if __name__ == "__main__":
    main(figures)
