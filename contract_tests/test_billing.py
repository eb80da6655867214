"""What calls and tasks cost, when it is taken, and where it is told."""

import base64
from decimal import Decimal
from random import Random

import pytest
from hypothesis import given

from contract_tests import spec
from contract_tests.callers import Caller
from contract_tests.drafts import new_task, plain_fields
from contract_tests.marks import rule
from contract_tests.media_files import SAMPLES, tone
from contract_tests.receiver import Receiver
from contract_tests.scenes import SCENE, VIDEO, Scene, any_scene, described
from contract_tests.strategies import draws
from contract_tests.targets import Target

CLIP = SAMPLES / "talking-clip.mp4"
CALL = Decimal(spec.rule("billing.identify-price").limits["units"])
UNITS = Decimal(spec.rule("billing.lip-sync-price").limits["units"])
STARTED_MS = spec.limit("billing.lip-sync-price", "started_ms")


def price_of(length_ms: int) -> Decimal:
    """Return what a result of this length costs: each started 5 s in full."""
    return UNITS * -(-length_ms // STARTED_MS)


@rule("billing.identify-price", "billing.deduction-reported")
def test_an_identify_call_costs_its_price(every_target: Target) -> None:
    """Each accepted call is told with its price and taken at once; a refused one is free."""
    caller = Caller(every_target)
    told = [caller.identify(VIDEO).data["final_unit_deduction"] for _ in range(3)]
    caller.identify("http://described.test/video?duration=1")
    caller.identify()

    assert [Decimal(units) for units in told] == [CALL] * 3
    assert caller.spent() == 3 * CALL


@rule("billing.identify-price", "identify.no-face")
def test_an_identify_call_that_finds_nobody_costs_its_price(target: Target) -> None:
    """It was answered, and is taken like any other."""
    caller = Caller(target, units=str(2 * CALL))
    told = [caller.identify(f"{VIDEO}&faces=none") for _ in range(3)]

    assert [one.rule for one in told] == [None, None, "billing.pack-exhausted"]
    assert told[0].data == {**told[1].data, "session_id": told[0].data["session_id"]}
    assert told[0].data["face_data"] == []
    assert caller.spent() == 2 * CALL


@rule("billing.lip-sync-price")
@pytest.mark.parametrize(
    ("length", "price"),
    [(2000, "0.5"), (5000, "0.5"), (5001, "1"), (10_000, "1"), (10_001, "1.5"), (60_000, "6")],
)
def test_a_task_costs_by_its_result(target: Target, length: int, price: str) -> None:
    """A started 5 s of result counts in full, however short the inserted sound is."""
    caller = Caller(target)
    scene = Scene(video=length, face=(0, length), sound=2000, start=0, end=2000, insert=0)
    task_id = new_task(caller, scene)
    caller.advance("1h")

    assert caller.get(task_id).data["final_unit_deduction"] == price
    assert caller.spent() == CALL + Decimal(price)


@rule("billing.charged-on-success", "billing.identify-price")
@pytest.mark.parametrize("pace", ["0+0", "1000+4000"])
def test_a_task_with_a_file_of_its_own_is_taken_once(target: Target, pace: str) -> None:
    """Whether the file is there before its end or after; the same for the sample's own clip."""
    caller = Caller(target, pace=pace)
    fields = plain_fields(caller, SCENE)
    clip = caller.put("talking-clip.mp4", CLIP.read_bytes())["url"]
    found = caller.identify(clip).data
    face = {**fields["face_choose"][0], "face_id": found["face_data"][0]["face_id"]}
    face["sound_file"] = base64.b64encode(tone(5000)).decode()
    task_id = caller.create(
        {**fields, "session_id": found["session_id"], "face_choose": [face]}
    ).data["task_id"]
    caller.advance("1h")
    caller.advance("1h")
    task = caller.get(task_id).data
    taken = [line for line in caller.ledger()["lines"] if line["subject"] == task_id]

    assert task["task_status"] == "succeed"
    assert [Decimal(line["units"]) for line in taken] == [Decimal(task["final_unit_deduction"])]
    assert caller.spent() == 2 * CALL + Decimal(task["final_unit_deduction"])


@rule("billing.charged-on-success")
@pytest.mark.parametrize(("failure", "taken"), [(None, price_of(SCENE.video)), ("no", Decimal(0))])
def test_units_are_taken_at_the_end(target: Target, failure: str | None, taken: Decimal) -> None:
    """Nothing is taken until the task ends, and a failed task costs nothing."""
    caller = Caller(target, pace="1000+4000")
    if failure is not None:
        caller.stage(fail_task=failure)
    new_task(caller, SCENE)
    spent = []
    for span in (0, 4999, 1, 10**9):
        caller.advance(span)
        spent.append(caller.spent() - CALL)

    assert spent == [0, 0, taken, taken]


@rule("billing.lip-sync-price", "billing.identify-price", "billing.charged-on-success")
@given(draw=draws())
def test_the_ledger_adds_up(target: Target, draw: Random) -> None:
    """What was taken is the sum of the ledger's lines, one for each call and each success."""
    caller = Caller(target)
    prices = []
    for _ in range(draw.randint(0, 4)):
        scene, fails = any_scene(draw), draw.randint(0, 3) == 0
        if fails:
            caller.stage(fail_task="no")
        new_task(caller, scene)
        prices.append(Decimal(0) if fails else price_of(scene.video))
    caller.advance("1h")
    told = [Decimal(task["final_unit_deduction"]) for task in caller.page().data]
    lines = [Decimal(line["units"]) for line in caller.ledger()["lines"]]

    assert told == prices[::-1]
    assert sorted(lines) == sorted([price for price in prices if price] + [CALL] * len(prices))
    assert caller.spent() == sum(lines)


@rule("billing.deduction-reported")
def test_a_deduction_is_told_by_queries_and_announcements(target: Target) -> None:
    """Single query, list and callback tell the deduction of a task that ended, and create none."""
    caller = Caller(target)
    with Receiver() as receiver:
        created = caller.create(plain_fields(caller, SCENE, callback_url=receiver.url)).data
        caller.advance("1h")
    told = [caller.get(created["task_id"]).data, caller.page().data[0], receiver.received[-1].task]

    assert [Decimal(task["final_unit_deduction"]) for task in told] == [price_of(SCENE.video)] * 3
    assert "final_unit_deduction" not in created


@rule("billing.pack-exhausted")
def test_a_pack_is_used_up_by_what_was_taken(target: Target) -> None:
    """Units that are left pay for as much as they say, and not for a hundredth more."""
    caller = Caller(target, units=str(2 * CALL + price_of(SCENE.video)))
    new_task(caller, SCENE)
    caller.advance("1h")

    assert caller.identify(VIDEO).rule is None
    assert caller.identify(VIDEO).rule == "billing.pack-exhausted"


@rule("lifecycle.result-length", "get.reply", "billing.lip-sync-price")
@pytest.mark.parametrize("longest", ["container", "stream", "samples"])
def test_where_lengths_differ_the_longest_is_that_of_the_video(
    target: Target, longest: str
) -> None:
    """Parent and result are told with it, and it is what is charged."""
    caller = Caller(target)
    lengths = {"container": 10_000, "stream": 9_990, "samples": 9_960}
    url = described("video", {**lengths, longest: 10_001})
    session = caller.identify(url).data["session_id"]
    task_id = caller.create(plain_fields(caller, SCENE, session_id=session)).data["task_id"]
    caller.advance("1h")
    task = caller.get(task_id).data

    assert task["task_info"]["parent_video"]["duration"] == "10.001"
    assert task["task_result"]["videos"][0]["duration"] == "10.001"
    assert task["final_unit_deduction"] == "1.5"
