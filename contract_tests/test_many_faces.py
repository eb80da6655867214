"""Sessions with several faces, and tasks upon the results of tasks: which one is meant."""

from random import Random

import pytest
from hypothesis import given

from contract_tests import spec
from contract_tests.callers import Caller, Fields
from contract_tests.drafts import plain_fields
from contract_tests.exchanges import ACCEPTED, Verdict, refused_by
from contract_tests.marks import rule
from contract_tests.scenes import SCENE
from contract_tests.strategies import draws
from contract_tests.targets import Target
from contract_tests.witnesses import AUDIO

SHORTEST = spec.limit("create.overlap-with-face", "shortest_ms")
LENGTH = 20_000
SPEECH = f"{AUDIO}?duration={LENGTH}"


def session_of(caller: Caller, *faces: tuple[int, int]) -> str:
    """Identify a video of 20 s with these faces, in ms; their ids are 0, 1 and so on."""
    shown = "".join(f"&face={begin}-{end}" for begin, end in faces)
    found = caller.identify(f"http://described.test/video?duration={LENGTH}{shown}").data
    assert [face["face_id"] for face in found["face_data"]] == [str(n) for n in range(len(faces))]
    return str(found["session_id"])


def spoken(caller: Caller, session: str, face: object, begin: int, end: int) -> Verdict:
    """Have a face of a session speak in a part of the video; return the verdict."""
    entry: Fields = {
        "face_id": str(face),
        "sound_file": SPEECH,
        "sound_start_time": 0,
        "sound_end_time": end - begin,
        "sound_insert_time": begin,
    }
    return caller.create({"session_id": session, "face_choose": [entry]}).verdict


@rule("create.overlap-with-face")
@given(draw=draws())
def test_the_face_that_was_chosen_has_to_be_seen(target: Target, draw: Random) -> None:
    """However long the others are: at least 2 s of the insert, and 1 ms less is too little."""
    caller = Caller(target)
    faces = []
    for _ in range(draw.randint(1, 4)):
        begin = draw.randint(0, LENGTH - SHORTEST)
        faces.append((begin, draw.randint(begin + SHORTEST, LENGTH)))
    session = session_of(caller, *faces)
    begin = draw.randint(0, LENGTH - SHORTEST)
    end = draw.randint(begin + SHORTEST, LENGTH)
    for place, (first, last) in enumerate(faces):
        shared = min(end, last) - max(begin, first)
        due = ACCEPTED if shared >= SHORTEST else refused_by("create.overlap-with-face")

        assert spoken(caller, session, place, begin, end) == due


@rule("create.overlap-with-face")
@pytest.mark.parametrize("chosen", [0, 1, 2])
def test_each_face_has_an_interval_of_its_own(target: Target, chosen: int) -> None:
    """To the ms, at both of its ends, wherever it stands among the others."""
    caller = Caller(target)
    faces = [(0, 4000), (6000, 10_000), (13_000, 17_000)]
    session = session_of(caller, *faces)
    begin, end = faces[chosen]
    early, late = begin + SHORTEST, end - SHORTEST
    told = [
        spoken(caller, session, chosen, *window)
        for window in (
            (max(0, early - 5000), early),
            (late, late + 2000),
            (late + 1, late + 2001),
            (begin, end),
        )
    ]
    others = [spoken(caller, session, n, begin, end) for n in range(3) if n != chosen]

    assert told == [ACCEPTED, ACCEPTED, refused_by("create.overlap-with-face"), ACCEPTED]
    assert others == [refused_by("create.overlap-with-face")] * 2


@rule("create.face-in-session")
def test_a_face_is_one_of_its_session(target: Target) -> None:
    """That another session has it, or that it looks alike, does not help."""
    caller = Caller(target)
    two, one = session_of(caller, (0, 9000), (0, 9000)), session_of(caller, (0, 9000))
    ids = ("0", "1", "2", "00", "0 ", " 0", "-0", "+0", "0.0", "a", "None")

    assert [spoken(caller, two, n, 0, 3000) for n in ids] == [ACCEPTED] * 2 + [
        refused_by("create.face-in-session")
    ] * (len(ids) - 2)
    assert spoken(caller, one, 1, 0, 3000) == refused_by("create.face-in-session")


@rule("lifecycle.result", "get.reply", "identify.video-id-known")
def test_each_result_has_an_id_of_its_own(target: Target) -> None:
    """Of a task upon the result of a task, and so on; each tells what it was made of."""
    caller = Caller(target)
    fields, told = plain_fields(caller, SCENE), list[tuple[str, str]]()
    for _ in range(4):
        task_id = caller.create(fields).data["task_id"]
        caller.advance("1h")
        task = caller.get(task_id).data
        (result,) = task["task_result"]["videos"]
        told.append((task["task_info"]["parent_video"]["id"], result["id"]))
        fields = {**fields, "session_id": caller.identify(video_id=result["id"]).data["session_id"]}
    parents, results = zip(*told, strict=True)

    assert parents[1:] == results[:-1]
    assert len({*parents, *results}) == 5
