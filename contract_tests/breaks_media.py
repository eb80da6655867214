"""Ways to break the rules on media, and on times against media."""

from random import Random

from contract_tests import scenes
from contract_tests.drafts import (
    Draft,
    audio_id,
    set_times,
    sound_url,
    video_id,
    video_url,
)
from contract_tests.spec import MEGABYTE, limit
from contract_tests.ways import CREATE, IDENTIFY, Way

SHORTEST, LONGEST = scenes.SHORTEST, scenes.LONGEST
FAR = 10**9


def by_url(draft: Draft) -> None:
    """Let the request name its medium by URL."""
    if draft.operation == "identify":
        draft.body.pop("video_id", None)
        draft.body["video_url"] = video_url
    else:
        draft.choice.pop("audio_id", None)
        draft.choice["sound_file"] = sound_url


def by_id(draft: Draft) -> None:
    """Let the request name its medium by id."""
    if draft.operation == "identify":
        draft.body.pop("video_url", None)
        draft.body["video_id"] = video_id
    else:
        draft.choice.pop("sound_file", None)
        draft.choice["audio_id"] = audio_id


def no_base64(draft: Draft, draw: Random) -> None:
    """Text that is neither an http(s) URL nor plain base64."""
    by_url(draft)
    draft.choice["sound_file"] = draw.choice(
        (
            "data:audio/mp3;base64,SUQzBAAAAAAAI1RTU0U=",
            "ftp://described.test/audio",
            "file:///etc/passwd",
            "speech.mp3",
            "SUQz BAAA",
            "SUQzB",
            "SUQ=zBAA",
            "SUQz-_AA",
            "\u00e9\u00e9\u00e9\u00e9",
            " ",
        )
    )


def unreachable_sound(draft: Draft, draw: Random) -> None:
    """A URL that leads nowhere."""
    by_url(draft)
    draft.choice["sound_file"] = draw.choice(
        ("http://127.0.0.1:1/speech.mp3", "http://described.test/audio?no-such-key=1", "http://")
    )


def large_sound(draft: Draft, draw: Random) -> None:
    """More bytes than 5 MB."""
    by_url(draft)
    largest = limit("create.sound-file-size", "largest_megabytes") * MEGABYTE
    draft.sound["bytes"] = largest + draw.choice((1, draw.randint(1, FAR)))


def other_sound_format(draft: Draft, draw: Random) -> None:
    """Sound of another format, or no sound at all."""
    by_url(draft)
    draft.sound["format"] = draw.choice(("ogg", "flac", "opus", "mp4", "MP3", "unknown"))
    if draw.randint(0, 3) == 0:
        draft.choice["sound_file"] = "http://described.test/video?duration=8000"


def sound_length(draft: Draft, draw: Random) -> None:
    """Sound that is shorter than 2 s or longer than 60 s."""
    draft.sound["duration"] = draw.choice(
        (
            0,
            SHORTEST - 1,
            LONGEST + 1,
            draw.randint(0, SHORTEST - 1),
            draw.randint(LONGEST + 1, FAR),
        )
    )


def unreachable_video(draft: Draft, draw: Random) -> None:
    """A URL that leads nowhere, or no URL."""
    by_url(draft)
    draft.body["video_url"] = draw.choice(
        (
            "http://127.0.0.1:1/clip.mp4",
            "http://described.test/video?no-such-key=1",
            "clip.mp4",
            "file:///etc/passwd",
            "ftp://described.test/video",
            " ",
            "http://",
        )
    )


def large_video(draft: Draft, draw: Random) -> None:
    """More bytes than 100 MB."""
    by_url(draft)
    largest = limit("identify.video-size", "largest_megabytes") * MEGABYTE
    draft.video["bytes"] = largest + draw.choice((1, draw.randint(1, FAR)))


def other_video_format(draft: Draft, draw: Random) -> None:
    """Video in another container, or no video at all."""
    by_url(draft)
    draft.video["format"] = draw.choice(("webm", "avi", "mkv", "m4a", "MP4", "unknown"))
    if draw.randint(0, 3) == 0:
        draft.body["video_url"] = "http://described.test/audio?duration=8000"


