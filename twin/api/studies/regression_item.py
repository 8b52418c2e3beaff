"""A test item of the pytest plugin: the run of a description held against a figures file."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from twin.core.errors import CannotRun, TwinError


class RegressionItem(pytest.Item):
    """The run held against a figures file."""

    def __init__(self, *, file: Path, runs: Any, **rest: Any) -> None:
        super().__init__(**rest)
        self._file, self._runs = file, runs

    def runtest(self) -> None:
        """Fail where a target changed, or a figure is worse, as --twin-fail-on says."""
        from twin.api.studies import regression_gate as gate
        from twin.report.terminal.run_comparison import text

        changes, rules = gate.changes_and_rules(self.config.getoption("--twin-fail-on"))
        before = gate.read_measured(self._file)
        try:
            run = self._runs(self.path)
        except CannotRun as reason:
            if self.config.getoption("--twin-strict"):
                raise
            pytest.skip(str(reason))
        comparison, decisions = gate.compare_runs(before, run), gate.judge_gate(rules, before, run)
        if comparison.exit_code(changes) or any(decision.breaks for decision in decisions):
            raise Regression(text(comparison) + gate.gate_text(decisions))

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> Any:
        """What became worse and where the run is, instead of a traceback."""
        folder = self._runs.failed(self.path)
        if isinstance(excinfo.value, TwinError | Regression):
            return f"{excinfo.value}\nthe run: {folder}"
        return super().repr_failure(excinfo, style)

    def reportinfo(self) -> tuple[Path, int | None, str]:
        """Where the item comes from."""
        return self.path, None, self.name


class Regression(Exception):
    """A run is worse than its figures file allows."""
