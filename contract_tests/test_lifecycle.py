"""What becomes of a task as its account's clock moves, held against a model of four lines."""

from random import Random

from attrs import frozen
from hypothesis import given, settings

from contract_tests import spec
from contract_tests.callers import Caller, Fields
from contract_tests.drafts import new_task, plain_fields
from contract_tests.marks import rule
from contract_tests.scenes import SCENE, any_scene
from contract_tests.strategies import draws
from contract_tests.targets import Target

REASON = "The face is too small"


@frozen
class Plan:
    """A task as it must be: the model that the server is compared with."""

    created_at: int
    submitted: int
    processing: int
    failure: str

    def status(self, now: int) -> str:
        """Return the status at an instant."""
        if now < self.created_at + self.submitted:
            return "submitted"
        if now < self.created_at + self.submitted + self.processing:
            return "processing"
        return "failed" if self.failure else "succeed"

    def updated_at(self, now: int) -> int:
        """Return the instant of the last change."""
        ends = {"submitted": 0, "processing": self.submitted}
        return self.created_at + ends.get(self.status(now), self.submitted + self.processing)


def observed(draw: Random, target: Target) -> tuple[Plan, Fields, list[tuple[int, Fields]]]:
    """Create a task and query it at several instants; return its plan, body and answers."""
    submitted, processing = draw.choice((0, draw.randint(1, 9999))), draw.randint(1, 99_999)
    caller = Caller(target, pace=f"{submitted}+{processing}")
    failure = draw.choice(("", REASON))
    if failure:
        caller.stage(fail_task=failure)
    fields = plain_fields(caller, any_scene(draw), external_task_id="x")
    fields["watermark_info"] = {"enabled": draw.choice((True, False))}
    task_id = caller.create(fields).data["task_id"]
    start = now = caller.now()
    told = [(now, caller.get(task_id).data)]
    edges = (submitted - 1, submitted, submitted + processing - 1, submitted + processing)
    for instant in sorted({start + max(0, edge) for edge in (*edges, draw.randint(0, 10**6))}):
        caller.set_clock(instant)
        told.append((instant, caller.get(task_id).data))
    return Plan(start, submitted, processing, failure), fields, told


@rule("lifecycle.states", "lifecycle.forward-only", "lifecycle.timestamps")
@given(draw=draws())
@settings(max_examples=50)
def test_a_task_goes_its_way_to_the_ms(target: Target, draw: Random) -> None:
    """Status and update time change at the planned instants, and creation time never does."""
    plan, _, told = observed(draw, target)
    seen = [(task["task_status"], task["updated_at"], task["created_at"]) for _, task in told]

    assert seen == [(plan.status(at), plan.updated_at(at), plan.created_at) for at, _ in told]


@rule("lifecycle.forward-only")
@given(draw=draws())
def test_a_status_never_goes_back(target: Target, draw: Random) -> None:
    """Status moves forward only, through the documented states."""
    _, _, told = observed(draw, target)
    states = list(spec.rule("lifecycle.states").limits["states"])
    ranks = [min(states.index(task["task_status"]), 2) for _, task in told]

    assert ranks == sorted(ranks)
    assert len({task["task_status"] for _, task in told if task["task_status"] in states[2:]}) == 1


@rule("lifecycle.result", "lifecycle.failure-reason", "lifecycle.watermark")
@given(draw=draws())
@settings(max_examples=50)
def test_a_result_is_there_once_it_succeeded(target: Target, draw: Random) -> None:
    """A task that succeeded, and no other, has one result; a failed one, and no other, a reason."""
    plan, fields, told = observed(draw, target)
    for at, task in told:
        status = plan.status(at)
        videos = task.get("task_result", {}).get("videos", [])
        extras = {"watermark_url"} if fields["watermark_info"]["enabled"] else set()

        assert len(videos) == (status == "succeed")
        assert task["task_status_msg"] == (REASON if status == "failed" else "")
        assert all(set(video) == {"id", "url", "duration"} | extras for video in videos)


@rule("lifecycle.failure-reason")
def test_a_failed_task_is_an_accepted_query(target: Target) -> None:
    """It is told with HTTP 200 and code 0."""
    caller = Caller(target)
    caller.stage(fail_task=REASON)
    task_id = new_task(caller, SCENE)
    caller.advance("1h")

    assert caller.get(task_id).verdict == (None, 0, 200)
    assert caller.page().data[0]["task_status"] == "failed"


@rule("lifecycle.result-length")
@given(draw=draws())
def test_a_result_lasts_as_long_as_its_source(target: Target, draw: Random) -> None:
    """The result's duration is the source video's, whatever was cropped and inserted."""
    caller = Caller(target)
    task_id = new_task(caller, any_scene(draw))
    caller.advance("1h")
    task = caller.get(task_id).data

    assert (
        task["task_result"]["videos"][0]["duration"]
        == task["task_info"]["parent_video"]["duration"]
    )


@rule("lifecycle.result", "identify.video-id-known")
def test_a_result_can_be_used_by_its_id(target: Target) -> None:
    """The id of a result is a video_id of the account from the instant at which it is there."""
    caller = Caller(target, pace="1000+4000")
    task_id = new_task(caller, SCENE)
    caller.advance("5s")
    video_id = caller.get(task_id).data["task_result"]["videos"][0]["id"]
    found = caller.identify(video_id=video_id)

    assert found.verdict == (None, 0, 200)
    assert found.data["face_data"] != []
    assert Caller(target).identify(video_id=video_id).rule == "identify.video-id-known"


@rule("lifecycle.watermark")
def test_a_watermarked_twin_stands_beside_the_plain_result(target: Target) -> None:
    """Both can be fetched, and are two files with two addresses."""
    caller = Caller(target)
    task_id = new_task(caller, SCENE, watermark_info={"enabled": True})
    caller.advance("1h")
    video = caller.get(task_id).data["task_result"]["videos"][0]

    assert video["url"] != video["watermark_url"]
    assert caller.media(video["url"]).status == 200
    assert caller.media(video["watermark_url"]).status == 200


@rule("lifecycle.watermark")
def test_there_is_no_twin_that_nobody_asked_for(target: Target) -> None:
    """Without the option there is no watermarked file to be guessed."""
    caller = Caller(target)
    task_id = new_task(caller, SCENE)
    caller.advance("1h")
    url = caller.get(task_id).data["task_result"]["videos"][0]["url"]

    assert caller.media(url.replace(".mp4", "-watermarked.mp4")).status == 404
