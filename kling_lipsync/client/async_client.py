"""The client to await: its verbs carried out in the running asyncio loop."""

from collections.abc import AsyncIterator, Iterable
from os import PathLike
from types import TracebackType
from typing import Self, Unpack

import httpx
from kling_lipsync_api.models import (
    CallbackPayload,
    CreatedTask,
    Face,
    IdentifiedFaces,
    Task,
)

from kling_lipsync.client import confirming, verbs
from kling_lipsync.client import waiting as waits
from kling_lipsync.client.downloading import Saved
from kling_lipsync.client.drivers import AsyncDriver
from kling_lipsync.client.environment import Stop
from kling_lipsync.client.errors import LipSyncError
from kling_lipsync.client.ordering import Order
from kling_lipsync.client.shared import Limit, Options, Shared
from kling_lipsync.client.sound import AudioSource
from kling_lipsync.client.times import Time, milliseconds, seconds
from kling_lipsync.client.verbs import Source, Synced, TaskRef
from kling_lipsync.client.waiting import Progress

Outcomes = list[Task | LipSyncError]
"""What each of several waits came to, in the order in which they were asked for."""


class AsyncLipSync(Shared):
    """A client of the lip-sync API; close it, or use it as a context manager.

    One may be shared by any number of callers.

    Its options are those of `Options`; credentials that are not given come from the variables
    KLING_ACCESS_KEY and KLING_SECRET_KEY, or KLING_API_KEY.  `transport` replaces the network.
    Raises CredentialsError when there are none, or only half a pair.
    """

    def __init__(
        self, *, transport: httpx.AsyncBaseTransport | None = None, **options: Unpack[Options]
    ) -> None:
        super().__init__(**options)
        self._driver = AsyncDriver.opened(self._core.base_url, transport, self._core.environment)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self.aclose()

    async def aclose(self) -> None:
        """Close the connections."""
        await self._driver.client.aclose()

    async def identify(
        self,
        *,
        video_url: str | None = None,
        video_id: str | None = None,
        video_length: Time | None = None,
    ) -> IdentifiedFaces:
        """Find the faces of a video, given by exactly one of URL and id, and open a session.

        `video_length` (ms or timedelta), where it is known, makes the checks and the price of
        what follows exact.  Never sent again when its outcome is unknown, unless the policy says
        so, for it costs units.  Raises LipSyncError.
        """
        length = None if video_length is None else milliseconds(video_length, "video_length")
        source = Source(video_url, video_id, length)
        return await self._driver.run(verbs.identify(self._core, source))

    async def create(  # noqa: PLR0913 - each is a field of the call, by name only
        self,
        session: IdentifiedFaces | str,
        face: Face | str | None = None,
        *,
        audio: AudioSource,
        insert_at: Time | None = None,
        crop: tuple[Time, Time] | None = None,
        volumes: tuple[float, float] | None = None,
        watermark: bool = False,
        external_task_id: str | None = None,
        callback_url: str | None = None,
        video_length: Time | None = None,
    ) -> CreatedTask:
        """Make one task, exactly once, and return it as it was made.

        Times are ms or timedelta: `crop` is start and end in the audio (all of it by default, if
        it is a file), `insert_at` is in the video (when the face appears by default).  `face` is
        the one that is seen longest by default.  `volumes` are those of the audio and of the
        video's own sound, 0 to 2.  Without an `external_task_id` one is made; it stands in the
        task and in every error.  Raises BrokenRule before anything is sent, OutcomeUnknown when
        it could not be found out whether the task exists, and other LipSyncErrors; ValueError
        for a part that is neither given nor known; OSError for the audio file.
        """
        order = Order(
            session,
            face,
            audio,
            insert_at,
            crop,
            volumes,
            watermark,
            external_task_id,
            callback_url,
            video_length,
        )
        return await self._driver.run(verbs.create(self._core, order))

    async def get(self, task: TaskRef) -> Task:
        """Ask for a task by its own id or by its external id.

        Raises NotFound (or InvalidRequest, as the service words it) and other LipSyncErrors.
        """
        return await self._driver.run(verbs.get(self._core, verbs.id_of(task)))

    async def list(self, *, page_size: int = 100, first_page: int = 1) -> AsyncIterator[Task]:
        """Go through the tasks of the account, each once; pages are asked for as they are needed.

        `page_size` is 1 to 500, `first_page` 1 to 1000.  Raises LipSyncError on the way.
        """
        pages = verbs.Pages(self._core, page_size, first_page)
        while not pages.over:
            for task in await self._driver.run(pages.next_tasks()):
                yield task

    async def wait(
        self,
        task: TaskRef,
        *,
        timeout: Limit | None = None,
        progress: Progress | None = None,
        stop: Stop | None = None,
    ) -> Task:
        """Wait until a task, of this process or another, succeeded, and return it.

        `timeout` (s or timedelta; 1800 s by default) bounds everything, the request in flight
        too.  `progress` is called with the task at each change of its status.  Raises TaskFailed,
        WaitTimeout, WaitStopped, and the LipSyncError that would not go away.
        """
        limit = waits.limits(self._core, self._wish(timeout, progress, stop))
        return await self._driver.run(waits.wait(self._core, verbs.id_of(task), limit))

    async def wait_all(
        self,
        tasks: Iterable[TaskRef],
        *,
        timeout: Limit | None = None,
        progress: Progress | None = None,
        stop: Stop | None = None,
    ) -> Outcomes:
        """Wait for several tasks at once, and return for each the task or the error of its wait.

        Nothing but wrong arguments is raised; the limit is that of all together.
        """
        ids = [verbs.id_of(task) for task in tasks]
        limit = waits.limits(self._core, self._wish(timeout, progress, stop))
        return await self._driver.run(waits.wait_all(self._core, ids, limit))

    async def sync(  # noqa: PLR0913 - each is a field of the calls, by name only
        self,
        *,
        audio: AudioSource,
        video_url: str | None = None,
        video_id: str | None = None,
        video_length: Time | None = None,
        face: str | None = None,
        insert_at: Time | None = None,
        crop: tuple[Time, Time] | None = None,
        volumes: tuple[float, float] | None = None,
        watermark: bool = False,
        external_task_id: str | None = None,
        callback_url: str | None = None,
        to: str | PathLike[str] | None = None,
        timeout: Limit | None = None,
        progress: Progress | None = None,
        stop: Stop | None = None,
    ) -> Synced:
        """Identify, create, wait, and save the result as the file `to`, if one is given.

        The audio is measured and checked before the first call.  Arguments, limits and errors
        are those of `identify`, `create`, `wait` and `download`; `timeout` bounds the wait.
        """
        length = None if video_length is None else milliseconds(video_length, "video_length")
        order = Order(
            "",
            face,
            audio,
            insert_at,
            crop,
            volumes,
            watermark,
            external_task_id,
            callback_url,
            length,
        )
        source = Source(video_url, video_id, length)
        wish = self._wish(timeout, progress, stop)
        return await self._driver.run(verbs.sync(self._core, source, order, wish, to))

    async def download(
        self,
        task: TaskRef,
        to: str | PathLike[str],
        *,
        watermark: bool = False,
        timeout: Limit = 600.0,
    ) -> Saved:
        """Save the result of a task as a file: all of it, or nothing.

        `timeout` (s or timedelta) bounds each attempt.  Warns MediaExpire when the media are
        deleted within three days.  Raises DownloadFailed, other LipSyncErrors, and OSError.
        """
        limit_s = seconds(timeout, "timeout")
        flow = verbs.download(self._core, task, to, limit_s, watermark=watermark)
        return await self._driver.run(flow)

    async def confirm(self, callback: CallbackPayload) -> Task:
        """Ask for the task of a callback, and return it unless it contradicts the callback.

        Raises CallbackContradicted, and LipSyncError as `get`.
        """
        return await self._driver.run(confirming.confirm(self._core, callback))
