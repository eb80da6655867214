"""Progress on a terminal, quiet in a pipe, one document a line."""

import io
import json
import time

from kling_lipsync.cli.screen import Screen


class Terminal(io.StringIO):
    """A stream that says it is a terminal."""

    def isatty(self) -> bool:
        """Whether it is one."""
        return True


def test_a_terminal_sees_the_stage_and_the_seconds() -> None:
    """The line is taken away before anything else is written."""
    output, errors = io.StringIO(), Terminal()
    screen = Screen(output, errors)
    screen.stage("waiting")
    time.sleep(0.5)
    screen.result("done", {})
    screen.close()

    assert errors.getvalue().count("\r\x1b[2Kwaiting 0:00") >= 2
    assert errors.getvalue().endswith("\r\x1b[2K")
    assert output.getvalue() == "done\n"


def test_a_pipe_sees_results_only() -> None:
    """Not a byte of progress."""
    output, errors = io.StringIO(), io.StringIO()
    screen = Screen(output, errors)
    screen.stage("waiting")
    screen.result("done", {})
    screen.close()

    assert (output.getvalue(), errors.getvalue()) == ("done\n", "")


def test_json_is_one_document_a_line() -> None:
    """Instead of the text."""
    output = io.StringIO()
    screen = Screen(output, io.StringIO(), as_json=True)
    for number in (1, 2):
        screen.result("text", {"number": number, "name": "ü"})

    assert [json.loads(line)["number"] for line in output.getvalue().splitlines()] == [1, 2]
    assert "ü" in output.getvalue()
