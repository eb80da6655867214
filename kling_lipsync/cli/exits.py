"""What a command ends with: one exit code for each family of errors.

A family that the service names by its code ends with the first two digits of that code.
"""

import errno

from attrs import frozen

USAGE = 2
LOCAL_FILE = 3
CREDENTIALS = 10
NOT_SAVED = 24
BROKEN_PIPE = 141


class UsageError(Exception):
    """The command cannot be carried out as it was worded; the text says what can be."""


class MockFailed(Exception):
    """The mock did not start, or did not take a file; the text says why."""


@frozen
class Exit:
    """One row: the code, the classes of errors that lead to it (by name), and what it means."""

    code: int
    errors: tuple[str, ...]
    meaning: str


TABLE = (
    Exit(0, (), "done"),
    Exit(1, ("LipSyncError", "MockFailed"), "anything that no other row names"),
    Exit(USAGE, ("UsageError", "ValueError"), "wrong arguments or settings"),
    Exit(LOCAL_FILE, ("OSError",), "a local file cannot be read or written"),
    Exit(4, ("BrokenRule",), "a rule would be broken; nothing was sent"),
    Exit(5, ("BudgetExceeded",), "--units would be exceeded; nothing was sent"),
    Exit(CREDENTIALS, ("CredentialsError", "NotAuthenticated"), "10xx, or no credentials"),
    Exit(11, ("AccountProblem",), "11xx: the account may not, or has no units left"),
    Exit(12, ("InvalidRequest",), "12xx: something in the request is wrong"),
    Exit(13, ("BlockedByPolicy",), "13xx that stays: content, policy or address"),
    Exit(14, ("LimitReached",), "13xx that passes: too many calls or open tasks"),
    Exit(15, ("NotFound",), "1203: no such task or session"),
    Exit(20, ("NoUsableReply",), "no reply, or none that can be read"),
    Exit(21, ("OutcomeUnknown",), "a task may have been made; its id is told"),
    Exit(22, ("TaskFailed",), "the task failed"),
    Exit(23, ("WaitTimeout", "WaitStopped"), "the task goes on; wait for it again"),
    Exit(NOT_SAVED, ("DownloadFailed",), "the result was not saved"),
    Exit(25, ("CallbackRejected",), "a callback that is not one"),
    Exit(50, ("ServiceProblem",), "5xxx: the service failed"),
    Exit(130, ("KeyboardInterrupt",), "interrupted (143: told to end)"),
    Exit(BROKEN_PIPE, ("BrokenPipeError",), "whoever read the output has gone"),
)
_CODES = {name: row.code for row in TABLE for name in row.errors}


def code_of(error: BaseException) -> int | None:
    """Return the exit code of an error, by the nearest class in the table; None without one."""
    if isinstance(error, OSError) and error.errno == errno.EPIPE:
        return BROKEN_PIPE
    kinds = (kind.__name__ for kind in type(error).__mro__)
    return next((_CODES[kind] for kind in kinds if kind in _CODES), None)


def explained() -> str:
    """Return the table as text, a row a line."""
    return "\n".join(f"  {row.code:>3}  {row.meaning}" for row in TABLE)
