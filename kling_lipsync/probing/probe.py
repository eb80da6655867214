"""What a file is and how long it lasts, from its bytes alone and without any decoder.

A hostile file costs milliseconds and a few MB at most, and is told as `Unreadable`; only a
file that cannot be opened at all raises (OSError), for the files are the server's own.
"""

from pathlib import Path
from typing import BinaryIO

from kling_lipsync.media import Audio, Duration, Unreadable, Video
from kling_lipsync.probing.bare_frames import aac_duration, mp3_duration
from kling_lipsync.probing.boxes import Malformed, Source
from kling_lipsync.probing.movie import Movie, duration_of, read_movie
from kling_lipsync.probing.riff import wav_duration
from kling_lipsync.probing.sniff import audio_start, sniff_file

_BOXED = ("mp4", "mov", "m4a")
# Ten times the longest medium that the API takes.  Whose headers say more is not too long but
# corrupt when other witnesses of its own say less; and whatever passes has a length to reckon with.
_MOST_DOUBTED_MS = 600_000


def probe_video(path: Path) -> Video | Unreadable:
    """Say what an MP4 or MOV file holds; anything else is unreadable as a video.

    Width and height are px as encoded (`stsd`), after rotation (`tkhd`): what decoding gives.
    """
    with path.open("rb") as file:
        source, kind = Source(file), sniff_file(file)
        if kind not in _BOXED:
            return _refused(source, kind, "mp4 or mov")
        try:
            return _video(source, kind)
        except Malformed as fault:
            return Unreadable(source.size, kind, str(fault))


def probe_audio(path: Path) -> Audio | Unreadable:
    """Say what an MP3, WAV, M4A or AAC (ADTS) file holds; anything else is unreadable as audio."""
    with path.open("rb") as file:
        return probe_sound(file)


def probe_sound(file: BinaryIO) -> Audio | Unreadable:
    """Say what an open file holds, as `probe_audio`; it must be seekable."""
    source, kind = Source(file), sniff_file(file)
    try:
        if kind in ("m4a", "mp4"):
            return _boxed_audio(source, kind)
        duration = _duration(source, kind, file)
    except Malformed as fault:
        return Unreadable(source.size, kind, str(fault))
    if duration is None:
        return _refused(source, kind, "mp3, wav, m4a or aac")
    return Audio(kind, source.size, duration)


def _credible(duration: Duration) -> Duration:
    """Give a duration back; raises Malformed where its witnesses contradict each other wildly."""
    shortest, longest = duration.shortest_ms, duration.longest_ms
    if shortest <= _MOST_DOUBTED_MS < longest:
        msg = f"its headers and its samples contradict each other: {shortest} and {longest} ms"
        raise Malformed(msg)
    return duration


def _refused(source: Source, kind: str, wanted: str) -> Unreadable:
    if not source.size:
        return Unreadable(0, kind, "the file is empty")
    seen = "its bytes are of no known kind" if kind == "unknown" else f"its bytes are {kind}"
    return Unreadable(source.size, kind, f"{seen}, not {wanted}")


def _video(source: Source, kind: str) -> Video | Unreadable:
    movie = read_movie(source)
    track, sound = movie.track(b"vide"), movie.track(b"soun")
    if track is None:
        # A sound file in the clothes of a video.
        really = "m4a" if sound and kind == "mp4" else kind
        return Unreadable(source.size, really, "no video track")
    if not (track.width and track.height):
        return Unreadable(source.size, kind, "a picture without width or height")
    sides = (track.width, track.height)
    width, height = reversed(sides) if track.turned != movie.turned else sides
    return Video(
        container="mov" if kind == "mov" else "mp4",
        size_bytes=source.size,
        duration=_credible(duration_of(source, movie, track)),
        width=width,
        height=height,
        has_sound=sound is not None,
    )


def _boxed_audio(source: Source, kind: str) -> Audio | Unreadable:
    movie: Movie = read_movie(source)
    if movie.track(b"vide"):
        return Unreadable(source.size, "mp4", "it has a video track")
    track = movie.track(b"soun")
    if track is None:
        return Unreadable(source.size, kind, "no sound track")
    return Audio("m4a", source.size, _credible(duration_of(source, movie, track)))


def _duration(source: Source, kind: str, file: BinaryIO) -> Duration | None:
    """Measure the audio formats that have no boxes; None for what is not one of them."""
    if kind == "wav":
        return _credible(wav_duration(source))
    if kind == "mp3":
        return _credible(mp3_duration(source, audio_start(file)))
    if kind == "aac":
        return aac_duration(source, audio_start(file))
    return None
