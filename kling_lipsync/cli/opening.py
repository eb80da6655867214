"""The client that a command calls with, and the video that it is about."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import httpx
from attrs import frozen

from kling_lipsync import Environment, LipSync, Task, WaitPolicy
from kling_lipsync.cli import mock
from kling_lipsync.cli.command import Command
from kling_lipsync.cli.exits import UsageError
from kling_lipsync.client.credentials import find_base_url
from kling_lipsync.client.shared import Options
from kling_lipsync.media import Video
from kling_lipsync.probing.probe import probe_video

QUICK = WaitPolicy(first_s=0.1, factor=1.5, longest_s=1.0)
"""How often a wait looks at a mock whose clock runs sixty times as fast."""
_URLS = ("http://", "https://")


@frozen
class Opened:
    """A client, and the origin that it calls."""

    client: LipSync
    base_url: str


@frozen
class Footage:
    """A video as the service is told of it, and its length in ms where the file was at hand."""

    video_url: str | None = None
    video_id: str | None = None
    length_ms: int | None = None


@contextmanager
def opened(command: Command) -> Iterator[Opened]:
    """Give a client with the options of a command, and start the mock that it asks for."""
    given = command.arguments
    options = Options(
        max_units=getattr(given, "units", None),
        preflight=getattr(given, "preflight", "documented"),
        environment=Environment(new_id=command.trail.new_id),
    )
    with ExitStack() as stack:
        transport = None
        if getattr(given, "mock", False):
            command.screen.stage("starting the mock")
            base_url = stack.enter_context(mock.started())
            options |= Options(api_key=mock.API_KEY, waiting=QUICK)
            transport = httpx.HTTPTransport()  # no proxy knows this machine's own ports
        else:
            base_url = find_base_url(given.base_url)
        options["base_url"] = base_url
        client = stack.enter_context(LipSync(transport=transport, **options))
        yield Opened(client, base_url)


def footage(command: Command, place: Opened) -> Footage:
    """Return the video that a command names; a local file is put to the mock.

    Raises UsageError for a local file and a service that is no mock, OSError for the file.
    """
    named, length_ms = command.arguments.video, command.arguments.video_length
    if named.lower().startswith(_URLS):
        return Footage(video_url=named, length_ms=length_ms)
    if named.isascii() and named.isdecimal():
        return Footage(video_id=named, length_ms=length_ms)
    file = Path(named)
    if not command.arguments.mock and not mock.runs_at(place.base_url):
        msg = (
            f"{named} is a local file, and {place.base_url} takes videos by URL or id only: put it"
            " where the service can fetch it and give the URL, or try it with --mock"
        )
        raise UsageError(msg)
    measured = probe_video(file)
    if length_ms is None and isinstance(measured, Video):
        length_ms = measured.duration.longest_ms
    return Footage(video_url=mock.put(place.base_url, file), length_ms=length_ms)


@frozen
class Follower:
    """Called with a task at each change of its status."""

    command: Command

    def __call__(self, task: Task) -> None:
        """Remember the task's id, and show its state."""
        self.command.trail.task_id = task.task_id
        self.command.screen.stage(f"task {task.task_id} is {task.task_status.value}")
