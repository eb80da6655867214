"""The report card finds each bad habit of a client, and is silent on the client without it.

Every client here is given an account whose clock stands still, and waits by moving it, so that
what is too fast is so on both clocks.
"""

import json
from collections.abc import Callable

import pytest

from contract_tests import tokens
from contract_tests.callers import TASKS, Caller, Fields
from contract_tests.drafts import new_task, plain_fields
from contract_tests.receiver import Receiver
from contract_tests.scenes import SCENE, VIDEO
from contract_tests.targets import Target

Client = Callable[[Caller], object]


def findings(caller: Caller) -> dict[str, Fields]:
    """Return what the report card of an account says, by name."""
    report = caller.target.control("GET", f"/report?account={caller.key}")
    assert report["clean"] is (report["findings"] == [])
    return {str(one["name"]): one for one in report["findings"]}


def polling(wait: str | None) -> Client:
    """Query a task until it has ended, with a wait in between."""

    def client(caller: Caller) -> None:
        task_id = new_task(caller, SCENE)
        for _ in range(3):
            assert caller.get(task_id).data["task_status"] in ("submitted", "processing")
            if wait is not None:
                caller.advance(wait)
        caller.advance("1h")
        assert caller.get(task_id).data["task_status"] == "succeed"
        caller.get(task_id)

    return client


def retrying(code: int, waits: list[int]) -> Client:
    """Be refused, and send the same again after each of these waits (ms)."""

    def client(caller: Caller) -> None:
        fields = plain_fields(caller, SCENE)
        caller.stage(code=code, times=len(waits), operations=["create"])
        for wait in waits:
            assert caller.create(fields).code == code
            caller.advance(wait)
        assert caller.create(fields).code == 0

    return client


def giving_up(code: int) -> Client:
    """Be refused for good, and send again only once somebody has acted."""

    def client(caller: Caller) -> None:
        fields = plain_fields(caller, SCENE)
        caller.stage(code=code, times=9)
        assert caller.create(fields).code == code
        caller.clear_faults()
        assert caller.create(fields).code == 0

    return client


def resending(*, look: bool = False, **extra: object) -> Client:
    """Create, hear 5002 although the task was made, and create again."""

    def client(caller: Caller) -> None:
        fields = {**plain_fields(caller, SCENE), **extra}
        caller.stage(code=5002, phase="after", operations=["create"])
        assert caller.create(fields).code == 5002
        if look:
            assert len(caller.page().data) == 1
        caller.create(fields)

    return client


def renaming(caller: Caller) -> None:
    """Create again under another external_task_id each time, which protects from nothing."""
    fields = plain_fields(caller, SCENE)
    caller.stage(code=5002, phase="after", operations=["create"])
    for name in ("first", "second"):
        caller.create({**fields, "external_task_id": name})
    assert len(caller.page().data) == 2


def with_token(life_s: int) -> Client:
    """Call with a token that has this long to live."""

    def client(caller: Caller) -> None:
        now = tokens.host_seconds()
        claims = tokens.claims(caller.key, nbf=now - 3600, exp=now + life_s)
        header = {"authorization": f"Bearer {tokens.mint(caller.secret, claims)}"}
        assert caller.request("GET", TASKS, headers=header).code == (0 if life_s > 0 else 1004)

    return client


def fetching_after(span: str) -> Client:
    """Fetch a result this long after its task ended."""

    def client(caller: Caller) -> None:
        task_id = new_task(caller, SCENE)
        caller.advance("1h")
        url = caller.get(task_id).data["task_result"]["videos"][0]["url"]
        caller.advance(span)
        assert caller.media(url).status in (200, 403)

    return client


def called_back(answer: int) -> Client:
    """Answer each callback with this status."""

    def client(caller: Caller) -> None:
        with Receiver(answer) as receiver:
            new_task(caller, SCENE, callback_url=receiver.url)
            caller.advance("1h")
        assert len(receiver.received) == 2

    return client


def blind_to_sessions(caller: Caller) -> None:
    """Go on to create although no session was opened."""
    fields = plain_fields(caller, SCENE)
    caller.stage(code=5000, operations=["identify"])
    refused = caller.identify(VIDEO).envelope
    fields["session_id"] = str(refused.get("data", {}).get("session_id"))
    assert caller.create(fields).code != 0


def blind_to_tasks(caller: Caller) -> None:
    """Query a task although none was made."""
    refused = caller.create({**plain_fields(caller, SCENE), "face_choose": []})
    assert caller.get(str(refused.envelope.get("data"))).code == 1203


