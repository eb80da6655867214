"""Failures on demand: each code on each operation, before and after commit, and on the wire."""

import json
from collections.abc import Iterator
from decimal import Decimal
from http.client import IncompleteRead

import pytest

from contract_tests import spec
from contract_tests.callers import IDENTIFY, TASKS, Caller, Fields
from contract_tests.drafts import new_task, plain_fields
from contract_tests.exchanges import Exchange, faults
from contract_tests.marks import rule
from contract_tests.scenes import SCENE, VIDEO, described
from contract_tests.targets import Target
from contract_tests.test_billing import CALL, price_of

PLACES = {
    "identify": (IDENTIFY, "post"),
    "create": (TASKS, "post"),
    "get": (f"{TASKS}/{{task_id}}", "get"),
    "list": (TASKS, "get"),
}
HTML = "<html>"


def possible() -> Iterator[tuple[str, int]]:
    """Yield each operation with each code whose HTTP status it documents."""
    for operation, (path, method) in PLACES.items():
        responses = spec.contract().openapi["paths"][path][method]["responses"]
        for code, row in spec.rulebook().codes.items():
            if code and str(row.http_status) in responses:
                yield operation, code


def asked(caller: Caller, operation: str, fields: Fields, task_id: str) -> Exchange:
    """Make a call of an operation that no rule refuses."""
    if operation == "identify":
        return caller.identify(VIDEO)
    if operation == "create":
        return caller.create(fields)
    return caller.get(task_id) if operation == "get" else caller.page()


def staged(caller: Caller) -> list[Fields]:
    """Return what is staged for the account, with how often each struck."""
    found = caller.target.control("GET", f"/faults?account={caller.key}")["faults"]
    return list(found)


def test_every_code_is_possible_on_every_operation() -> None:
    """The spec documents the statuses of all 21 codes for all four calls."""
    codes = [code for code in spec.rulebook().codes if code]

    assert len(codes) == 21
    assert sorted(possible()) == sorted((name, code) for name in PLACES for code in codes)


@pytest.mark.parametrize("phase", ["before", "after"])
@pytest.mark.parametrize(("operation", "code"), list(possible()))
@pytest.mark.parametrize(
    "every_target", ["in-process", pytest.param("socket", marks=pytest.mark.slow)], indirect=True
)
def test_every_code_by_one_command(
    every_target: Target, operation: str, code: int, phase: str
) -> None:
    """With its status, in the envelope, marked as staged, once, and on that operation alone."""
    caller = Caller(every_target)
    fields, task_id = plain_fields(caller, SCENE), new_task(caller, SCENE)
    caller.stage(code=code, operations=[operation], phase=phase)
    others = [asked(caller, name, fields, task_id) for name in PLACES if name != operation]
    struck, again = (asked(caller, operation, fields, task_id) for _ in range(2))

    assert (struck.code, struck.status) == (code, spec.status_of(code))
    assert struck.headers["x-mock-fault"] == str(code)
    assert list(faults(struck, operation)) == []
    assert again.code == 0
    assert [one.code for one in others] == [0] * 3
    assert [fault["struck"] for fault in staged(caller)] == [1]


@rule("envelope.fields", "envelope.status-and-code")
@pytest.mark.parametrize("phase", ["before", "after"])
def test_a_staged_code_has_words(target: Target, phase: str) -> None:
    """Those of the table or of a rule, with nothing left to be filled in, or those that are given.

    What two codes have in common are their rule's words; most have their own.
    """
    caller = Caller(target)
    messages = []
    for operation, code in possible():
        if operation == "list":
            caller.stage(code=code, operations=["list"], phase=phase)
            messages.append(caller.page().envelope["message"])
    caller.stage(code=1201, operations=["list"], phase=phase, message="{value} it is")

    assert [text for text in messages if not text or "{" in text or "}" in text] == []
    assert len(set(messages)) >= 15
    assert caller.page().envelope["message"] == "{value} it is"


@rule("create.external-id-unique", "billing.charged-on-success")
@pytest.mark.parametrize("code", [5002, 5000, 1303])
@pytest.mark.parametrize("external_id", [None, "mine"])
def test_a_create_is_committed_and_sent_again(
    every_target: Target, code: int, external_id: str | None
) -> None:
    """Without an id of the client's own it is made and paid twice; with one, once."""
    caller = Caller(every_target)
    fields = plain_fields(caller, SCENE)
    if external_id is not None:
        fields["external_task_id"] = external_id
    caller.stage(code=code, phase="after", operations=["create"])
    first, second = caller.create(fields), caller.create(fields)
    caller.advance("1h")

    made = 1 if external_id else 2
    paid = [line for line in caller.ledger()["lines"] if line["operation"] == "create"]
    assert (first.code, first.status) == (code, spec.status_of(code))
    assert second.rule == ("create.external-id-unique" if external_id else None)
    assert len(caller.page().data) == len(paid) == made
    assert caller.spent() == CALL + made * price_of(SCENE.video)


