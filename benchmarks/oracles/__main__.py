"""The table of oracles as a command: `python -m benchmarks.oracles`."""

from __future__ import annotations

from benchmarks.oracles import figures
from benchmarks.support.figure import main

if __name__ == "__main__":
    main(figures)