def seeing(caller: Caller) -> None:
    """Identify again after an error; look for the task by its own id after another."""
    caller.stage(code=5000, operations=["identify"])
    caller.identify(VIDEO)
    fields = {**plain_fields(caller, SCENE), "external_task_id": "mine"}
    caller.stage(code=5001, operations=["create"])
    assert caller.create(fields).code == 5001
    assert caller.get("mine").code == 1203
    assert caller.create(fields).code == 0
    assert caller.get("mine").code == 0


def sending(query: str = "", **entry: object) -> Client:
    """Create with further fields in the face choice, and list with these parameters."""

    def client(caller: Caller) -> None:
        fields = plain_fields(caller, SCENE)
        fields["face_choose"][0].update(entry)
        assert caller.create(fields).code == 0
        assert caller.page(query).code == 0

    return client


CASES: tuple[tuple[str, Client, Client], ...] = (
    ("polls-too-fast", polling(None), polling("1s")),
    ("polls-too-fast", polling("999ms"), polling("1500ms")),
    ("no-back-off", retrying(1303, [0, 0]), retrying(1303, [1000, 2000, 4000])),
    ("no-back-off", retrying(1302, [999]), retrying(1302, [1000])),
    ("no-back-off", retrying(1303, [2000] * 5), retrying(1303, [1000, 2000, 4000, 8000, 8000])),
    ("retried-permanent", retrying(1100, [5000]), giving_up(1100)),
    ("retried-permanent", retrying(1101, [5000]), giving_up(1101)),
    ("retried-permanent", retrying(1102, [5000]), retrying(1303, [5000])),
    ("retried-permanent", retrying(1304, [60_000]), giving_up(1304)),
    ("resent-without-external-id", resending(), resending(external_task_id="mine")),
    ("resent-without-external-id", renaming, resending(look=True)),
    ("token-expired", with_token(-10), with_token(10)),
    ("result-fetched-after-expiry", fetching_after("31d"), fetching_after("29d")),
    ("failing-callback-receiver", called_back(500), called_back(204)),
    ("failing-callback-receiver", called_back(302), called_back(200)),
    ("went-on-after-error", blind_to_sessions, seeing),
    ("went-on-after-error", blind_to_tasks, seeing),
    ("unread-fields", sending(speed=2), sending(sound_volume=2)),
    ("unread-fields", sending("page_size=2"), sending("pageSize=2&pageNum=1")),
)


@pytest.mark.parametrize(("name", "bad", "good"), CASES)
def test_a_habit_is_found_where_it_is_and_nowhere_else(
    target: Target, name: str, bad: Client, good: Client
) -> None:
    """The bad client has this finding and no other; the good one has none at all."""
    careless, careful = Caller(target), Caller(target)
    bad(careless)
    good(careful)
    found = findings(careless)

    assert list(found) == [name]
    assert found[name]["evidence"]
    assert found[name]["rules"]
    assert findings(careful) == {}


@pytest.mark.parametrize(("name", "bad"), [(name, bad) for name, bad, _ in CASES])
def test_evidence_leads_to_what_was_seen(target: Target, name: str, bad: Client) -> None:
    """Each number is that of an entry of the journal; a callback's is that of a delivery."""
    caller = Caller(target)
    bad(caller)
    journal = target.control("GET", f"/journal?account={caller.key}")["entries"]
    numbers = {entry["sequence"] for entry in journal}
    deliveries = {delivery["delivery_id"] for delivery in caller.deliveries()}

    for seen in findings(caller)[name]["evidence"]:
        assert seen["seen"]
        assert set(seen["sequences"]) <= numbers
        assert bool(seen["sequences"]) != (seen["delivery_id"] in deliveries)


def test_a_whole_flow_leaves_nothing_to_say(every_target: Target) -> None:
    """Identify, create, wait, be called back, query, fetch: and each form says so."""
    caller = Caller(every_target)
    with Receiver() as receiver:
        task_id = new_task(caller, SCENE, callback_url=receiver.url, external_task_id="mine")
        caller.advance("1h")
    assert receiver.statuses == ["processing", "succeed"]
    url = caller.get(task_id).data["task_result"]["videos"][0]["url"]
    assert caller.media(url).status == 200

    assert findings(caller) == {}
    for form, wanted in (("text", "0 of 10 habits found"), ("junit", 'failures="0"')):
        path = f"/__mock__/report?account={caller.key}&format={form}"
        assert wanted in every_target.request("GET", path).body.decode()


def test_one_clients_habits_are_not_anothers(target: Target) -> None:
    """A report is about one account."""
    careless, careful = Caller(target), Caller(target)
    sending(speed=2)(careless)
    sending()(careful)

    assert findings(careful) == {}
    assert json.dumps(findings(careless)).count("/body/face_choose/0/speed") == 1
