"""One tiny round of the suite's bench, so that it cannot rot unseen."""

from pathlib import Path

import pytest

from bench import suite


def test_the_properties_are_compared_with_schemathesis(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    """Each side draws cases, and the ratio is told, whatever it is."""
    monkeypatch.setattr(suite, "ROUNDS", 1)
    monkeypatch.setattr(suite, "EXAMPLES", 1)
    monkeypatch.setattr(suite, "OUT", tmp_path)

    assert suite.main() == 0

    told = capsys.readouterr().out
    assert told.count("cases/s") == 2
    assert "ratio" in told
