"""A create call refers to what exists."""

import pytest

from kling_lipsync.media import Face
from kling_lipsync.rules.facts import NOT_THERE, Facts, Finding
from kling_lipsync.rules.tests.builders import DAY_MS, NOW, create, judged, session

HOUR_MS = 3600 * 1000


@pytest.mark.parametrize(
    ("reading", "ids", "refused"),
    [
        ("one-entry", ("0",), False),
        ("one-entry", ("0", "0"), True),
        ("one-face-id", ("0", "0"), False),
        ("one-face-id", ("0", "1"), True),
        ("many", ("0", "1"), False),
    ],
)
def test_one_face_is_what_the_reading_understands(
    reading: str,
    ids: tuple[str, ...],
    refused: bool,  # noqa: FBT001 - a column of the table
) -> None:
    """One entry, one id, or any number."""
    facts = create(faces_chosen=len(ids), face_ids=ids)

    found = judged("create.one-face", facts, faces_chosen=reading)

    assert found == (Finding(2, "face_choose", 1) if refused else None)


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1:9000/done",
        "https://client.example.com",
        "HTTPS://CLIENT.EXAMPLE.COM/x?y=1#z",
        "http://[::1]:9000/done",
        "http://user:secret@client.example.com/done",
        None,
    ],
)
def test_an_absolute_url_can_be_called_back(url: str | None) -> None:
    """It is http or https with a host; and no URL at all is fine too."""
    assert judged("create.callback-url-form", create(callback_url=url)) is None


@pytest.mark.parametrize(
    "url",
    [
        "client.example.com/done",
        "/done",
        "ftp://client.example.com/done",
        "javascript:alert(1)",
        "http://",
        "http:///done",
        "http://:9000/done",
        "http://a:99999/done",
        "http://a:x/done",
        "http://a:0/done",
        "http://[::1/done",
        " ",
        " http://client.example.com/done",
        "http://client.example .com/done",
        "http://client.example.com/done\r\nX: 1",
    ],
)
def test_what_is_no_absolute_url_cannot_be_called_back(url: str) -> None:
    """The value is told."""
    found = judged("create.callback-url-form", create(callback_url=url))

    assert found == Finding(url, "callback_url")


def test_an_unknown_session_is_refused() -> None:
    """The id is told; a known one passes."""
    assert judged("create.session-known", create({"session": NOT_THERE})) == Finding(
        "850508686686064678", "session_id"
    )
    assert judged("create.session-known", create()) is None


def test_a_session_lives_for_24_hours() -> None:
    """The limit is exclusive: at exactly 24 h the session is gone."""
    last = create({"session": session(age_ms=24 * HOUR_MS - 1)})
    late = create({"session": session(age_ms=24 * HOUR_MS)})

    assert judged("retention.session-life", last) is None
    assert judged("retention.session-life", late) == Finding("850508686686064678", "session_id")


def test_a_session_may_live_for_ever() -> None:
    """Under `none`, and for the vendor's sample session, there is no end."""
    old = session(age_ms=1000 * DAY_MS)
    sample = type(old)(old.created_at, old.video, old.faces, expires=False)

    assert judged("retention.session-life", create({"session": old}), session_life="none") is None
    assert judged("retention.session-life", create({"session": sample})) is None


def test_an_unknown_face_is_refused() -> None:
    """The id is told, and one that the session has."""
    found = judged("create.face-in-session", create(face_ids=("0", "7")))

    assert found == Finding("7", "face_choose[0].face_id", "0")
    assert judged("create.face-in-session", create()) is None


def test_a_session_without_faces_has_no_nearest_one() -> None:
    """Where there is no face at all, none can be told."""
    facts = create({"session": session(faces=())})

    assert judged("create.face-in-session", facts) == Finding("0", "face_choose[0].face_id", None)


@pytest.mark.parametrize(("code", "refused"), [(1300, True), (5000, False), (0, False)])
def test_a_platform_policy_blocks_when_somebody_staged_it(
    code: int,
    refused: bool,  # noqa: FBT001 - a column of the table
) -> None:
    """No trigger is printed, so nothing else does."""
    found = judged("create.platform-policy", Facts(NOW, staged_code=code))

    assert found == (Finding("staged", "fault") if refused else None)


def test_an_external_id_is_used_once() -> None:
    """The id is told; an unused one passes."""
    taken = create({"external_id_taken": True}, external_task_id="greeting-17")
    free = create({"external_id_taken": False}, external_task_id="greeting-17")

    assert judged("create.external-id-unique", taken) == Finding("greeting-17", "external_task_id")
    assert judged("create.external-id-unique", free) is None


def test_a_face_of_two_intervals_is_found_by_its_id() -> None:
    """Only the ids count, wherever in the video a face appears."""
    faces = (Face("a", 0, 2000), Face("b", 3000, 5200))

    assert (
        judged("create.face-in-session", create({"session": session(faces=faces)}, face_ids=("b",)))
        is None
    )
