"""What the operations are given and what they give back; no behaviour.

An operation is asked with the call, the account and the media that were fetched so far.  It
answers with an outcome, or with a medium that it wants first; the shell gets that medium,
which may take seconds, and asks again.
"""

from collections.abc import Mapping
from typing import Any, Protocol

from attrs import field, frozen

from kling_lipsync.media import Audio, Face, Unreachable, Unreadable, Video
from kling_lipsync.rulebook import Rulebook
from kling_lipsync.rules import Refusal, Row
from kling_lipsync.rules.facts import Readings, Standing, Transport
from kling_lipsync.schema import Schemas
from mock_server.attempts import Delivery
from mock_server.ids import Ids
from mock_server.media_urls import Links
from mock_server.render import TaskPages
from mock_server.staged import Fault
from mock_server.store import Change, Store
from mock_server.values import Account, Call, MediaSource, Operation


@frozen
class WantedVideo:
    """The video behind a URL, fetched and probed."""

    url: str


@frozen
class WantedAudio:
    """The audio that a `sound_file` is or points to, fetched and probed.

    `data_prefix` is the reading of that name: whether a `data:` prefix is refused or stripped.
    """

    sound_file: str
    data_prefix: str


@frozen
class WantedFaces:
    """The faces of a video that was probed."""

    source: MediaSource
    video: Video = field(eq=False)


Wanted = WantedVideo | WantedAudio | WantedFaces


@frozen
class GotVideo:
    """What a video URL turned out to be."""

    video: Video | Unreadable | Unreachable
    source: MediaSource


@frozen
class GotAudio:
    """What a `sound_file` turned out to be; `form_fault` says why it is neither URL nor base64."""

    audio: Audio | Unreadable | Unreachable | None
    source: MediaSource
    form_fault: str | None = None

    @property
    def readable(self) -> Audio | None:
        """The audio, if that is what it is."""
        return self.audio if isinstance(self.audio, Audio) else None


@frozen
class GotFaces:
    """The faces found, or why the video could not be decoded."""

    faces: tuple[Face, ...] | Unreadable


Got = GotVideo | GotAudio | GotFaces


@frozen
class Pause:
    """The call takes effect only after the latency of a staged fault."""

    fault: Fault


@frozen
class StartRender:
    """A file has to be made for a task."""

    access_key: str
    task_id: str


@frozen
class Send:
    """An announcement has to be sent now."""

    access_key: str
    delivery: Delivery


@frozen
class Wake:
    """Something was scheduled that may be due already."""

    access_key: str


Effect = StartRender | Send | Wake


@frozen
class Tables:
    """The rows of one operation: all, those before media are looked at, those for most calls."""

    all: tuple[Row, ...]
    before_media: tuple[Row, ...]
    usual: tuple[Row, ...]


@frozen(slots=False)
class Context:
    """Everything that one operation may look at."""

    call: Call
    now: int
    account: Account
    readings: Readings
    store: Store
    ids: Ids
    links: Links
    tables: Tables
    schemas: Schemas
    rulebook: Rulebook
    transport: Transport | None
    standing: Standing | None
    body: Mapping[str, Any]
    path_id: str
    staged_code: int | None
    staged_failure: str
    got: Mapping[Wanted, Got]
    renders: bool
    pages: TaskPages


@frozen(slots=False)
class Accepted:
    """The call is accepted: its `data`, the changes to make in one step, and what follows."""

    data: object
    changes: tuple[Change, ...] = ()
    effects: tuple[Effect, ...] = ()
    task_id: str = ""


Outcome = Accepted | Refusal | Wanted


class OperationFunction(Protocol):
    """One of the four operations."""

    def __call__(self, context: Context) -> Outcome:
        """Judge the call and say what follows from it."""


OPERATION_NAMES: tuple[Operation, ...] = ("identify", "create", "get", "list")
