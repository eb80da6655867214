"""Media that are bytes: fetched, put, sent as base64, and rendered."""

import base64

import pytest

from contract_tests import spec
from contract_tests.callers import Caller, Fields
from contract_tests.drafts import plain_fields
from contract_tests.exchanges import ACCEPTED, refused_by
from contract_tests.marks import rule
from contract_tests.media_files import PAGE_AUDIO, PAGE_VIDEO, length_of, tone, wav
from contract_tests.scenes import SCENE, Scene
from contract_tests.targets import Target

pytestmark = pytest.mark.slow

LARGEST_SOUND = spec.limit("create.sound-file-size", "largest_megabytes") * spec.MEGABYTE


def result_of(caller: Caller, fields: Fields) -> Fields:
    """Create a task, let it end, and return its one result."""
    task_id = caller.create(fields).data["task_id"]
    caller.advance("1h")
    task = caller.get(task_id).data
    result: Fields = task["task_result"]["videos"][0]
    return result


def page_fields(caller: Caller) -> Fields:
    """Return the page's own flow: its video, its face, its sound."""
    fields = plain_fields(caller, SCENE)
    fields["session_id"] = caller.identify(PAGE_VIDEO).data["session_id"]
    fields["face_choose"][0]["sound_file"] = PAGE_AUDIO
    return fields


@rule("lifecycle.result", "lifecycle.result-length", "retention.result-media")
def test_the_pages_own_media_become_a_video(every_target: Target) -> None:
    """The two files of the page are there, and their result is an MP4 of the printed 5.2 s."""
    caller = Caller(every_target)
    result = result_of(caller, page_fields(caller))
    fetched = caller.media(result["url"])

    assert (fetched.status, fetched.headers["content-type"]) == (200, "video/mp4")
    assert fetched.body[4:8] == b"ftyp"
    assert length_of(fetched.body) == pytest.approx(5.2, abs=0.05)
    assert float(result["duration"]) == pytest.approx(5.2, abs=0.05)


@rule("lifecycle.result", "lifecycle.states")
def test_a_task_ends_when_its_file_is_there(target: Target) -> None:
    """Not at the planned instant, where making the file takes longer than that."""
    caller = Caller(target, time="real", pace="0+0")
    fields = page_fields(caller)
    late = []
    for _ in range(2):
        task_id = caller.create(fields).data["task_id"]
        seen = [caller.get(task_id).data]
        while seen[-1]["task_status"] == "processing":
            seen.append(caller.get(task_id).data)
        late.append(seen[-1]["updated_at"] - seen[-1]["created_at"])

        assert seen[-1]["task_status"] == "succeed"
        assert {task["updated_at"] for task in seen[:-1]} <= {seen[0]["created_at"]}

    assert max(late) > 0


@rule("lifecycle.result-length")
@pytest.mark.parametrize("length", [2000, 5001, 60_000])
def test_a_described_video_becomes_a_file_of_its_length(target: Target, length: int) -> None:
    """A result that nobody rendered is a playable file all the same, as long as it says."""
    caller = Caller(target)
    scene = Scene(length, (0, length), 5000, 0, 2000, 0)
    fetched = caller.media(result_of(caller, plain_fields(caller, scene))["url"])

    assert fetched.body[4:8] == b"ftyp"
    assert length_of(fetched.body) * 1000 == pytest.approx(length, abs=1)


@rule("lifecycle.watermark")
def test_a_rendered_result_has_its_watermarked_twin(target: Target) -> None:
    """Both files of a task that was rendered from bytes are MP4 files."""
    caller = Caller(target)
    fields = page_fields(caller) | {"watermark_info": {"enabled": True}}
    result = result_of(caller, fields)
    files = [caller.media(result[name]) for name in ("url", "watermark_url")]

    assert [file.body[4:8] for file in files] == [b"ftyp", b"ftyp"]


@rule("identify.reply")
@pytest.mark.parametrize("url", [PAGE_VIDEO, "http://described.test/video?duration=8000"])
def test_a_face_has_a_picture(target: Target, url: str) -> None:
    """The picture of each face can be fetched, and is a JPEG."""
    caller = Caller(target)
    face = caller.identify(url).data["face_data"][0]
    fetched = caller.media(face["face_image"])

    assert (fetched.status, fetched.headers["content-type"]) == (200, "image/jpeg")
    assert fetched.body[:3] == b"\xff\xd8\xff"


@rule("create.sound-file-form", "create.audio-duration")
@pytest.mark.parametrize(("length", "end"), [(2000, 2000), (5000, 5000)])
def test_base64_sound_is_taken(target: Target, length: int, end: int) -> None:
    """Plain base64 of a WAV is a sound_file, and its length counts to the ms."""
    caller = Caller(target)
    fields = plain_fields(caller, SCENE)
    entry = fields["face_choose"][0]
    entry["sound_file"] = base64.b64encode(tone(length)).decode()
    entry["sound_end_time"] = end
    exact = caller.create(fields)
    entry["sound_end_time"] = end + 1

    assert exact.verdict == ACCEPTED
    assert caller.create(fields).verdict == refused_by("create.sound-end-within-audio")


