"""The command as a user calls it: what it lists, what it ends with, and what it leaves behind."""

import subprocess
import sys
from pathlib import Path

from contract_tests import edges, spec
from contract_tests.conformance import results


def lipsync_conformance(*arguments: str) -> "subprocess.CompletedProcess[str]":
    """Call the command in a process of its own."""
    command = [sys.executable, "-m", "contract_tests.conformance.cli", *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603


def test_the_quick_profile_leaves_out_no_case_of_a_rule() -> None:
    """Each rule is broken and mended, and each edge is tried on both sides, in a quick run too."""
    listed = lipsync_conformance("--quick", "--list").stdout
    due = [f"test_a_rule_broken_alone_refuses[{name}]" for name in spec.refusing()]
    due += [f"test_both_sides_of_an_edge[{edge.rule} {edge.unit}]" for edge in edges.EDGES]

    assert [name for name in due if name not in listed] == []


def test_a_server_that_conforms_ends_with_zero(tmp_path: Path) -> None:
    """A part of the suite can be chosen; there is a result, and nothing in it to replay."""
    once = ("--only", "list.page-size", "--seed", "1", "--output", str(tmp_path))
    done = lipsync_conformance("--quick", *once)
    run = results.read(tmp_path / "result.json")
    again = lipsync_conformance("--replay", str(tmp_path / "result.json"))

    assert (done.returncode, run.conforms) == (0, True), done.stdout + done.stderr
    assert {outcome.verdict for outcome in run.outcomes} == {"PASS"}
    assert all("list.page-size" in outcome.rules for outcome in run.outcomes)
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        "junit.xml",
        "report.html",
        "result.json",
    ]
    assert (again.returncode, "nothing failed" in again.stderr) == (2, True)


def test_a_run_of_nothing_shows_nothing(tmp_path: Path) -> None:
    """A server that was not asked anything does not conform."""
    done = lipsync_conformance("--only", "no.such-rule", "--output", str(tmp_path))

    assert done.returncode == 1
    assert "no tests" in done.stdout
