"""What a rule may look at: one frozen value with everything known about a call.

A part that is None is not known (nobody looked yet, or it could not be read), and a rule
that needs it says nothing.  Something looked for and not there is `NotThere`.
Instants are Unix ms on the account's clock unless a name says otherwise.
"""

from collections.abc import Mapping
from decimal import Decimal
from enum import Enum

from attrs import frozen

from kling_lipsync.media import Audio, Face, Unreachable, Unreadable, Video

Readings = Mapping[str, str | int]
"""The value of every reading that holds for this call."""


class NotThere(Enum):
    """A thing that was looked for among the account's own, and does not exist."""

    NOT_THERE = "not there"


NOT_THERE = NotThere.NOT_THERE


@frozen
class Finding:
    """A rule is broken: by this value of this field; `nearest` is a legal value close to it.

    `field` is the path as sent (`face_choose[0].sound_end_time`).  `code` is given where one
    rule has several codes.
    """

    value: object
    field: str = ""
    nearest: object = None
    code: int | None = None


@frozen
class Credential:
    """What an Authorization header turned out to be; the later parts need the earlier ones."""

    header: str | None
    recognised: bool | None = None
    algorithm: str | None = None
    missing_claim: str | None = None
    issuer_known: bool | None = None
    signature_matches: bool | None = None
    not_before: float | None = None
    expires: float | None = None


@frozen
class Transport:
    """How a call arrived, before anything was read from its body.

    `body_fault` says why a body is not one well-formed JSON object; None when it is, or when
    the method has no body.
    """

    path: str
    method: str
    known_path: bool
    known_method: bool
    has_body: bool = False
    content_type: str | None = None
    body_fault: str | None = None


@frozen
class Standing:
    """What the account may do, and what it has left; None means without limit."""

    client_ip: str = ""
    allowed_ips: frozenset[str] | None = None
    status: str = "normal"
    operation: str = ""
    forbidden_operations: frozenset[str] = frozenset()
    rate_limit: int | None = None
    calls_this_second: int = 0
    in_arrears: bool = False
    units_left: Decimal | None = None
    price: Decimal = Decimal(0)
    slots: int | None = None
    open_tasks: int = 0


@frozen
class IdentifyInput:
    """The body of an identify call; an empty string is None here."""

    video_id: str | None = None
    video_url: str | None = None


@frozen(slots=False)
class CreateInput:
    """The body of a create call, with the one face choice flattened; times in ms."""

    session_id: str | None = None
    face_id: str | None = None
    audio_id: str | None = None
    sound_file: str | None = None
    sound_start_time: int | None = None
    sound_end_time: int | None = None
    sound_insert_time: int | None = None
    sound_volume: float = 1.0
    original_audio_volume: float = 1.0
    watermark: bool = False
    external_task_id: str | None = None
    callback_url: str | None = None
    faces_chosen: int = 1
    face_ids: tuple[str, ...] = ()

    @property
    def crop_ms(self) -> int | None:
        """How long the cropped sound lasts; None when either end is not known."""
        if self.sound_start_time is None or self.sound_end_time is None:
            return None
        return self.sound_end_time - self.sound_start_time

    @property
    def insert_end(self) -> int | None:
        """Where in the video the inserted sound ends; None when a part is not known."""
        insert, start, end = self.sound_insert_time, self.sound_start_time, self.sound_end_time
        if insert is None or start is None or end is None:
            return None
        return insert + end - start


@frozen
class GetInput:
    """The id in the path of a single query, percent-decoded."""

    task_id: str


@frozen
class ListInput:
    """The page asked for."""

    page_number: int = 1
    page_size: int = 30


Input = IdentifyInput | CreateInput | GetInput | ListInput


@frozen
class Generated:
    """A medium that the service made for the account, and when it was finished."""

    medium: Video | Audio
    finished_at: int


@frozen
class SessionFact:
    """A session as the create rules see it."""

    created_at: int
    video: Video
    faces: tuple[Face, ...]
    expires: bool = True


@frozen(slots=False)
class Facts:
    """All that is known of one call when it is judged."""

    now: int
    transport: Transport | None = None
    credential: Credential | None = None
    instants: tuple[float, ...] = ()
    """The clocks (Unix seconds) by one of which a token must be valid."""
    standing: Standing | None = None
    fractional_times: tuple[str, ...] = ()
    """Names of time fields that were written with a decimal point or exponent."""
    unknown_fields: tuple[str, ...] = ()
    """Names of query parameters that no page documents."""
    input: Input | None = None
    session: SessionFact | NotThere | None = None
    video: Video | Unreadable | Unreachable | None = None
    video_source: Generated | NotThere | None = None
    audio: Audio | Unreadable | Unreachable | None = None
    audio_source: Generated | NotThere | None = None
    audio_form_fault: str | None = None
    task_found: bool | None = None
    external_id_taken: bool | None = None
    staged_code: int | None = None
    """A service code that the user of the mock asked to be given to this call."""
