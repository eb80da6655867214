"""Ways to break the rules on what a request refers to: sessions, faces, generated media, tasks."""

from random import Random

from contract_tests import scenes
from contract_tests.callers import TASKS, Caller
from contract_tests.drafts import Draft, audio_id, new_task, plain_fields, session_id, video_id
from contract_tests.spec import DAY_MS, HOUR_MS, limit
from contract_tests.ways import CREATE, IDENTIFY, Way


def unknown_session(draft: Draft, draw: Random) -> None:
    """A session that never was, another account's, or the id of something else."""

    def of_another(caller: Caller, own: Draft) -> str:
        return session_id(Caller(caller.target), own)

    def of_a_task(caller: Caller, own: Draft) -> str:
        return new_task(caller, own.scene)

    names = (str(draw.getrandbits(40)), "x", " ", "850508686686064679", of_another, of_a_task)
    draft.body["session_id"] = draw.choice(names)


def old_session(draft: Draft, draw: Random) -> None:
    """A session that was opened 24 h ago, or longer."""
    hours = limit("retention.session-life", "hours")
    age = hours * HOUR_MS + draw.choice((0, 1, draw.randint(0, 10**9)))
    draft.before.insert(0, lambda caller: caller.advance(age))


def unknown_face(draft: Draft, draw: Random) -> None:
    """A face that is not in the session."""
    draft.choice["face_id"] = draw.choice(("1", "00", " 0", "zero", "-1", "0.0", "\u0660"))


def unknown_audio(draft: Draft, draw: Random) -> None:
    """Speech that never was, of another account, or the id of something else."""

    def of_another(caller: Caller, own: Draft) -> str:
        return Caller(caller.target).seed(scenes.described("audio", own.sound))

    def of_a_video(caller: Caller, own: Draft) -> str:
        return caller.seed(scenes.described("video", own.video))

    draft.choice.pop("sound_file", None)
    draft.choice["audio_id"] = draw.choice((str(draw.getrandbits(40)), " ", of_another, of_a_video))


def old_audio(draft: Draft, draw: Random) -> None:
    """Speech that was generated more than 30 days ago."""
    days = limit("create.audio-id-age", "oldest_days")
    draft.sound["age"] = days * DAY_MS + draw.choice((1, draw.randint(1, 10**11)))
    draft.choice.pop("sound_file", None)
    draft.choice["audio_id"] = audio_id


def unknown_video(draft: Draft, draw: Random) -> None:
    """A video that never was, of another account, or the id of something else."""

    def of_another(caller: Caller, own: Draft) -> str:
        return Caller(caller.target).seed(scenes.described("video", own.video))

    def of_audio(caller: Caller, own: Draft) -> str:
        return caller.seed(scenes.described("audio", own.sound))

    draft.body.pop("video_url", None)
    draft.body["video_id"] = draw.choice((str(draw.getrandbits(40)), " ", of_another, of_audio))


def old_video(draft: Draft, draw: Random) -> None:
    """A video that was generated more than 30 days ago."""
    days = limit("identify.video-id-age", "oldest_days")
    draft.video["age"] = days * DAY_MS + draw.choice((1, draw.randint(1, 10**11)))
    draft.body.pop("video_url", None)
    draft.body["video_id"] = video_id


def unknown_task(draft: Draft, draw: Random) -> None:
    """A task that never was, another account's, or the id of something else."""

    def of_another(caller: Caller, own: Draft) -> str:
        return f"{TASKS}/{new_task(Caller(caller.target), own.scene)}"

    def of_a_session(caller: Caller, own: Draft) -> str:
        return f"{TASKS}/{plain_fields(caller, own.scene)['session_id']}"

    names = (str(draw.getrandbits(40)), "x", "%20%20", "%E2%82%AC", "%FF", "a%2Fb", "..")
    draft.path = draw.choice((f"{TASKS}/{draw.choice(names)}", of_another, of_a_session))


WAYS = (
    Way("create.session-known", unknown_session, CREATE, "session_id"),
    Way("retention.session-life", old_session, CREATE, "session_id"),
    Way("create.face-in-session", unknown_face, CREATE, "face_id"),
    Way("create.audio-id-known", unknown_audio, CREATE, "audio"),
    Way("create.audio-id-age", old_audio, CREATE, "audio"),
    Way("identify.video-id-known", unknown_video, IDENTIFY, "video"),
    Way("identify.video-id-age", old_video, IDENTIFY, "video"),
    Way("get.known-task", unknown_task, ("get",), "path"),
)
