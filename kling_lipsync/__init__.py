"""The lip-sync contract as a library: its rules as pure functions, and a client that uses them.

    from kling_lipsync import LipSync

The names of the client are read when they are first used, so that importing the rules costs
nothing for the client.
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from kling_lipsync_api.models import (
        CallbackPayload,
        CreatedTask,
        Face,
        IdentifiedFaces,
        Task,
        TaskStatus,
    )

    from kling_lipsync.client.async_client import AsyncLipSync
    from kling_lipsync.client.callbacks import CallbackGuard, parse_callback
    from kling_lipsync.client.credentials import CredentialsError
    from kling_lipsync.client.downloading import MediaExpire, Saved
    from kling_lipsync.client.environment import Environment, Stop
    from kling_lipsync.client.errors import (
        AccountProblem,
        BadSignature,
        BlockedByPolicy,
        BrokenRule,
        BudgetExceeded,
        CallbackContradicted,
        CallbackRejected,
        DownloadFailed,
        InvalidRequest,
        LimitReached,
        LipSyncError,
        NotAuthenticated,
        NotFound,
        NoUsableReply,
        OutcomeUnknown,
        Refused,
        ServiceProblem,
        TaskFailed,
        TokenNotValidNow,
        WaitStopped,
        WaitTimeout,
    )
    from kling_lipsync.client.ledger import Units
    from kling_lipsync.client.policy import RetryPolicy, WaitPolicy
    from kling_lipsync.client.receiver import CallbackReceiver
    from kling_lipsync.client.sound import AudioId
    from kling_lipsync.client.sync_client import LipSync
    from kling_lipsync.client.verbs import Synced
    from kling_lipsync.client.waiting import UnknownState

_ERRORS = (
    "AccountProblem BadSignature BlockedByPolicy BrokenRule BudgetExceeded CallbackContradicted"
    " CallbackRejected DownloadFailed InvalidRequest LimitReached LipSyncError NoUsableReply"
    " NotAuthenticated NotFound OutcomeUnknown Refused ServiceProblem TaskFailed"
    " TokenNotValidNow WaitStopped WaitTimeout"
)
_MODELS = "CallbackPayload CreatedTask Face IdentifiedFaces Task TaskStatus"
_HOMES = {
    "kling_lipsync.client.async_client": "AsyncLipSync",
    "kling_lipsync.client.callbacks": "CallbackGuard parse_callback",
    "kling_lipsync.client.credentials": "CredentialsError",
    "kling_lipsync.client.downloading": "MediaExpire Saved",
    "kling_lipsync.client.environment": "Environment Stop",
    "kling_lipsync.client.errors": _ERRORS,
    "kling_lipsync.client.ledger": "Units",
    "kling_lipsync.client.policy": "RetryPolicy WaitPolicy",
    "kling_lipsync.client.receiver": "CallbackReceiver",
    "kling_lipsync.client.sound": "AudioId",
    "kling_lipsync.client.sync_client": "LipSync",
    "kling_lipsync.client.verbs": "Synced",
    "kling_lipsync.client.waiting": "UnknownState",
    "kling_lipsync_api.models": _MODELS,
}
_HOME_OF = {name: home for home, names in _HOMES.items() for name in names.split()}

__all__ = (
    "AccountProblem",
    "AsyncLipSync",
    "AudioId",
    "BadSignature",
    "BlockedByPolicy",
    "BrokenRule",
    "BudgetExceeded",
    "CallbackContradicted",
    "CallbackGuard",
    "CallbackPayload",
    "CallbackReceiver",
    "CallbackRejected",
    "CreatedTask",
    "CredentialsError",
    "DownloadFailed",
    "Environment",
    "Face",
    "IdentifiedFaces",
    "InvalidRequest",
    "LimitReached",
    "LipSync",
    "LipSyncError",
    "MediaExpire",
    "NoUsableReply",
    "NotAuthenticated",
    "NotFound",
    "OutcomeUnknown",
    "Refused",
    "RetryPolicy",
    "Saved",
    "ServiceProblem",
    "Stop",
    "Synced",
    "Task",
    "TaskFailed",
    "TaskStatus",
    "TokenNotValidNow",
    "Units",
    "UnknownState",
    "WaitPolicy",
    "WaitStopped",
    "WaitTimeout",
    "parse_callback",
)


def __getattr__(name: str) -> object:
    """Return a name of the client, whose module is read for it; raise AttributeError otherwise."""
    home = _HOME_OF.get(name)
    if home is None:
        msg = f"module {__name__!r} has no attribute {name!r}"
        raise AttributeError(msg)
    return getattr(import_module(home), name)


def __dir__() -> list[str]:
    return sorted((*globals(), *__all__))
