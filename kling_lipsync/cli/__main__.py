"""The command `lipsync`: reads the arguments, runs one verb, and tells what came of it."""

import os
import signal
import sys
import warnings
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from importlib import import_module
from threading import current_thread, main_thread
from types import FrameType
from typing import TextIO

from kling_lipsync.cli.command import Command
from kling_lipsync.cli.exits import BROKEN_PIPE, code_of
from kling_lipsync.cli.parser import make_parser
from kling_lipsync.cli.screen import Screen

_TOLD_TO_END = 128 + signal.SIGTERM


class _ToldToEnd(KeyboardInterrupt):
    """SIGTERM came."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Carry out one command; return its exit code, of which `lipsync --help` has the table."""
    given = make_parser().parse_args(arguments)
    command = Command(given, Screen(as_json=getattr(given, "json", False)))
    with _ended_by_signal(), _warnings_as_notes(command.screen):
        try:
            try:
                return _verb(given.place)(command)
            finally:
                command.screen.close()
        except BaseException as error:
            code = code_of(error)
            if code is None:
                raise
            return _told(command, error, code)


def _verb(place: str) -> Callable[[Command], int]:
    module, _, name = place.partition(":")
    verb: Callable[[Command], int] = getattr(import_module(f"kling_lipsync.cli.{module}"), name)
    return verb


def _told(command: Command, error: BaseException, code: int) -> int:
    """Tell of an error, and how to go on; return the exit code."""
    if code == BROKEN_PIPE:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return code
    from kling_lipsync.cli.failures import (  # noqa: PLC0415 - reads the client
        advice,
        document_of,
        resume_of,
        text_of,
    )

    resume = resume_of(error, command.trail)
    if command.screen.as_json:
        document = document_of(error, resume)
        command.screen.result("", document)
    command.screen.note(f"lipsync: {text_of(error)}")
    if resume is not None:
        command.screen.note(advice(error, resume, command.arguments))
    return _TOLD_TO_END if isinstance(error, _ToldToEnd) else code


@contextmanager
def _ended_by_signal() -> Iterator[None]:
    """Let SIGTERM end a command as Ctrl-C does; only a main thread can."""

    def end(number: int, frame: FrameType | None) -> None:  # noqa: ARG001 - as signal has it
        raise _ToldToEnd

    if current_thread() is not main_thread():
        yield
        return
    before = signal.signal(signal.SIGTERM, end)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


@contextmanager
def _warnings_as_notes(screen: Screen) -> Iterator[None]:
    def show(
        message: Warning | str,
        category: type[Warning],  # noqa: ARG001
        filename: str,  # noqa: ARG001
        lineno: int,  # noqa: ARG001
        file: TextIO | None = None,  # noqa: ARG001
        line: str | None = None,  # noqa: ARG001
    ) -> None:
        screen.note(f"lipsync: {message}")

    with warnings.catch_warnings():
        warnings.showwarning = show
        yield


if __name__ == "__main__":
    sys.exit(main())
