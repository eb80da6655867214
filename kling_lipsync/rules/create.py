"""Rules about a create call: its references, its audio, and the arithmetic of its times."""

import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from kling_lipsync.media import Audio, Face, Unreachable, Unreadable
from kling_lipsync.rules.facts import (
    NOT_THERE,
    CreateInput,
    Facts,
    Finding,
    Generated,
    Readings,
    SessionFact,
)
from kling_lipsync.rules.limits import at_most_megabytes, older_than, session_end

Limits = Mapping[str, Any]
_CHOICE = "face_choose[0]."
_BLANK = re.compile(r"[\x00-\x20\x7f]")


def one_face(facts: Facts, _limits: Limits, readings: Readings) -> Finding | None:
    """face_choose is about one person, as the reading understands it."""
    wanted = facts.input
    if not isinstance(wanted, CreateInput) or wanted.faces_chosen == 1:
        return None
    one_id = len(set(wanted.face_ids)) == 1
    if readings["faces-chosen"] == "many" or (readings["faces-chosen"] == "one-face-id" and one_id):
        return None
    return Finding(wanted.faces_chosen, "face_choose", 1)


def callback_url_form(facts: Facts, _limits: Limits, _readings: Readings) -> Finding | None:
    """callback_url, when not empty, is an absolute http(s) URL."""
    if not isinstance(facts.input, CreateInput) or facts.input.callback_url is None:
        return None
    try:
        parts = urlsplit(facts.input.callback_url)
        blank = _BLANK.search(facts.input.callback_url) is not None
        valid = (
            not blank
            and parts.scheme in ("http", "https")
            and bool(parts.hostname)
            and parts.port != 0
        )
    except ValueError:
        valid = False
    return None if valid else Finding(facts.input.callback_url, "callback_url")


def crop_length(facts: Facts, limits: Limits, _readings: Readings) -> Finding | None:
    """The cropped audio lasts at least 2 s."""
    wanted = facts.input
    if not isinstance(wanted, CreateInput):
        return None
    crop, start = wanted.crop_ms, wanted.sound_start_time
    if crop is None or start is None or crop >= limits["shortest_ms"]:
        return None
    return Finding(wanted.sound_end_time, _CHOICE + "sound_end_time", start + limits["shortest_ms"])


def session_known(facts: Facts, _limits: Limits, _readings: Readings) -> Finding | None:
    """session_id comes from an identify call of the same account."""
    if facts.session is not NOT_THERE or not isinstance(facts.input, CreateInput):
        return None
    return Finding(facts.input.session_id, "session_id")


def session_life(facts: Facts, limits: Limits, readings: Readings) -> Finding | None:
    """A session serves creates until 24 h after its identify call."""
    session = facts.session
    if not isinstance(session, SessionFact) or not isinstance(facts.input, CreateInput):
        return None
    end = session_end(session, limits, readings)
    if end is None or facts.now < end:
        return None
    return Finding(facts.input.session_id, "session_id")


def face_in_session(facts: Facts, _limits: Limits, _readings: Readings) -> Finding | None:
    """face_id is one of the faces found in that session."""
    wanted, session = facts.input, facts.session
    if not isinstance(wanted, CreateInput) or not isinstance(session, SessionFact):
        return None
    known = [face.face_id for face in session.faces]
    for face_id in wanted.face_ids:
        if face_id not in known:
            return Finding(face_id, _CHOICE + "face_id", known[0] if known else None)
    return None


def audio_id_known(facts: Facts, _limits: Limits, _readings: Readings) -> Finding | None:
    """audio_id names speech that the vendor's text-to-speech made for the account."""
    if facts.audio_source is not NOT_THERE or not isinstance(facts.input, CreateInput):
        return None
    return Finding(facts.input.audio_id, _CHOICE + "audio_id")


def audio_id_age(facts: Facts, limits: Limits, _readings: Readings) -> Finding | None:
    """The speech named by audio_id was generated within the last 30 days."""
    if not isinstance(facts.audio_source, Generated):
        return None
    return older_than(facts.audio_source, facts.now, limits, _CHOICE + "audio_id")


def sound_file_form(facts: Facts, _limits: Limits, _readings: Readings) -> Finding | None:
    """sound_file is an http(s) URL or plain base64."""
    if facts.audio_form_fault is None:
        return None
    return Finding(facts.audio_form_fault, _CHOICE + "sound_file")


def sound_file_reachable(facts: Facts, _limits: Limits, _readings: Readings) -> Finding | None:
    """A sound_file URL can be fetched by the service."""
    if not isinstance(facts.audio, Unreachable):
        return None
    return Finding(facts.audio.reason, _CHOICE + "sound_file")


def sound_file_size(facts: Facts, limits: Limits, readings: Readings) -> Finding | None:
    """sound_file is at most 5 MB, in decoded bytes."""
    if not isinstance(facts.audio, (Audio, Unreadable)):
        return None
    return at_most_megabytes(facts.audio.size_bytes, limits, readings, _CHOICE + "sound_file")


