"""One table of exit codes."""

import errno

import pytest

import kling_lipsync
from kling_lipsync.cli.exits import BROKEN_PIPE, LOCAL_FILE, TABLE, UsageError, code_of, explained
from kling_lipsync.client.errors import LipSyncError, Report

ERRORS = [
    thing
    for thing in map(kling_lipsync.__getattr__, kling_lipsync.__all__)
    if isinstance(thing, type) and issubclass(thing, LipSyncError)
]


@pytest.mark.parametrize("kind", ERRORS)
def test_every_family_has_its_code(kind: type[LipSyncError]) -> None:
    """Only the two bases, which stand for what nobody knows, share 1 with the unknown."""
    code = code_of(kind(Report("it went wrong")))

    assert (code == 1) == (kind.__name__ in ("LipSyncError", "Refused"))


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("NotAuthenticated", 10),
        ("TokenNotValidNow", 10),
        ("AccountProblem", 11),
        ("InvalidRequest", 12),
        ("BlockedByPolicy", 13),
        ("ServiceProblem", 50),
    ],
)
def test_a_family_of_service_codes_ends_with_its_first_digits(name: str, code: int) -> None:
    """So the code of the service leads to that of the command."""
    assert code_of(getattr(kling_lipsync, name)(Report(""))) == code


def test_no_code_and_no_class_is_there_twice() -> None:
    """The table is unambiguous, and all of it is in the help."""
    codes = [row.code for row in TABLE]
    names = [name for row in TABLE for name in row.errors]

    assert codes == sorted(set(codes))
    assert len(names) == len(set(names))
    assert len(explained().splitlines()) == len(TABLE)


def test_what_is_no_error_of_ours_has_no_code() -> None:
    """A bug ends in a traceback."""
    assert code_of(ZeroDivisionError()) is None
    assert code_of(UsageError("")) == 2
    assert code_of(FileNotFoundError()) == LOCAL_FILE
    assert code_of(OSError(errno.EPIPE, "")) == BROKEN_PIPE
