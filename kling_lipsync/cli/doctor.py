"""The verb that looks whether everything is in place, and says what is not."""

import time
from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError, version
from itertools import islice
from typing import Literal

from attrs import frozen

from kling_lipsync import LipSyncError
from kling_lipsync.cli import mock
from kling_lipsync.cli.command import Command
from kling_lipsync.cli.exits import CREDENTIALS, code_of
from kling_lipsync.cli.failures import text_of
from kling_lipsync.cli.opening import Opened, opened
from kling_lipsync.client.contracted import contract
from kling_lipsync.client.credentials import CredentialsError, find_credentials

DISTRIBUTION = "kling-lipsync-twin"
_MOST_OFF_S = 60
"""Clocks further apart than this are worth a look, although tokens are made on the service's."""


@frozen
class Finding:
    """What was looked at, how it stands, and the exit code that it asks for."""

    subject: str
    state: Literal["ok", "note", "wrong"]
    text: str
    code: int = 0


def examine(command: Command) -> int:
    """Print every finding; return the code of the first that is wrong."""
    code = 0
    for finding in _findings(command):
        code = code or finding.code
        text = f"{finding.state:<6}{finding.subject:<13}{finding.text}"
        document = {"subject": finding.subject, "state": finding.state, "text": finding.text}
        command.screen.result(text, document)
    return code


def _findings(command: Command) -> Iterator[Finding]:
    yield _contract()
    yield _media()
    try:
        if not command.arguments.mock:
            yield Finding("credentials", "ok", f"{find_credentials().kind}, from the environment")
    except CredentialsError as error:
        yield Finding("credentials", "wrong", str(error), CREDENTIALS)
        return
    with opened(command) as place:
        yield _service(place)
        command.screen.stage("asking for a task")
        reach = _reach(place)
        yield reach
        if not (reach.code or command.arguments.mock):
            yield _clock(place.client.clock_offset_s)


def _contract() -> Finding:
    known = contract()
    told = f"{known.openapi['info']['version']}, {len(known.rulebook.rules)} rules"
    try:
        told += f"; this is {DISTRIBUTION} {version(DISTRIBUTION)}"
    except PackageNotFoundError:
        told += "; this is a checkout"
    return Finding("contract", "ok", told)


def _media() -> Finding:
    if mock.has_media():
        return Finding("media", "ok", "--mock renders speaking faces")
    return Finding(
        "media", "note", f"--mock gives still pictures: pip install '{DISTRIBUTION}[media]'"
    )


def _service(place: Opened) -> Finding:
    kind = "a mock" if mock.runs_at(place.base_url) else "the service"
    return Finding("service", "ok", f"{place.base_url}, {kind}")


def _reach(place: Opened) -> Finding:
    began = time.monotonic()
    try:
        any(islice(place.client.list(page_size=1), 1))
    except LipSyncError as error:
        return Finding("reach", "wrong", text_of(error), code_of(error) or 1)
    took = round((time.monotonic() - began) * 1000)
    return Finding("reach", "ok", f"the credentials are accepted, {took} ms")


def _clock(offset_s: float) -> Finding:
    if abs(offset_s) <= 1:
        return Finding("clock", "ok", "this clock and the service's agree to the second")
    way = "behind" if offset_s > 0 else "ahead of"
    told = f"this clock is {abs(offset_s):.0f} s {way} the service's; tokens are made on its clock"
    return Finding("clock", "note" if abs(offset_s) > _MOST_OFF_S else "ok", told)