@pytest.mark.parametrize("phase", ["before", "after"])
def test_a_gateway_loses_the_answer(every_target: Target, phase: str) -> None:
    """HTML and 502 instead of an envelope; the task was made, or was not."""
    caller = Caller(every_target)
    fields = plain_fields(caller, SCENE)
    caller.stage(transport="bad-gateway", phase=phase, operations=["create"])

    lost = caller.create(fields)

    assert (lost.status, lost.headers["content-type"]) == (502, "text/html")
    assert lost.body.decode().startswith(HTML)
    assert lost.headers["x-mock-fault"] == "bad-gateway"
    assert len(caller.page().data) == (phase == "after")


def test_a_code_comes_with_http_200(every_target: Target) -> None:
    """Whoever looks only at the status takes it for a success, and finds no data."""
    caller = Caller(every_target)
    caller.stage(code=1303, http_status=200)

    told = caller.page()

    assert (told.status, told.code, "data" in told.envelope) == (200, 1303, False)


def test_a_client_that_sends_again_pays_twice(socket_target: Target) -> None:
    """The connection breaks after commit, and a well-meaning HTTP client calls once more."""
    caller = Caller(socket_target)
    fields = plain_fields(caller, SCENE)
    caller.stage(transport="reset", phase="after", operations=["create"])
    told = caller.create(fields)
    caller.advance("1h")

    assert told.code == 0
    assert len(caller.page().data) == 2
    assert caller.spent() == CALL + 2 * price_of(SCENE.video)


def test_half_a_reply_is_no_reply(socket_target: Target) -> None:
    """Its length is that of the whole, so that a client knows."""
    caller = Caller(socket_target)
    fields = plain_fields(caller, SCENE)
    caller.stage(transport="truncate", phase="after", operations=["create"])

    with pytest.raises(IncompleteRead):
        caller.create(fields)
    assert len(caller.page().data) == 1


@rule("identify.video-content", "create.sound-content")
def test_moderation_is_by_marked_media(target: Target) -> None:
    """A described medium that says so is blocked, without anything staged."""
    caller = Caller(target)
    marked = {"duration": 8000, "moderation": "blocked"}
    fields = plain_fields(caller, SCENE)
    fields["face_choose"][0]["sound_file"] = described("audio", marked)

    assert caller.identify(described("video", marked)).rule == "identify.video-content"
    assert caller.create(fields).rule == "create.sound-content"


def test_a_task_fails_after_processing_with_a_message(target: Target) -> None:
    """The call is accepted; the task's end tells, and costs nothing."""
    caller = Caller(target, pace="1000+4000")
    caller.stage(fail_task="Failure to pass the risk control system")
    task_id = new_task(caller, SCENE)
    seen = []
    for _ in range(3):
        task = caller.get(task_id).data
        seen.append((task["task_status"], task.get("task_status_msg", "")))
        caller.advance("2500ms")

    assert [status for status, _ in seen] == ["submitted", "processing", "failed"]
    assert seen[-1][1] == "Failure to pass the risk control system"
    assert caller.spent() == CALL


@pytest.mark.parametrize(
    ("change", "codes"),
    [
        ({"maintenance": True}, [5001] * 4),
        ({"status": "frozen"}, [1100] * 4),
        ({"allowed_ips": ["192.0.2.1"]}, [1304] * 4),
        ({"forbidden_operations": ["create", "list"]}, [0, 1103, 0, 1103]),
        ({"in_arrears": True}, [1101, 1101, 0, 0]),
        ({"units": "0"}, [1102, 1102, 0, 0]),
        ({"slots": 0}, [0, 1303, 0, 0]),
        ({"rate": 0}, [1302] * 4),
    ],
)
def test_the_physics_of_an_account(every_target: Target, change: Fields, codes: list[int]) -> None:
    """One setting, and which of identify, create, get and list it refuses."""
    caller = Caller(every_target)
    fields = plain_fields(caller, SCENE)
    task_id = new_task(caller, SCENE)
    caller.change(**change)
    replies = [caller.identify(VIDEO), caller.create(fields), caller.get(task_id), caller.page()]

    assert [reply.code for reply in replies] == codes
    assert [reply.status for reply in replies] == [spec.status_of(code) for code in codes]


def test_physics_is_told_with_its_evidence(target: Target) -> None:
    """Each number that decides what an account may do says where it is from."""
    caller = Caller(target, slots=2, units="7")
    told = target.control("GET", f"/physics?account={caller.key}")["physics"]
    numbers = {number["name"]: number for number in told}

    assert (numbers["slots"]["value"], numbers["units"]["value"]) == (2, "7")
    assert Decimal(numbers["identify_price"]["value"]) == CALL
    assert all(number["evidence"] and number["rule"] for number in told), json.dumps(told)
