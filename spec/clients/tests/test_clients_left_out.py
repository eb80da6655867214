"""A language that cannot be built here is left out by name; one that does not compile fails."""

import re
import sys
from pathlib import Path

import pytest

from contract_tests.clients import runner


@pytest.mark.parametrize(
    ("said", "error"),
    [
        ("error: could not resolve host: index.example", runner.NotFetched),
        ("[ERROR] Could not transfer artifact a:b:1", runner.NotFetched),
        ("error[E0308]: mismatched types", runner.ProgramFailed),
    ],
)
def test_a_build_without_a_network_is_told_from_one_that_fails(
    tmp_path: Path, said: str, error: type[Exception]
) -> None:
    """Only what cannot be downloaded is left out; what does not compile fails."""
    (tmp_path / "build.py").write_text(f"raise SystemExit({said!r})", "utf-8")

    with pytest.raises(error, match=re.escape(said)):
        runner._built(f"{sys.executable} build.py", tmp_path)


def test_a_tool_that_is_there_but_does_not_run_is_missing() -> None:
    """As a wrapper whose tool was never installed."""
    settings = {"tools": {"python3": {"version": "python3 --no-such", "install": "it"}}}

    assert [*runner.missing_tools(settings)] == ["python3 does not run here; run: it"]
