"""What shows a reading: a call that one choice accepts and another refuses."""

import base64
from collections.abc import Callable

from contract_tests.callers import TASKS, Caller
from contract_tests.drafts import new_task, plain_fields
from contract_tests.scenes import SCENE, VIDEO, Scene
from contract_tests.tokens import claims, mint

AUDIO = "http://described.test/audio"
Witness = Callable[[Caller], str | None]
"""Makes a call and returns the rule that refused it."""


def created(**changes: object) -> Witness:
    """Create with fields changed; those of the entry are named by `entry`."""

    def witness(caller: Caller) -> str | None:
        fields = plain_fields(caller, SCENE, **{k: v for k, v in changes.items() if k != "entry"})
        entry = changes.get("entry")
        if isinstance(entry, dict):
            fields["face_choose"][0].update(entry)
        return caller.create(fields).rule

    return witness


def identified(facts: str) -> Witness:
    """Identify a video of these facts."""
    return lambda caller: caller.identify(f"http://described.test/video?{facts}").rule


def heard(facts: str) -> Witness:
    """Create with a sound of these facts."""
    return created(entry={"sound_file": f"http://described.test/audio?{facts}"})


def without_times(caller: Caller) -> str | None:
    """Create without the times that can only be 0 here."""
    fields = plain_fields(caller, Scene(2000, (0, 2000), 2000, 0, 2000, 0))
    del fields["face_choose"][0]["sound_start_time"]
    del fields["face_choose"][0]["sound_insert_time"]
    return caller.create(fields).rule


def two_entries(caller: Caller) -> str | None:
    """Create with two entries for one face."""
    fields = plain_fields(caller, SCENE)
    fields["face_choose"] *= 2
    return caller.create(fields).rule


def two_faces(caller: Caller) -> str | None:
    """Create with two entries for two faces."""
    fields = plain_fields(caller, SCENE)
    fields["session_id"] = caller.identify(f"{VIDEO}&face=0-8000&face=0-8000").data["session_id"]
    entry = fields["face_choose"][0]
    fields["face_choose"] = [entry, {**entry, "face_id": "1"}]
    return caller.create(fields).rule


def no_content_type(caller: Caller) -> str | None:
    """Identify without a Content-Type."""
    body = b'{"video_url": "%s"}' % VIDEO.encode()
    path = "/v1/videos/identify-face"
    return caller.request("POST", path, body=body, headers={"content-type": None}).rule


def paged(query: str) -> Witness:
    """Query a page."""
    return lambda caller: caller.page(query).rule


def reused_after_failure(caller: Caller) -> str | None:
    """Use the external id of a failed task again."""
    caller.stage(fail_task="no")
    new_task(caller, SCENE, external_task_id="again")
    caller.advance("1h")
    return caller.create(plain_fields(caller, SCENE, external_task_id="again")).rule


def old_session(caller: Caller) -> str | None:
    """Create in a session of yesterday."""
    fields = plain_fields(caller, SCENE)
    caller.advance("24h")
    return caller.create(fields).rule


def token_of_host(caller: Caller) -> str | None:
    """Call with a token that is valid on the host's clock and not on the account's."""
    caller.advance("48h")
    return caller.page().rule


def token_of_account(caller: Caller) -> str | None:
    """Call with a token that is valid on the account's clock and not on the host's."""
    caller.advance("48h")
    now = caller.now() // 1000
    token = mint(caller.secret, claims(caller.key, nbf=now - 5, exp=now + 1800))
    headers = {"authorization": f"Bearer {token}"}
    return caller.request("GET", TASKS, headers=headers).rule


def token_between(caller: Caller) -> str | None:
    """Call with a token that is not yet valid on the host's clock and expired on the account's."""
    host = caller.now() // 1000
    caller.advance("48h")
    token = mint(caller.secret, claims(caller.key, nbf=host + 3600, exp=host + 7200))
    headers = {"authorization": f"Bearer {token}"}
    return caller.request("GET", TASKS, headers=headers).rule


def data_prefix(caller: Caller) -> str | None:
    """Send bytes that are no sound, behind a `data:` prefix."""
    text = base64.b64encode(b"no sound at all").decode()
    return created(entry={"sound_file": f"data:audio/mp3;base64,{text}"})(caller)


LISTED = created(watermark_info=[{"enabled": True}])
CLOSE_NUMBERS = {"sound_start_time": "1", "sound_end_time": "2000"}
NUMBERS = {"sound_start_time": "0", "sound_end_time": "3000"}
HALVES = {"sound_start_time": 0.5, "sound_end_time": 3000.5}
WHOLES = {"sound_start_time": 0.0, "sound_end_time": 3000.0}
SHORT_TAIL = "duration=3020"
GROWING = "container=2900&stream=3000&samples=3100"
DIFFERING = "container=3100&stream=3000&samples=2900"

