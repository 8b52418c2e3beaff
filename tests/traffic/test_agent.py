"""Jobs of the traffic agent that cannot be done."""

from pathlib import Path

import pytest

from traffic import agent


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"blueprint": "/nowhere"}', '{"blueprint": 3}'])
def test_an_invalid_job_is_an_error_without_a_traceback(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], text: str
) -> None:
    """Exit status 4, and one line that names the file."""
    job = tmp_path / "job.json"
    job.write_text(text)
    assert agent.main(job) == 4
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.startswith(f"{job}: not a job of the traffic") and said.err.count("\n") == 1
