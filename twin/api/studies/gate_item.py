"""A test item of the pytest plugin: the run of a description held against a baseline file."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from twin.core.errors import CannotRun, TwinError


class GateItem(pytest.Item):
    """The run held against a baseline file."""

    def __init__(self, *, file: Path, runs: Any, **rest: Any) -> None:
        super().__init__(**rest)
        self._file, self._runs = file, runs

    def runtest(self) -> None:
        """Fail where a target changed, or a figure is worse, as --twin-fail-on says."""
        from twin.api.studies.gates import changes_and_rules, compare_runs, gate_text, judge_gate, read_measured
        from twin.report.terminal.run_comparison import text

        changes, rules = changes_and_rules(self.config.getoption("--twin-fail-on"))
        before = read_measured(self._file)
        try:
            run = self._runs(self.path)
        except CannotRun as reason:
            if self.config.getoption("--twin-strict"):
                raise
            pytest.skip(str(reason))
        comparison, decisions = compare_runs(before, run), judge_gate(rules, before, run)
        if comparison.exit_code(changes) or any(decision.breaks for decision in decisions):
            raise GateClosed(text(comparison) + gate_text(decisions))

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> Any:
        """What became worse and where the run is, instead of a traceback."""
        folder = self._runs.failed(self.path)
        if isinstance(excinfo.value, TwinError | GateClosed):
            return f"{excinfo.value}\nthe run: {folder}"
        return super().repr_failure(excinfo, style)

    def reportinfo(self) -> tuple[Path, int | None, str]:
        """Where the item comes from."""
        return self.path, None, self.name


class GateClosed(Exception):
    """A run is worse than its baseline file allows."""