def sound_file_format(facts: Facts, limits: Limits, readings: Readings) -> Finding | None:
    """sound_file is MP3, WAV, M4A or AAC, judged by its content."""
    audio = facts.audio
    if readings["media-faults"] == "as-failed-task":
        return None
    if isinstance(audio, Unreadable):
        return Finding(f"{audio.kind}: {audio.reason}", _CHOICE + "sound_file", "mp3")
    if not isinstance(audio, Audio):
        return None
    refused = ("m4a", "aac") if readings["aac-formats"] == "refuse" else ()
    if audio.format in limits["formats"] and audio.format not in refused:
        return None
    return Finding(audio.format, _CHOICE + "sound_file", "mp3")


def audio_duration(facts: Facts, limits: Limits, readings: Readings) -> Finding | None:
    """The original audio lasts 2 to 60 s."""
    span = _audio_length(facts, readings)
    if span is None:
        return None
    shortest, longest = span
    if longest < limits["shortest_ms"]:
        return Finding(longest, _audio_field(facts), limits["shortest_ms"])
    if shortest > limits["longest_ms"]:
        return Finding(shortest, _audio_field(facts), limits["longest_ms"])
    return None


def sound_end_within_audio(facts: Facts, _limits: Limits, readings: Readings) -> Finding | None:
    """The crop ends at or before the end of the original audio."""
    span = _audio_length(facts, readings)
    wanted = facts.input
    if span is None or not isinstance(wanted, CreateInput) or wanted.sound_end_time is None:
        return None
    latest = span[1] - int(readings["end-margin"])
    if wanted.sound_end_time <= latest:
        return None
    return Finding(wanted.sound_end_time, _CHOICE + "sound_end_time", latest)


def insert_within_video(facts: Facts, _limits: Limits, readings: Readings) -> Finding | None:
    """The inserted audio ends at or before the end of the video."""
    wanted, session = facts.input, facts.session
    if not isinstance(wanted, CreateInput) or not isinstance(session, SessionFact):
        return None
    end, crop = wanted.insert_end, wanted.crop_ms
    latest = session.video.duration.longest_ms - int(readings["end-margin"])
    if end is None or crop is None or end <= latest:
        return None
    nearest = latest - crop if crop <= latest else None
    return Finding(wanted.sound_insert_time, _CHOICE + "sound_insert_time", nearest)


def overlap_with_face(facts: Facts, limits: Limits, _readings: Readings) -> Finding | None:
    """The inserted audio and the chosen face's interval share at least 2 s."""
    wanted, session = facts.input, facts.session
    if not isinstance(wanted, CreateInput) or not isinstance(session, SessionFact):
        return None
    end, start, shortest = wanted.insert_end, wanted.sound_insert_time, limits["shortest_ms"]
    if end is None or start is None:
        return None
    for face in session.faces:
        overlap = min(end, face.end_time) - max(start, face.start_time)
        if overlap < shortest and face.face_id in wanted.face_ids:
            nearest = _nearest_insert(start, end - start, face, shortest)
            return Finding(start, _CHOICE + "sound_insert_time", nearest)
    return None


def _nearest_insert(start: int, crop: int, face: Face, shortest: int) -> int | None:
    """Return the insert time closest to `start` at which crop and face share enough, if any."""
    earliest = max(0, face.start_time + shortest - crop)
    latest = face.end_time - shortest
    if crop < shortest or latest < max(earliest, face.start_time):
        return None
    return min(max(start, earliest), latest)


def sound_content(facts: Facts, _limits: Limits, readings: Readings) -> Finding | None:
    """The audio passes the content check."""
    audio = _audio(facts)
    if readings["content-faults"] != "at-request" or audio is None or not audio.blocked:
        return None
    return Finding("blocked", _audio_field(facts))


def platform_policy(facts: Facts, _limits: Limits, _readings: Readings) -> Finding | None:
    """No platform policy blocks the request, unless somebody staged it."""
    return Finding("staged", "fault") if facts.staged_code == 1300 else None


def external_id_unique(facts: Facts, _limits: Limits, _readings: Readings) -> Finding | None:
    """An external_task_id was never used before by the account."""
    if not facts.external_id_taken or not isinstance(facts.input, CreateInput):
        return None
    return Finding(facts.input.external_task_id, "external_task_id")


def _audio(facts: Facts) -> Audio | None:
    if isinstance(facts.audio, Audio):
        return facts.audio
    if isinstance(facts.audio_source, Generated) and isinstance(facts.audio_source.medium, Audio):
        return facts.audio_source.medium
    return None


def _audio_field(facts: Facts) -> str:
    return _CHOICE + ("audio_id" if isinstance(facts.audio_source, Generated) else "sound_file")


def _audio_length(facts: Facts, readings: Readings) -> tuple[int, int] | None:
    """Return the shortest and the longest length, in ms, that the reading lets count."""
    audio = _audio(facts)
    if audio is None:
        return None
    length = audio.duration
    if readings["audio-length"] == "declared":
        return length.declared_ms, length.declared_ms
    if readings["audio-length"] == "decoded":
        return length.decoded_ms, length.decoded_ms
    return length.shortest_ms, length.longest_ms
