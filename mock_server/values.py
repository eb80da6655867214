"""The frozen values that the server is made of: calls, replies, accounts, tasks.

They hold facts of birth; what changes with time (a task's status, a session's age) is
derived from them and an instant.  Instants are Unix ms on the account's clock.

Those that every call makes anew, here and elsewhere, have no slots: it takes half the time to
make them.
"""

from collections.abc import Mapping
from decimal import Decimal
from enum import Enum
from typing import Literal

from attrs import field, frozen

from kling_lipsync.rulebook import Choice
from kling_lipsync.rules.facts import Generated, SessionFact
from mock_server.clock import Clock
from mock_server.pace import Pace
from mock_server.staged import Fault

Operation = Literal["identify", "create", "get", "list"]


@frozen(slots=False)
class Call:
    """One HTTP request as it arrived; `now` is read once, on the host's clock (Unix ms)."""

    method: str
    path: str
    raw_path: bytes
    query: str
    authorization: str | None
    content_type: str | None
    body: bytes
    client_ip: str
    base_url: str
    host_now: int
    body_too_large: bool = False


@frozen
class Explanation:
    """Why a call was refused, for people: never part of the body."""

    rule: str
    field: str
    value: str
    nearest: str
    staged: bool = False


@frozen(slots=False)
class Reply:
    """One reply in the vendor's envelope; `now` is the account's instant (Unix ms).

    `fault` is the staged failure that it comes from or was held up by.  Where that leaves no
    envelope, the code is 0 and the status that of a gateway, or 0 for no reply at all.
    """

    status: int
    code: int
    body: bytes
    request_id: str
    now: int
    access_key: str = ""
    operation: str = ""
    task_id: str = ""
    explanation: Explanation | None = None
    fault: Fault | None = None
    content_type: bytes = b"application/json"


@frozen
class Physics:
    """What the account may do; None means without limit, which is the default."""

    slots: int | None = None
    units: Decimal | None = None
    rate_per_second: int | None = None
    forbidden_operations: frozenset[str] = frozenset()
    allowed_ips: frozenset[str] | None = None
    status: str = "normal"
    in_arrears: bool = False
    maintenance: bool = False
    unlimited: bool = field(init=False, eq=False, repr=False)
    """Whether nothing above can refuse a call."""

    @unlimited.default
    def _unlimited(self) -> bool:
        limits = (self.slots, self.units, self.rate_per_second, self.allowed_ips)
        broken = self.in_arrears or self.maintenance or self.status != "normal"
        forbidding = bool(self.forbidden_operations) or broken
        return not forbidding and all(limit is None for limit in limits)


@frozen
class Account:
    """Whoever holds one AccessKey pair, with any number of API keys, and how its world behaves."""

    access_key: str
    secret_key: str = field(repr=False)
    api_keys: tuple[str, ...] = field(repr=False)
    public_id: str
    """Stands in media URLs instead of the AccessKey."""
    clock: Clock
    profile: str
    readings: Mapping[str, Choice]
    pace: Pace
    physics: Physics
    seed: int
    webhook_secrets: tuple[str, ...] = field(default=(), repr=False)
    """What announcements are signed with, the newest first; empty where they are not."""
    callback_retries: tuple[int, ...] | None = None
    """ms from each attempt that was not taken to the next; None leaves it to the reading."""


@frozen
class MediaSource:
    """Where a session's video or a task's audio came from, and where its bytes lie (if any).

    `path` is a file of the server's own; None for described media, which have no bytes.
    """

    url: str
    path: str | None


@frozen
class Session:
    """What one identify call found, as the rules see it, and where its video is."""

    session_id: str
    fact: SessionFact
    source: MediaSource
    video_id: str = ""


class RenderState(Enum):
    """How far the file of a task is."""

    NOT_NEEDED = "not needed"
    RUNNING = "running"
    READY = "ready"
    FAILED = "failed"


@frozen
class Order:
    """What a task was asked to make: from `start` to `end` of the sound, in ms, and so on."""

    face_id: str = ""
    sound_start_time: int = 0
    sound_end_time: int = 0
    sound_insert_time: int = 0
    sound_volume: float = 1.0
    original_audio_volume: float = 1.0
    watermark: bool = False


@frozen
class Task:
    """One lip-sync task: the facts of its birth, from which its status at any instant follows.

    `failure` is the message that it ends with, or "" when it succeeds.  `rendered_at` is the
    instant at which its `file` was complete, where one is made.
    """

    task_id: str
    result_id: str
    external_task_id: str | None
    created_at: int
    pace: Pace
    session: Session
    order: Order
    audio: MediaSource
    output_ms: int
    price: Decimal
    callback_url: str | None
    base_url: str
    failure: str = ""
    render: RenderState = RenderState.NOT_NEEDED
    rendered_at: int = 0
    file: str | None = None


class Due(Enum):
    """What can fall due in an account."""

    PROCESSING = "processing"
    END = "end"
    DELIVERY = "delivery"


@frozen
class Event:
    """Something that falls due at an instant: a change of a task's status, or an attempt."""

    at: int
    kind: Due
    subject: str


@frozen
class LedgerEntry:
    """Units taken from the account: for which call, when, and how many."""

    at: int
    subject: str
    operation: str
    units: Decimal


@frozen
class StoredVideo:
    """A video that can be named by `video_id`: a seeded one, or the result of a task.

    The latter is written down only as the id of its task.
    """

    video_id: str
    generated: Generated
    source: MediaSource
    watermarked: bool = False


@frozen
class StoredAudio:
    """Speech that can be named by `audio_id`."""

    audio_id: str
    generated: Generated
    source: MediaSource
