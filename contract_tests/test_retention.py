"""How long results can be fetched, and generated media be used."""

import re

import pytest

from contract_tests import spec
from contract_tests.callers import Caller
from contract_tests.drafts import new_task, plain_fields
from contract_tests.exchanges import ACCEPTED, refused_by
from contract_tests.marks import rule
from contract_tests.scenes import SCENE, VIDEO, Scene
from contract_tests.targets import Target
from contract_tests.witnesses import AUDIO

SHORT = Scene(video=5000, face=(0, 5000), sound=3000, start=0, end=2000, insert=0)
LIFE_MS = spec.limit("retention.result-media", "days") * spec.DAY_MS


@rule("retention.result-media")
@pytest.mark.parametrize("watermarked", [False, True])
def test_a_result_can_be_fetched_for_thirty_days(target: Target, *, watermarked: bool) -> None:
    """It is there up to 30 days after the end to the ms, and forbidden from then on."""
    caller = Caller(target, pace="1000+4000")
    task_id = new_task(caller, SCENE, watermark_info={"enabled": watermarked})
    caller.advance("5s")
    task = caller.get(task_id).data
    url = task["task_result"]["videos"][0]["watermark_url" if watermarked else "url"]
    statuses = []
    for instant in (0, LIFE_MS, LIFE_MS + 1, 2 * LIFE_MS):
        caller.set_clock(task["updated_at"] + instant)
        statuses.append(caller.media(url).status)

    assert statuses == [200, 200, 403, 403]
    assert caller.get(task_id).data == task


@rule("retention.result-media")
def test_an_address_tells_when_it_ends(target: Target) -> None:
    """The signature of a result's URL ends 30 days after the task did."""
    caller = Caller(target)
    task_id = new_task(caller, SCENE)
    caller.advance("1h")
    task = caller.get(task_id).data
    found = re.search(r"[?&]Expires=(\d+)", task["task_result"]["videos"][0]["url"])

    assert found is not None
    assert abs(int(found[1]) * 1000 - task["updated_at"] - LIFE_MS) <= 2000


@rule("retention.result-media", "identify.video-id-age")
def test_a_result_can_be_named_for_thirty_days(target: Target) -> None:
    """Its id is a legal video_id for 30 days after the task ended, and 1 ms later it is too old."""
    caller = Caller(target, pace="0+1")
    task_id = new_task(caller, SCENE)
    caller.advance(1)
    video_id = caller.get(task_id).data["task_result"]["videos"][0]["id"]
    caller.advance(LIFE_MS)
    last = caller.identify(video_id=video_id)
    caller.advance(1)

    assert last.rule is None
    assert caller.identify(video_id=video_id).rule == "identify.video-id-age"


@rule("create.audio-id-age", "identify.video-id-age")
def test_an_age_is_that_at_the_call_that_names_it(target: Target) -> None:
    """Speech that grows too old between identify and create is refused; the video is settled."""
    caller = Caller(target)
    oldest = spec.limit("create.audio-id-age", "oldest_days")
    age = f"{oldest * 24 - 1}h"
    speech = caller.seed(f"{AUDIO}?duration=5000&age={age}")
    film = caller.seed(f"{VIDEO}&age={age}")
    fields = plain_fields(caller, SCENE)
    fields["session_id"] = caller.identify(video_id=film).data["session_id"]
    entry = fields["face_choose"][0]
    verdicts = []
    for span in ("1h", 1):
        caller.advance(span)
        for named in ({"audio_id": speech, "sound_file": ""}, {}):
            fields["face_choose"] = [{**entry, **named}]
            verdicts.append(caller.create(fields).verdict)

    assert verdicts == [ACCEPTED, ACCEPTED, refused_by("create.audio-id-age"), ACCEPTED]
    assert caller.identify(video_id=film).verdict == refused_by("identify.video-id-age")


@rule("retention.session-life")
def test_a_session_serves_many_tasks(target: Target) -> None:
    """Any number of creates can use one session, up to its end."""
    caller = Caller(target)
    fields = plain_fields(caller, SHORT)
    verdicts = []
    for _ in range(4):
        verdicts += [caller.create(fields).rule, caller.create(fields).rule]
        caller.advance("6h")

    assert verdicts == [None] * 8
    assert caller.create(fields).rule == "retention.session-life"


@rule("retention.session-life")
def test_the_sample_session_never_ends(target: Target) -> None:
    """The vendor's own sample works on any day."""
    caller = Caller(target)
    fields = plain_fields(caller, SHORT)
    fields["session_id"] = "850508686686064678"
    caller.advance("400d")

    assert caller.create(fields).rule is None
