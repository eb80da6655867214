"""What a caller gives as audio, and what is known of it before anything is spent."""

import base64
import io
from os import PathLike, fspath
from pathlib import Path

from attrs import field, frozen

from kling_lipsync.client.effects import Flow, Run
from kling_lipsync.media import Audio, Unreadable


@frozen
class AudioId:
    """The id of speech that the vendor's text-to-speech generated."""

    value: str


AudioSource = str | bytes | PathLike[str] | AudioId
"""bytes: the file itself.  A path: a local file.  A str that starts with http:// or https:// is a
URL that the service fetches, one of digits only an audio id, and any other the path of a file."""


@frozen
class Sound:
    """Audio as the request carries it, and as it was measured; None where nobody measured."""

    audio_id: str | None = None
    sound_file: str | None = field(default=None, repr=False)
    measured: Audio | Unreadable | None = None

    @property
    def length_ms(self) -> int | None:
        """The shortest length that the file itself gives, in ms; None when it is not known."""
        return self.measured.duration.shortest_ms if isinstance(self.measured, Audio) else None


def sound_of(source: AudioSource) -> Flow[Sound]:
    """Return the audio to send; a local file is read and measured first.

    Raises OSError for a file that cannot be read, TypeError for what is no kind of audio.
    """
    if isinstance(source, AudioId):
        return Sound(audio_id=source.value)
    if isinstance(source, bytes):
        sound: Sound = yield Run(lambda: _measured(source))
        return sound
    if isinstance(source, str) and source.lower().startswith(("http://", "https://")):
        return Sound(sound_file=source)
    if isinstance(source, str) and source.isascii() and source.isdecimal():
        return Sound(audio_id=source)
    if isinstance(source, str | PathLike):
        path = Path(fspath(source))
        sound = yield Run(lambda: _measured(path.read_bytes()))
        return sound
    msg = f"audio is {type(source).__name__}: give bytes, a path, a URL or an AudioId"
    raise TypeError(msg)


def _measured(content: bytes) -> Sound:
    from kling_lipsync.probing.probe import probe_sound  # noqa: PLC0415 - only for files

    measured = probe_sound(io.BytesIO(content))
    return Sound(sound_file=base64.b64encode(content).decode("ascii"), measured=measured)