def video_length(draft: Draft, draw: Random) -> None:
    """Video that is shorter than 2 s or longer than 60 s; by id, only the latter."""
    long = (LONGEST + 1, draw.randint(LONGEST + 1, FAR))
    short = (SHORTEST - 1, draw.randint(0, SHORTEST - 1), 0)
    draft.video["duration"] = draw.choice((*long, *(short if draft.body.get("video_url") else ())))
    draft.video["face"] = []


def video_sides(draft: Draft, draw: Random) -> None:
    """A side that is too long beside a legal one, or one that is too short."""
    by_url(draft)
    low, high = (
        limit("identify.video-sides", "shortest_px"),
        limit("identify.video-sides", "longest_px"),
    )
    sides = [draw.choice((720, 1080)), draw.choice((high + 1, draw.randint(high + 1, 9999)))]
    if draw.randint(0, 1):
        sides = [draw.choice((low - 1, draw.randint(1, low - 1))), draw.randint(low, high)]
    draw.shuffle(sides)
    draft.video["width"], draft.video["height"] = sides


def video_resolution(draft: Draft, draw: Random) -> None:
    """Legal sides of which the shorter is neither 720 nor 1080 px."""
    by_url(draft)
    short = draw.choice((512, 719, 721, 1079, 1081, 900, 1440, 2160))
    sides = [short, draw.randint(short, 2160)]
    draw.shuffle(sides)
    draft.video["width"], draft.video["height"] = sides


def no_face(draft: Draft, _draw: Random) -> None:
    """A video without a face, where the reading refuses such."""
    draft.video.pop("face", None)
    draft.video["faces"] = "none"
    draft.around({"readings": {"no-face": "refuse"}}, {"readings": {"no-face": "empty-list"}})


def end_after_sound(draft: Draft, draw: Random) -> None:
    """A crop of legal length that ends after the sound does."""
    scene = draft.scene
    end = scene.sound + draw.choice((1, draw.randint(1, FAR)))
    set_times(draft, start=end - scene.crop, end=end, insert=scene.insert)


def insert_past_video(draft: Draft, draw: Random) -> None:
    """A sound that ends after the video, and shares enough with the face nevertheless."""
    scene = draft.scene
    gap = scene.video - scene.face[1]
    past = draw.choice((1, draw.randint(1, scene.crop - gap - SHORTEST)))
    set_times(draft, start=scene.start, end=scene.end, insert=scene.video + past - scene.crop)


def after_face(draft: Draft, draw: Random) -> None:
    """A sound that goes on when the face is gone, with less than 2 s in common."""
    scene = draft.scene
    latest = scene.video - scene.crop
    insert = draw.randint(scene.face[1] - SHORTEST + 1, latest)
    set_times(draft, start=scene.start, end=scene.end, insert=insert)


def before_face(draft: Draft, draw: Random) -> None:
    """A sound that is over when the face is there, with less than 2 s in common."""
    scene = draft.scene
    insert = draw.randint(0, scene.face[0] + SHORTEST - 1 - scene.crop)
    set_times(draft, start=scene.start, end=scene.end, insert=insert)


WAYS = (
    Way("create.sound-file-form", no_base64, CREATE, "audio"),
    Way("create.sound-file-reachable", unreachable_sound, CREATE, "audio"),
    Way("create.sound-file-size", large_sound, CREATE, "audio"),
    Way("create.sound-file-format", other_sound_format, CREATE, "audio"),
    Way("create.audio-duration", sound_length, CREATE, "sound"),
    Way("identify.video-url-reachable", unreachable_video, IDENTIFY, "video"),
    Way("identify.video-size", large_video, IDENTIFY, "video"),
    Way("identify.video-format", other_video_format, IDENTIFY, "video"),
    Way("identify.video-duration", video_length, IDENTIFY, "video"),
    Way("identify.video-sides", video_sides, IDENTIFY, "video"),
    Way("identify.video-resolution", video_resolution, IDENTIFY, "video"),
    Way("identify.no-face", no_face, IDENTIFY, "face"),
    Way("create.sound-end-within-audio", end_after_sound, CREATE, "times"),
    Way("create.insert-within-video", insert_past_video, CREATE, "times", scenes.face_late),
    Way("create.overlap-with-face", after_face, CREATE, "times", scenes.room_after_face),
    Way("create.overlap-with-face", before_face, CREATE, "times", scenes.room_before_face),
)
