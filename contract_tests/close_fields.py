"""Close calls at the rules on what a request asks for, names, and may cost."""

from contract_tests import close_calls as c
from contract_tests import spec
from contract_tests.close_calls import Close
from contract_tests.drafts import Draft, audio_id, session_id, sound_url, video_id, video_url


def _no_face(draft: Draft, faces: list[str]) -> None:
    draft.video["face"] = faces
    if not faces:
        draft.video["faces"] = "none"
    c.account({"readings": {"no-face": "empty-list"}}, readings={"no-face": "refuse"})(draft)


CLOSE: tuple[Close, ...] = (
    Close(
        "identify.one-video-source",
        "a blank beside it",
        "identify",
        c.put(video_url=video_url, video_id=""),
        c.put(video_url=video_url, video_id=" "),
    ),
    Close(
        "identify.one-video-source",
        "neither",
        "identify",
        c.put(video_url="", video_id=video_id),
        c.put(video_url="", video_id=""),
    ),
    Close(
        "create.one-audio-source",
        "a blank beside it",
        "create",
        c.entry(sound_file=sound_url, audio_id=""),
        c.entry(sound_file=sound_url, audio_id=" "),
    ),
    Close(
        "create.one-audio-source",
        "neither",
        "create",
        c.entry(sound_file="", audio_id=audio_id),
        c.entry(sound_file="", audio_id=""),
    ),
    Close("create.times-required", "no start", "create", c.nothing, c.without("sound_start_time")),
    Close("create.times-required", "no end", "create", c.nothing, c.without("sound_end_time")),
    Close(
        "create.times-required", "no insert", "create", c.nothing, c.without("sound_insert_time")
    ),
    Close(
        "create.watermark-info",
        "null",
        "create",
        c.put(watermark_info={}),
        c.put(watermark_info={"enabled": None}),
    ),
    Close(
        "create.watermark-info",
        "a list",
        "create",
        c.put(watermark_info={"enabled": True}),
        c.put(watermark_info=[{"enabled": True}]),
    ),
    *(
        Close(
            "create.callback-url-form",
            illegal,
            "create",
            c.put(callback_url=legal),
            c.put(callback_url=illegal),
        )
        for legal, illegal in (
            ("http://h", "http://"),
            ("https://h:1/", "https://h:0/"),
            ("http://h/a%20b", "http://h/a b"),
            ("HTTPS://h/", "HTTPX://h/"),
            ("http://h:65535/", "http://h:65536/"),
        )
    ),
    Close(
        "create.session-known",
        "of another account",
        "create",
        c.put(session_id=session_id),
        c.put(session_id=c.of_another(session_id)),
    ),
    Close("create.face-in-session", "a zero", "create", c.nothing, c.entry(face_id="00")),
    Close(
        "create.audio-id-known",
        "of another account",
        "create",
        c.by_id_named(c.seeded("audio")),
        c.by_id_named(c.of_another(c.seeded("audio"))),
    ),
    Close(
        "create.audio-id-known",
        "of a video",
        "create",
        c.by_id_named(c.seeded("audio")),
        c.by_id_named(c.seeded("video")),
    ),
    Close(
        "identify.video-id-known",
        "of another account",
        "identify",
        c.by_id_named(c.seeded("video")),
        c.by_id_named(c.of_another(c.seeded("video"))),
    ),
    Close(
        "get.known-task",
        "of another account",
        "get",
        c.named(c.task_path),
        c.named(c.of_another(c.task_path)),
    ),
    Close(
        "create.sound-file-form",
        "a blank in base64",
        "create",
        c.entry(sound_file=sound_url),
        c.entry(sound_file=f"{c.BASE64[:4]} {c.BASE64[4:]}"),
    ),
    Close(
        "create.sound-file-reachable",
        "a description with a mistake",
        "create",
        c.entry(sound_file=f"{c.AUDIO}?duration=5000"),
        c.entry(sound_file=f"{c.AUDIO}?durations=5000"),
    ),
    Close(
        "identify.video-url-reachable",
        "a description with a mistake",
        "identify",
        c.put(video_url="http://described.test/video?duration=5000"),
        c.put(video_url="http://described.test/video?durations=5000"),
    ),
    *(
        Close("create.sound-file-format", f"{name}, and in capitals", "create", legal, illegal)
        for name in spec.rule("create.sound-file-format").limits["formats"]
        for legal, illegal in ((c.sound(format=name), c.sound(format=name.upper())),)
    ),
    *(
        Close("identify.video-format", f"{name}, and in capitals", "identify", legal, illegal)
        for name in spec.rule("identify.video-format").limits["containers"]
        for legal, illegal in ((c.video(format=name), c.video(format=name.upper())),)
    ),
    Close(
        "identify.no-face",
        "a face of 1 ms",
        "identify",
        lambda draft: _no_face(draft, ["0-1"]),
        lambda draft: _no_face(draft, []),
    ),
    Close(
        "identify.video-content",
        "blocked",
        "identify",
        c.video(moderation="passed"),
        c.video(moderation="blocked"),
    ),
    Close(
        "create.sound-content",
        "blocked",
        "create",
        c.sound(moderation="passed"),
        c.sound(moderation="blocked"),
    ),
    Close(
        "create.platform-policy",
        "staged for this operation",
        "create",
        c.staged(code=1300, operations=["identify"], after=9),
        c.staged(code=1300, operations=["create"]),
    ),
    Close("create.external-id-unique", "a capital", "create", c.taken("order"), c.taken("Order")),
    Close(
        "billing.arrears",
        "something owed",
        "identify",
        c.account({}, in_arrears=False),
        c.account({"in_arrears": False}, in_arrears=True),
    ),
    Close(
        "envelope.server-fault",
        "staged for the next call",
        "list",
        c.staged(code=5000, operations=["list"], after=1),
        c.staged(code=5000, operations=["list"], after=0),
    ),
)
