"""What `sound_file` may be: an address or base64, told apart by how it begins."""

from base64 import b64encode, urlsafe_b64encode

import pytest

from contract_tests.callers import Caller, Fields
from contract_tests.drafts import new_task, plain_fields
from contract_tests.exchanges import ACCEPTED, Verdict, refused_by
from contract_tests.marks import rule
from contract_tests.media_files import tone
from contract_tests.scenes import SCENE
from contract_tests.targets import Target
from contract_tests.witnesses import AUDIO

pytestmark = pytest.mark.slow

SOUND = tone(5000)
TEXT = b64encode(SOUND).decode()
LINES = "\n".join(TEXT[at : at + 76] for at in range(0, len(TEXT), 76))
SPEECH = f"{AUDIO}?duration=5000"
FORM = "create.sound-file-form"
FORMAT = "create.sound-file-format"
REACHABLE = "create.sound-file-reachable"


def body_with(caller: Caller, sound_file: str, **fields: object) -> Fields:
    """Return the body of a create call with this sound."""
    body = plain_fields(caller, SCENE, **fields)
    body["face_choose"][0]["sound_file"] = sound_file
    return body


def heard(caller: Caller, sound_file: str, **fields: object) -> Verdict:
    """Create with this sound; return the verdict."""
    return caller.create(body_with(caller, sound_file, **fields)).verdict


@rule(FORM, FORMAT, REACHABLE)
@pytest.mark.parametrize(
    ("sound_file", "name"),
    [
        pytest.param("httpAAAA", FORMAT, id="base64 that begins with http"),
        pytest.param("httpsAAA", FORMAT, id="base64 that begins with https"),
        pytest.param("http:/host/a.mp3", FORM, id="one slash"),
        pytest.param("http:host", FORM, id="no slash"),
        pytest.param("ftp://described.test/audio?duration=5000", FORM, id="another scheme"),
        pytest.param("//described.test/audio?duration=5000", FORM, id="no scheme"),
        pytest.param("http://127.0.0.1:1/a.mp3", REACHABLE, id="nobody there"),
        pytest.param("https://127.0.0.1:1/a.mp3", REACHABLE, id="nobody there, with TLS"),
        pytest.param(LINES, FORM, id="in lines of 76"),
        pytest.param(TEXT + "\n", FORM, id="a line's end behind it"),
        pytest.param(f" {TEXT}", FORM, id="a blank before it"),
        pytest.param(TEXT + "=", FORM, id="too much padding"),
        pytest.param(TEXT[:-1], FORM, id="a character too few"),
        pytest.param(f"data:audio/wav;base64,{TEXT}", FORM, id="a data URL"),
        pytest.param(f"{TEXT[:8]}={TEXT[9:]}", FORM, id="padding within it"),
        pytest.param("é" + TEXT[1:], FORM, id="a letter of another alphabet"),
    ],
)
def test_what_is_no_legal_sound_is_refused(target: Target, sound_file: str, name: str) -> None:
    """An address that leads nowhere, no base64, or bytes that are no sound: each by its rule."""
    assert heard(Caller(target), sound_file) == refused_by(name)


@rule(FORM)
def test_the_alphabet_is_the_usual_one(target: Target) -> None:
    """That of RFC 4648, section 4, and not the one for URLs."""
    caller = Caller(target)
    content = SOUND + b"\xfb\xff\xfe" * 8
    plain, for_urls = b64encode(content).decode(), urlsafe_b64encode(content).decode()

    assert plain != for_urls
    assert heard(caller, plain) == ACCEPTED
    assert heard(caller, for_urls) == refused_by(FORM)


@rule("create.external-id-unique", "concurrency.limit", "billing.pack-exhausted", "billing.arrears")
@pytest.mark.parametrize("kind", ["base64", "file", "described"])
def test_a_sound_of_any_kind_is_judged_with_all_else(target: Target, kind: str) -> None:
    """What comes after media is asked too when the sound had to be decoded or fetched."""
    caller = Caller(target, pace="1000+4000")
    sound = TEXT
    if kind == "file":
        sound = caller.put("speech.wav", SOUND)["url"]
    if kind == "described":
        sound = SPEECH
    new_task(caller, SCENE, external_task_id="Mine")
    first = heard(caller, sound, external_task_id="Mine")
    settings = ({"slots": 1}, {"slots": None, "units": "0.1"}, {"units": None, "in_arrears": True})
    verdicts = []
    for one in settings:
        body = body_with(caller, sound)
        caller.change(**one)
        verdicts.append(caller.create(body).verdict)
        caller.change(slots=None, units=None, in_arrears=False)

    assert first == refused_by("create.external-id-unique")
    assert verdicts == [
        refused_by(name)
        for name in ("concurrency.limit", "billing.pack-exhausted", "billing.arrears")
    ]


@rule("transport.check-order", "create.external-id-unique", "billing.arrears")
@pytest.mark.parametrize("sound_file", ["no base64", "http://127.0.0.1:1/x.mp3", "AAAA"])
def test_a_bad_sound_comes_before_what_is_judged_after_media(
    target: Target, sound_file: str
) -> None:
    """A taken external id, or a debt, is named only where the sound is good."""
    caller = Caller(target)
    names = {"no base64": FORM, "AAAA": FORMAT}
    new_task(caller, SCENE, external_task_id="Mine")
    taken = heard(caller, sound_file, external_task_id="Mine")
    body = body_with(caller, sound_file)
    caller.change(in_arrears=True)

    due = refused_by(names.get(sound_file, REACHABLE))
    assert taken == caller.create(body).verdict == due


@rule("create.one-audio-source")
@pytest.mark.parametrize("sound_file", [TEXT, SPEECH])
def test_a_known_speech_does_not_excuse_a_second_sound(target: Target, sound_file: str) -> None:
    """Both are refused, whatever they are; an empty text beside a speech is none."""
    caller = Caller(target)
    named = caller.seed(SPEECH)
    body = plain_fields(caller, SCENE)
    entry = body["face_choose"][0]
    verdicts = []
    for sound, speech in ((sound_file, named), ("", named), (sound_file, ""), ("", "")):
        entry |= {"sound_file": sound, "audio_id": speech}
        verdicts.append(caller.create(body).verdict)
    refused = refused_by("create.one-audio-source")

    assert verdicts == [refused, ACCEPTED, ACCEPTED, refused]