@rule("create.sound-file-size")
def test_base64_is_counted_in_decoded_bytes(target: Target) -> None:
    """5,242,880 bytes, which are 6,990,508 characters, are legal; two bytes more are not."""
    caller = Caller(target)
    fields = plain_fields(caller, SCENE)
    sound = wav(bytes(LARGEST_SOUND - 44), 48_000)
    text = base64.b64encode(sound).decode()
    fields["face_choose"][0]["sound_file"] = text
    legal = caller.create(fields)
    larger = base64.b64encode(wav(bytes(LARGEST_SOUND - 42), 48_000)).decode()
    fields["face_choose"][0]["sound_file"] = larger

    assert (len(sound), len(text)) == (LARGEST_SOUND, 6_990_508)
    assert legal.verdict == ACCEPTED
    assert caller.create(fields).verdict == refused_by("create.sound-file-size")


@rule("create.sound-file-format")
@pytest.mark.parametrize(
    "content", [b"no sound", b"", b"\x89PNG\r\n\x1a\n" + bytes(99), b"OggS" + bytes(99)]
)
def test_bytes_that_are_no_sound_are_refused(target: Target, content: bytes) -> None:
    """The format is judged by content."""
    caller = Caller(target)
    fields = plain_fields(caller, SCENE)
    path = caller.put("speech.mp3", content)["url"]
    fields["face_choose"][0]["sound_file"] = path

    assert caller.create(fields).verdict == refused_by("create.sound-file-format")


@rule("identify.video-format")
@pytest.mark.parametrize("content", [b"no video", tone(3000), b"\x1aE\xdf\xa3" + bytes(99)])
def test_bytes_that_are_no_video_are_refused(target: Target, content: bytes) -> None:
    """An extension proves nothing."""
    caller = Caller(target)
    url = caller.put("clip.mp4", content)["url"]

    assert caller.identify(url).verdict == refused_by("identify.video-format")


@rule("create.audio-id-known", "create.sound-file-reachable")
def test_a_put_sound_is_there_by_url_and_by_id(every_target: Target) -> None:
    """What was put to the target can be named in both ways, by its owner."""
    caller = Caller(every_target)
    put = caller.put("tone.wav", tone(5000))
    fields = plain_fields(caller, SCENE)
    entry = fields["face_choose"][0]
    by_url = caller.create(_with_sound(fields, {**entry, "sound_file": put["url"]}))
    by_id = caller.create(
        _with_sound(fields, {**entry, "sound_file": "", "audio_id": put["audio_id"]})
    )

    assert (by_url.verdict, by_id.verdict) == (ACCEPTED, ACCEPTED)
    assert "video_id" not in put


@rule("identify.video-id-known", "identify.video-url-reachable")
def test_a_result_can_be_put_through_again(every_target: Target) -> None:
    """A fetched result is a legal source, by its own URL and when it is put as a file."""
    caller = Caller(every_target)
    result = result_of(caller, page_fields(caller))
    put = caller.put("again.mp4", caller.media(result["url"]).body)
    found = [caller.identify(result["url"]), caller.identify(put["url"])]
    found.append(caller.identify(video_id=put["video_id"]))

    assert [one.verdict for one in found] == [ACCEPTED] * 3


@rule("create.sound-file-reachable", "identify.video-url-reachable")
@pytest.mark.parametrize("path", ["/media/none", "/media/0/uploads/none.mp4", "/v1/videos"])
def test_a_url_that_answers_no_file_is_unreachable(socket_target: Target, path: str) -> None:
    """A server that answers with an error has not got the medium."""
    caller = Caller(socket_target)
    url = socket_target.origin + path
    fields = plain_fields(caller, SCENE)
    fields["face_choose"][0]["sound_file"] = url

    assert caller.identify(url).verdict == refused_by("identify.video-url-reachable")
    assert caller.create(fields).verdict == refused_by("create.sound-file-reachable")


@rule("concurrency.rate-limit")
def test_a_call_that_waits_for_media_counts_once(target: Target) -> None:
    """Fetching and reading a file does not make a call two."""
    caller = Caller(target, rate=2)
    rules = [caller.identify(PAGE_VIDEO).rule for _ in range(3)]

    assert rules == [None, None, "concurrency.rate-limit"]


@rule("retention.result-media")
def test_media_that_never_were_are_not_found(target: Target) -> None:
    """404 for what never was, and neither envelope nor credential on the media host."""
    caller = Caller(target)
    result = result_of(caller, plain_fields(caller, SCENE))
    wrong = result["url"].replace("/results/", "/results/1")

    assert caller.media(wrong).status == 404
    assert caller.media(f"{target.origin}/media/x").status == 404


def _with_sound(fields: Fields, entry: Fields) -> Fields:
    return {**fields, "face_choose": [entry]}