FLIPS: tuple[tuple[str, str, Witness, str | None], ...] = (
    ("token-clock", "either", token_of_host, None),
    ("token-clock", "either", token_of_account, None),
    ("token-clock", "either", token_between, "auth.not-expired"),
    ("token-clock", "account", token_of_host, "auth.not-expired"),
    ("token-clock", "account", token_of_account, None),
    ("token-clock", "host", token_of_host, None),
    ("token-clock", "host", token_of_account, "auth.not-before"),
    ("resolution", "short-side", identified("width=1440&height=640"), "identify.video-resolution"),
    ("resolution", "pixel-area", identified("width=1440&height=640"), None),
    ("resolution", "pixel-area", identified("width=1100&height=720"), "identify.video-resolution"),
    ("resolution", "short-side", identified("width=1100&height=720"), None),
    ("resolution", "box-only", identified("width=600&height=2000"), None),
    ("faces-chosen", "one-entry", two_entries, "create.one-face"),
    ("faces-chosen", "one-face-id", two_entries, None),
    ("faces-chosen", "one-face-id", two_faces, "create.one-face"),
    ("faces-chosen", "many", two_faces, None),
    ("number-for-time", "whole-value", created(entry=WHOLES), None),
    ("number-for-time", "whole-value", created(entry=HALVES), "transport.field-types"),
    ("number-for-time", "integer-literal", created(entry=WHOLES), "transport.field-types"),
    ("number-for-time", "truncate", created(entry=HALVES), None),
    ("number-for-time", "whole-value", created(entry=NUMBERS), "transport.field-types"),
    ("number-for-time", "numeric-text", created(entry=NUMBERS), None),
    ("number-for-time", "numeric-text", created(entry=CLOSE_NUMBERS), "create.crop-length"),
    ("null-field", "refuse", created(external_task_id=None), "transport.field-types"),
    ("null-field", "absent", created(external_task_id=None), None),
    ("null-field", "absent", created(watermark_info=None, callback_url=None), None),
    ("null-field", "absent", created(entry={"audio_id": None, "sound_volume": None}), None),
    ("unknown-field", "ignore", created(entry={"model": 1}), None),
    ("unknown-field", "refuse", created(entry={"model": 1}), "transport.unknown-fields"),
    ("unknown-field", "refuse", paged("page=2"), "transport.unknown-fields"),
    ("content-type-missing", "accept", no_content_type, None),
    ("content-type-missing", "refuse", no_content_type, "transport.content-type"),
    ("data-prefix", "refuse", data_prefix, "create.sound-file-form"),
    ("data-prefix", "strip", data_prefix, "create.sound-file-format"),
    ("aac-formats", "accept", heard("format=m4a"), None),
    ("aac-formats", "refuse", heard("format=m4a"), "create.sound-file-format"),
    ("aac-formats", "refuse", heard("format=aac"), "create.sound-file-format"),
    ("aac-formats", "refuse", heard("format=mp3"), None),
    ("watermark-list", "refuse", LISTED, "create.watermark-info"),
    ("watermark-list", "accept", LISTED, None),
    ("omitted-time", "refuse", without_times, "create.times-required"),
    ("omitted-time", "zero", without_times, None),
    ("no-face", "empty-list", identified("faces=none"), None),
    ("no-face", "refuse", identified("faces=none"), "identify.no-face"),
    ("end-margin", "0", heard(SHORT_TAIL), None),
    ("end-margin", "20", heard(SHORT_TAIL), None),
    ("end-margin", "21", heard(SHORT_TAIL), "create.sound-end-within-audio"),
    ("end-margin", "1", created(entry={"sound_insert_time": 5000}), "create.insert-within-video"),
    ("audio-length", "either", heard(DIFFERING), None),
    ("audio-length", "declared", heard(DIFFERING), None),
    ("audio-length", "either", heard(GROWING), None),
    ("audio-length", "declared", heard(GROWING), "create.sound-end-within-audio"),
    ("audio-length", "decoded", heard(GROWING), None),
    ("audio-length", "decoded", heard(DIFFERING), "create.sound-end-within-audio"),
    ("size-unit", "1024", identified("bytes=100000001"), None),
    ("size-unit", "1000", identified("bytes=100000001"), "identify.video-size"),
    ("size-unit", "1000", identified("bytes=100000000"), None),
    ("size-unit", "1000", heard("bytes=5000000"), None),
    ("size-unit", "1000", heard("bytes=5000001"), "create.sound-file-size"),
    ("media-faults", "as-failed-task", identified("format=webm"), None),
    ("media-faults", "as-failed-task", heard("format=ogg"), None),
    ("content-faults", "as-failed-task", identified("moderation=blocked"), None),
    ("external-id-after-failure", "taken", reused_after_failure, "create.external-id-unique"),
    ("external-id-after-failure", "free", reused_after_failure, None),
    ("page-out-of-range", "refuse", paged("pageNum=0&pageSize=501"), "list.page-number"),
    ("page-out-of-range", "clamp", paged("pageNum=0&pageSize=501"), None),
    ("page-out-of-range", "clamp", paged("pageNum=x"), "list.page-number"),
    ("session-life", "24h", old_session, "retention.session-life"),
    ("session-life", "none", old_session, None),
)
