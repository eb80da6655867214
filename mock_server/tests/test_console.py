"""Lines for people are gathered, and none is lost."""

import asyncio

import pytest

from mock_server.console import Console


def test_without_a_loop_a_line_is_shown_at_once(capsys: pytest.CaptureFixture[str]) -> None:
    """Before the server runs there is nothing to wait for."""
    Console().say("hello\n")

    assert capsys.readouterr().err == "hello\n"


def test_a_quiet_one_says_only_what_went_wrong_in_the_server(
    capsys: pytest.CaptureFixture[str],
) -> None:
    """`--quiet` is about the lines of calls: a failure of our own must never be lost."""
    console = Console(quiet=True)

    console.say("a call\n")
    try:
        _ = 1 // 0
    except ZeroDivisionError:
        console.own_fault()

    shown = capsys.readouterr().err
    assert "a call" not in shown
    assert shown.endswith("ZeroDivisionError: integer division or modulo by zero\n")


def test_in_a_loop_lines_are_shown_together(capsys: pytest.CaptureFixture[str]) -> None:
    """Nothing is written while a call is answered; a flush writes all, once."""

    async def scenario() -> str:
        console = Console()
        console.say("one\n")
        console.say("two\n")
        early = capsys.readouterr().err
        console.flush()
        console.flush()
        return early

    early = asyncio.run(scenario())

    assert early == ""
    assert capsys.readouterr().err == "one\ntwo\n"


def test_lines_are_written_by_themselves(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """One timer is set for the first line, and writes whatever was said by then."""
    delays: list[float] = []

    async def scenario() -> None:
        loop, console = asyncio.get_running_loop(), Console()
        monkeypatch.setattr(loop, "call_later", lambda delay, _call: delays.append(delay))
        for text in ("one\n", "two\n"):
            console.say(text)
        console.flush()
        console.say("three\n")
        console.flush()

    asyncio.run(scenario())

    assert len(delays) == 2
    assert all(0 < delay < 1 for delay in delays)
    assert capsys.readouterr().err == "one\ntwo\nthree\n"
