"""A create call as the caller words it, and as the body that the generated client sends."""

from attrs import frozen
from kling_lipsync_api.models import (
    CreateTaskInput,
    Face,
    FaceChoice,
    IdentifiedFaces,
    WatermarkInfo,
)
from kling_lipsync_api.types import UNSET, Unset

from kling_lipsync.client.core import Core
from kling_lipsync.client.errors import BrokenRule, Report
from kling_lipsync.client.sound import AudioSource, Sound
from kling_lipsync.client.times import Time, milliseconds


@frozen
class Order:
    """What shall be said by whom, and where; the parts mean what they mean in `LipSync.create`."""

    session: IdentifiedFaces | str
    face: Face | str | None
    audio: AudioSource
    insert_at: Time | None = None
    crop: tuple[Time, Time] | None = None
    volumes: tuple[float, float] | None = None
    watermark: bool = False
    external_task_id: str | None = None
    callback_url: str | None = None
    video_length: Time | None = None

    @property
    def video_ms(self) -> int | None:
        """How long the video lasts, in ms, where the caller said so."""
        if self.video_length is None:
            return None
        return milliseconds(self.video_length, "video_length")

    @property
    def crop_ms(self) -> tuple[int, int] | None:
        """The two ends of the crop in ms, where the caller gave them."""
        if self.crop is None:
            return None
        start, end = self.crop
        return milliseconds(start, "crop[0]"), milliseconds(end, "crop[1]")


def known_faces(core: Core, order: Order) -> tuple[Face, ...] | None:
    """Return the faces of the order's session, None when nobody here knows them."""
    if isinstance(order.session, IdentifiedFaces):
        return tuple(order.session.face_data)
    known = core.sessions.get(order.session)
    return None if known is None else tuple(known.faces.face_data)


def body_of(order: Order, sound: Sound, faces: tuple[Face, ...] | None) -> CreateTaskInput:
    """Return the body of an order; raise ValueError for a part that is neither given nor known.

    Without a face it is the one that is seen longest; without an insert time it is when the
    face appears, or the start of the video; without a crop it is all of a sound that was measured.
    """
    face_id, appears = _face(order, faces)
    start, end = _crop(order, sound)
    insert = appears if order.insert_at is None else milliseconds(order.insert_at, "insert_at")
    loudness: tuple[float | Unset, float | Unset] = (UNSET, UNSET)
    if order.volumes is not None:
        loudness = order.volumes
    choice = FaceChoice(
        face_id=face_id,
        sound_start_time=start,
        sound_end_time=end,
        sound_insert_time=insert,
        audio_id=UNSET if sound.audio_id is None else sound.audio_id,
        sound_file=UNSET if sound.sound_file is None else sound.sound_file,
        sound_volume=loudness[0],
        original_audio_volume=loudness[1],
    )
    session = order.session
    return CreateTaskInput(
        session_id=session if isinstance(session, str) else session.session_id,
        face_choose=[choice],
        watermark_info=WatermarkInfo(enabled=True) if order.watermark else UNSET,
        external_task_id=order.external_task_id or UNSET,
        callback_url=order.callback_url or UNSET,
    )


def _face(order: Order, faces: tuple[Face, ...] | None) -> tuple[str, int]:
    """Return the id of the face, and when it appears in ms (0 when nobody here knows)."""
    if isinstance(order.face, Face):
        return order.face.face_id, order.face.start_time
    if order.face is not None:
        named = [face for face in faces or () if face.face_id == order.face]
        return order.face, named[0].start_time if named else 0
    if faces is None:
        msg = "face is needed: nothing is known here of the faces of this session"
        raise ValueError(msg)
    if not faces:
        message = "no face was found in the video, so there is none to choose"
        raise BrokenRule(Report(message, rule="create.face-in-session"))
    longest = max(faces, key=lambda face: face.end_time - face.start_time)
    return longest.face_id, longest.start_time


def _crop(order: Order, sound: Sound) -> tuple[int, int]:
    given = order.crop_ms
    if given is not None:
        return given
    if sound.length_ms is None:
        msg = "crop is needed: the length of this audio is not known here"
        raise ValueError(msg)
    return 0, sound.length_ms
