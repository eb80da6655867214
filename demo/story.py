"""What happens in the demo, step by step; every step says what it does and what came of it."""

from collections.abc import Iterator
from pathlib import Path
from time import perf_counter

from attrs import frozen
from kling_lipsync_api import AuthenticatedClient
from kling_lipsync_api.api.lip_sync import create_lip_sync_task, get_lip_sync_task, identify_face
from kling_lipsync_api.models import (
    CreateTaskInput,
    FaceChoice,
    IdentifiedFaces,
    IdentifyInput,
    ResultVideo,
    Task,
    TaskStatus,
    WatermarkInfo,
)
from kling_lipsync_api.types import Unset

import mock_server.samples
from demo.mock import FLAGS, TOKEN, WAITING_MS, WORKING_MS, Mock
from demo.screen import Screen, curl, curl_as_user, nearby
from kling_lipsync.media import Audio, Unreadable, Video
from kling_lipsync.probing.probe import probe_audio, probe_video

SAMPLES = Path(mock_server.samples.__file__).parent
CLIP = SAMPLES / "portrait-clip.mp4"
SPEECH = SAMPLES / "portrait-speech.mp3"

# ms; the crop leaves out the silence before the first word and after the last one.
CROP_START, CROP_END = 100, 4600
INSERT = 1500
ORIGINAL_VOLUME = 0.3
STEP_MS = 5_000


class StoryFailed(Exception):
    """Something came out otherwise than the demo promises; the text says what."""


@frozen
class Made:
    """The files that the demo leaves behind."""

    result: Path
    watermarked: Path


def play(screen: Screen, mock: Mock, folder: Path) -> Made:
    """Tell the story from the running mock to the downloaded results."""
    say_start(screen, mock)
    clip_url, speech_url = put_media(screen, mock)
    with AuthenticatedClient(mock.url, token=TOKEN, httpx_args={"trust_env": False}) as client:
        found = identify(screen, mock, client, clip_url)
        task_id = create(screen, mock, client, order(found, speech_url))
        task = follow(screen, mock, client, task_id)
    return download(screen, mock, result_of(task), folder)


def say_start(screen: Screen, mock: Mock) -> None:
    """Say which mock is at work."""
    screen.step("Start the mock, with a clock that stands still")
    screen.command(f"lipsync-mock --port 0 {' '.join(FLAGS)}")
    screen.say(f"It listens at {mock.url}; for the calls below, TOKEN={TOKEN}")


def put_media(screen: Screen, mock: Mock) -> tuple[str, str]:
    """Put the clip and the speech to the mock; return their URLs."""
    screen.step("Put a clip and a speech to it")
    for file in (CLIP, SPEECH):
        screen.command(curl(f"{mock.url}/__mock__/media/{file.name}", file=file))
    clip_url, speech_url = (mock.put(file.name, file) for file in (CLIP, SPEECH))
    screen.say(f"{CLIP.name:<20} {described(probe_video(CLIP))}")
    screen.say(f"{SPEECH.name:<20} {described(probe_audio(SPEECH))}")
    return clip_url, speech_url


def identify(
    screen: Screen, mock: Mock, client: AuthenticatedClient, clip_url: str
) -> IdentifiedFaces:
    """Have the faces of the clip found."""
    body = IdentifyInput(video_url=clip_url)
    screen.step("Identify the faces in the clip")
    screen.command(curl_as_user(f"{mock.url}/v1/videos/identify-face", body.to_dict()))
    found = identify_face.sync(client=client, body=body).data
    if not found.face_data:
        msg = f"no face was found in {CLIP}; session {found.session_id}"
        raise StoryFailed(msg)
    screen.say(f"session {found.session_id}, faces: {len(found.face_data)}")
    for face in found.face_data:
        screen.say(f"face {face.face_id} is seen from {face.start_time} to {face.end_time} ms")
    return found


def order(found: IdentifiedFaces, speech_url: str) -> CreateTaskInput:
    """Say what the first face shall say, and when."""
    choice = FaceChoice(
        face_id=found.face_data[0].face_id,
        sound_file=speech_url,
        sound_start_time=CROP_START,
        sound_end_time=CROP_END,
        sound_insert_time=INSERT,
        original_audio_volume=ORIGINAL_VOLUME,
    )
    return CreateTaskInput(found.session_id, [choice], WatermarkInfo(enabled=True))


def create(screen: Screen, mock: Mock, client: AuthenticatedClient, wanted: CreateTaskInput) -> str:
    """Start the task; return its id."""
    screen.step("Create the task")
    screen.command(curl_as_user(f"{mock.url}/v1/videos/advanced-lip-sync", wanted.to_dict()))
    task = create_lip_sync_task.sync(client=client, body=wanted).data
    screen.say(f"task {task.task_id}: {task.task_status}")
    return task.task_id


def follow(screen: Screen, mock: Mock, client: AuthenticatedClient, task_id: str) -> Task:
    """Ask for the task until it is done, and move the clock instead of waiting."""
    screen.step("Ask until it is done, and move the account's clock instead of waiting")
    screen.command(curl(f"{mock.url}/__mock__/clock", body={"advance": f"{STEP_MS // 1000}s"}))
    screen.command(curl_as_user(f"{mock.url}/v1/videos/advanced-lip-sync/{task_id}"))
    began, total = perf_counter(), WAITING_MS + WORKING_MS
    for passed in clock_ticks(mock, total):
        task = get_lip_sync_task.sync(task_id, client=client).data
        screen.progress(task.task_status, passed, total)
    screen.say(f"{total // 1000} s on its clock, {perf_counter() - began:.1f} s on yours")
    return task


def clock_ticks(mock: Mock, total: int) -> Iterator[int]:
    """Move the clock to `total` ms from now, and yield how many ms have passed on the way."""
    yield 0
    for passed in range(STEP_MS, total + STEP_MS, STEP_MS):
        mock.advance(STEP_MS)
        yield passed


def result_of(task: Task) -> ResultVideo:
    """Return the one video of a task that succeeded."""
    if task.task_status != TaskStatus.SUCCEED or isinstance(task.task_result, Unset):
        msg = f"task {task.task_id} is {task.task_status}, expected succeed: {task.task_status_msg}"
        raise StoryFailed(msg)
    return task.task_result.videos[0]


def download(screen: Screen, mock: Mock, video: ResultVideo, folder: Path) -> Made:
    """Save the result and its watermarked twin."""
    made = Made(folder / "result.mp4", folder / "result-watermarked.mp4")
    screen.step("Download the result, and its watermarked twin")
    folder.mkdir(parents=True, exist_ok=True)
    for url, target in ((video.url, made.result), (video.watermark_url, made.watermarked)):
        if isinstance(url, Unset):
            msg = f"video {video.id} has no watermark_url, though a watermark was asked for"
            raise StoryFailed(msg)
        screen.command(f"{curl(url)} -o {nearby(target)}")
        mock.download(url, target)
    return made


def described(medium: Video | Audio | Unreadable) -> str:
    """Say what a medium is, in a few words."""
    if isinstance(medium, Unreadable):
        return medium.reason
    size = f"{medium.duration.declared_ms / 1000:.1f} s, {medium.size_bytes // 1024} KB"
    return f"{size}, {medium.width}x{medium.height}" if isinstance(medium, Video) else size
