"""The verbs, each as one flow: what `LipSync` and `AsyncLipSync` both do."""

from os import PathLike

from attrs import define, evolve, field, frozen
from kling_lipsync_api.models import CreatedTask, IdentifiedFaces, IdentifyInput, Task
from kling_lipsync_api.types import UNSET

from kling_lipsync.client import downloading, waiting
from kling_lipsync.client.contracted import prices
from kling_lipsync.client.core import Core
from kling_lipsync.client.creating import create_once
from kling_lipsync.client.downloading import Saved
from kling_lipsync.client.effects import Flow
from kling_lipsync.client.errors import LipSyncError, Refused, ServiceProblem
from kling_lipsync.client.ledger import units_of
from kling_lipsync.client.ordering import Order, body_of, known_faces
from kling_lipsync.client.preflight import check_create, check_identify, check_page, check_sound
from kling_lipsync.client.reading import (
    create_call,
    external_id,
    get_call,
    identify_call,
    list_call,
)
from kling_lipsync.client.sending import send
from kling_lipsync.client.sound import Sound, sound_of
from kling_lipsync.client.waiting import Wish

LAST_PAGE = 1000
TaskRef = str | Task | CreatedTask
"""A task, or either of its ids."""


@frozen
class Source:
    """The video of an identify call: one of the two, and its length in ms where it is known."""

    video_url: str | None = None
    video_id: str | None = None
    video_ms: int | None = None


@frozen
class Synced:
    """What `sync` came to: the session, the task that succeeded, and the file if one was asked."""

    faces: IdentifiedFaces
    task: Task
    saved: Saved | None


def id_of(task: TaskRef) -> str:
    """Return the id of a task."""
    return task if isinstance(task, str) else task.task_id


def identify(core: Core, source: Source) -> Flow[IdentifiedFaces]:
    """Open a session for a video."""
    body = IdentifyInput(
        video_id=UNSET if source.video_id is None else source.video_id,
        video_url=UNSET if source.video_url is None else source.video_url,
    )
    check_identify(core, body.to_dict())
    key = f"identify {core.environment.new_id()}"
    core.ledger.reserve(key, lambda: prices().identify)
    try:
        done = yield from send(core, identify_call(body), repeatable=core.retries.resend_identify)
    except LipSyncError as error:
        _release(core, key, error)
        raise
    taken = units_of(done.value.final_unit_deduction)
    if taken is not None:
        core.ledger.settle(key, taken)
    core.remember(done.value, source.video_ms)
    return done.value


def create(core: Core, order: Order) -> Flow[CreatedTask]:
    """Make one task, exactly once."""
    sound = yield from sound_of(order.audio)
    if sound.measured is not None:
        check_sound(core, sound, order.crop_ms)
    return (yield from _create(core, order, sound))


def _create(core: Core, order: Order, sound: Sound) -> Flow[CreatedTask]:
    faces = known_faces(core, order)
    body = body_of(order, sound, faces)
    minted = not order.external_task_id
    key = order.external_task_id or core.environment.new_id()
    body.external_task_id = key
    known = core.sessions.get(body.session_id)
    video_ms = order.video_ms
    if video_ms is None and known is not None:
        video_ms = known.video_ms
    check_create(core, body.to_dict(), sound, faces, video_ms)
    core.ledger.reserve(key, lambda: prices().task(video_ms))
    try:
        made = yield from create_once(core, create_call(body), key, minted=minted)
    except LipSyncError as error:
        _release(core, key, error)
        raise
    core.ledger.rename(key, made.task_id)
    return made


def _release(core: Core, key: str, error: LipSyncError) -> None:
    """Give back what was set aside for a call that surely cost nothing."""
    if isinstance(error, Refused) and not isinstance(error, ServiceProblem):
        core.ledger.release(key)


def get(core: Core, task_id: str) -> Flow[Task]:
    """Ask for a task by either of its ids."""
    done = yield from send(core, get_call(task_id), repeatable=True)
    waiting.note_taken(core, done.value)
    return done.value


@define
class Pages:
    """The tasks of an account page by page; `next_tasks` gives those that no page gave before."""

    core: Core
    page_size: int
    page_number: int = 1
    over: bool = False
    _given: set[str] = field(factory=set)

    def next_tasks(self) -> Flow[list[Task]]:
        """Return the tasks of the next page that are new; a page may have none of them."""
        check_page(self.core, self.page_number, self.page_size)
        call = list_call(self.page_number, self.page_size)
        done = yield from send(self.core, call, repeatable=True)
        tasks = [task for task in done.value if task.task_id not in self._given]
        self._given.update(task.task_id for task in tasks)
        self.over = len(done.value) < self.page_size or self.page_number >= LAST_PAGE
        self.page_number += 1
        for task in tasks:
            waiting.note_taken(self.core, task)
        return tasks


def sync(
    core: Core, source: Source, order: Order, wish: Wish, target: str | PathLike[str] | None
) -> Flow[Synced]:
    """Identify, create, wait and save; the audio is measured and checked before all of it."""
    sound = yield from sound_of(order.audio)
    check_sound(core, sound, order.crop_ms)
    faces = yield from identify(core, source)
    made = yield from _create(core, evolve(order, session=faces), sound)
    try:
        return (yield from _finished(core, faces, made, wish, target, order.watermark))
    except LipSyncError as error:
        named = evolve(error.report, external_task_id=external_id(made))
        raise type(error)(named) from None
    except BaseException as interruption:
        key = external_id(made)
        interruption.add_note(f"task {made.task_id} goes on; its external_task_id is {key}")
        raise


def _finished(
    core: Core,
    faces: IdentifiedFaces,
    made: CreatedTask,
    wish: Wish,
    target: str | PathLike[str] | None,
    watermark: bool,  # noqa: FBT001
) -> Flow[Synced]:
    """Wait for a task that was made, and save its result."""
    task = yield from waiting.wait(core, made.task_id, waiting.limits(core, wish))
    saved = None
    if target is not None:
        saved = yield from downloading.download(
            core, task, target, core.waiting.timeout_s, watermark=watermark
        )
    return Synced(faces, task, saved)


def download(
    core: Core, task: TaskRef, target: str | PathLike[str], limit_s: float, *, watermark: bool
) -> Flow[Saved]:
    """Save the result of a task, which is asked for first unless it was seen to succeed."""
    if not isinstance(task, Task) or not waiting.is_over(task):
        task = yield from get(core, id_of(task))
    return (yield from downloading.download(core, task, target, limit_s, watermark=watermark))
