"""The clock of an account: how it moves, what happens on the way, and what its tokens are worth."""

import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from email.utils import parsedate_to_datetime
from random import Random
from time import perf_counter

import pytest
from hypothesis import given, settings

from contract_tests import spec
from contract_tests.callers import TASKS, Caller, Fields
from contract_tests.drafts import new_task, plain_fields
from contract_tests.exchanges import Exchange
from contract_tests.marks import rule
from contract_tests.receiver import Announced, Receiver
from contract_tests.scenes import SCENE
from contract_tests.strategies import draws
from contract_tests.targets import PREFIX, Remote, Target
from contract_tests.tokens import claims, host_seconds, mint

MINUTE = 60_000
SESSION_MS = spec.limit("retention.session-life", "hours") * 3_600_000
RESULT_MS = spec.limit("retention.result-media", "days") * spec.DAY_MS
FAR = 2_000_000_000_000
"""An instant in 2033."""


def change(at: int, task_id: str, status: str) -> Fields:
    """Return how a change of status is told."""
    return {"at": at, "kind": "status", "task_id": task_id, "status": status}


def attempt(at: int, status: str, **facts: object) -> Fields:
    """Return how an attempt to announce is told, without the ids."""
    taken = {"attempt": 1, "answer": 200, "fault": "", "next_try_at": None}
    return {"at": at, "kind": "attempt", "status": status, **taken, **facts}


def without_ids(happened: list[Fields]) -> list[Fields]:
    """Leave out which delivery and which task it was, of attempts."""
    hidden = ("delivery_id", "task_id")
    return [
        {k: v for k, v in one.items() if one["kind"] != "attempt" or k not in hidden}
        for one in happened
    ]


def refused(caller: Caller, **fields: object) -> tuple[int, str]:
    """Return status and text of a move that cannot be made."""
    body = json.dumps({"account": caller.key, **fields}).encode()
    exchange = caller.target.request("POST", f"{PREFIX}/clock", body=body)
    return exchange.status, str(exchange.envelope["error"])


def stamped(exchange: Exchange) -> int:
    """Return the Date of a reply (Unix s)."""
    return int(parsedate_to_datetime(exchange.headers["date"]).timestamp())


@rule("callback.on-status-change")
def test_a_long_task_passes_at_once(every_target: Target, tell: Callable[[str], None]) -> None:
    """68 minutes with three announcements, without a pause, under a client that changes nothing."""
    caller = Caller(
        every_target,
        pace=f"{MINUTE}+{67 * MINUTE}",
        readings={"callback-events": "with-submitted"},
    )
    start, fields = caller.now(), plain_fields(caller, SCENE)
    with Receiver() as receiver:
        began = perf_counter()
        task_id = caller.create({**fields, "callback_url": receiver.url}).data["task_id"]
        told = caller.move(until_task=task_id)
        took = perf_counter() - began
        task = caller.get(task_id)
    tell(f"68 minutes with 3 callbacks, {type(every_target).__name__}: {took * 1000:.1f} ms")

    end = start + 68 * MINUTE
    assert without_ids(told["happened"]) == [
        change(start + MINUTE, task_id, "processing"),
        attempt(start + MINUTE, "processing"),
        change(end, task_id, "succeed"),
        attempt(end, "succeed"),
    ]
    assert receiver.statuses == ["submitted", "processing", "succeed"]
    assert (told["now"], task.data["task_status"], stamped(task)) == (end, "succeed", end // 1000)


@rule("auth.not-before", "auth.not-expired")
def test_a_token_can_follow_the_accounts_clock(target: Target) -> None:
    """Under `account` the token of before has expired after the move; one minted there passes."""
    caller = Caller(target, readings={"token-clock": "account"}, pace=f"0+{68 * MINUTE}")
    now = caller.now() // 1000
    short = mint(caller.secret, claims(caller.key, nbf=now - 5, exp=now + 1800))
    caller.authorization = f"Bearer {short}"
    task_id = new_task(caller, SCENE)
    caller.move(until_task=task_id)
    late = caller.get(task_id)
    now = caller.now() // 1000
    token = mint(caller.secret, claims(caller.key, nbf=now - 5, exp=now + 1800))
    caller.authorization = f"Bearer {token}"

    assert late.verdict == ("auth.not-expired", 1004, 401)
    assert caller.get(task_id).data["task_status"] == "succeed"


@rule("auth.not-before", "auth.not-expired")
@pytest.mark.parametrize("ms", [0, 1, 999])
def test_a_token_is_good_to_the_second(target: Target, ms: int) -> None:
    """On the account's clock: not before `nbf`, from then on, and no more at `exp`."""
    caller = Caller(target, readings={"token-clock": "account"})
    first, last = FAR // 1000 + 10, FAR // 1000 + 20
    token = mint(caller.secret, claims(caller.key, nbf=first, exp=last))
    caller.authorization = f"Bearer {token}"
    codes = []
    for second in (first - 1, first, last - 1, last):
        caller.set_clock(second * 1000 + ms)
        codes.append(caller.page().envelope["code"])

    assert codes == [1003, 0, 0, 1004]


@rule("auth.not-before", "auth.not-expired")
def test_accounts_in_different_years_serve_one_client(target: Target) -> None:
    """A client that signs with its machine's clock goes on, whatever the account's says."""
    now = host_seconds()
    seen = []
    for year_s in (now + 400 * 86_400, FAR // 1000):
        caller = Caller(target)
        token = mint(caller.secret, claims(caller.key, nbf=now - 5, exp=now + 1800))
        caller.authorization = f"Bearer {token}"
        caller.set_clock(year_s * 1000)
        task = caller.get(new_task(caller, SCENE))
        seen.append((task.envelope["code"], stamped(task), task.data["created_at"] // 1000))

        assert seen[-1] == (0, year_s, year_s)


def test_every_reply_has_the_date_of_its_account(target: Target) -> None:
    """Accepted or refused, and a medium's too: the second in which the account's clock stands."""
    caller = Caller(target, pace="0+1000")
    for instant in (FAR, FAR + 1999, FAR + 2000):
        caller.set_clock(instant)
        replies = [caller.page(), caller.get("1"), caller.create({}), caller.identify("")]
        task_id = new_task(caller, SCENE)
        end = caller.move(until_task=task_id)["now"]
        url = caller.get(task_id).data["task_result"]["videos"][0]["url"]

        assert [stamped(reply) for reply in replies] == [instant // 1000] * 4
        assert stamped(caller.media(url)) == end // 1000


@rule("retention.session-life", "retention.result-media")
def test_a_clock_goes_from_event_to_event(target: Target) -> None:
    """Each step ends at the first instant at which anything falls due; at last nothing is left."""
    caller = Caller(target, pace="1000+4000")
    start, fields = caller.now(), plain_fields(caller, SCENE)
    with Receiver(500) as receiver:
        made = caller.create({**fields, "callback_url": receiver.url, "external_task_id": "own"})
        steps = [caller.move(next=True) for _ in range(4)]
    task_id, end = made.data["task_id"], start + 5000
    seen = [(step["now"], without_ids(step["happened"])) for step in steps]
    own = {"external_task_id": "own"}

    assert seen == [
        (
            start + 1000,
            [
                change(start + 1000, task_id, "processing") | own,
                attempt(start + 1000, "processing", answer=500),
            ],
        ),
        (end, [change(end, task_id, "succeed") | own, attempt(end, "succeed", answer=500)]),
        (
            start + SESSION_MS,
            [
                {
                    "at": start + SESSION_MS,
                    "kind": "session-expired",
                    "session_id": fields["session_id"],
                }
            ],
        ),
        (
            end + RESULT_MS + 1,
            [{"at": end + RESULT_MS + 1, "kind": "result-expired", "task_id": task_id}],
        ),
    ]
    assert refused(caller, next=True)[0] == 400
    assert "nothing is left that falls due" in refused(caller, next=True)[1]
    assert caller.now() == end + RESULT_MS + 1


@rule("retention.session-life", "retention.result-media")
def test_what_is_told_to_expire_has_expired(target: Target) -> None:
    """1 ms before the instant that is told it serves, and at that instant no more."""
    caller = Caller(target, pace="0+1000")
    fields = plain_fields(caller, SCENE)
    task_id = caller.create(fields).data["task_id"]
    caller.move(until_task=task_id)
    url = caller.get(task_id).data["task_result"]["videos"][0]["url"]
    start = caller.now()
    other = Caller(target, pace="0+1000")
    other.set_clock(start - 1000)
    other.move(until_task=new_task(other, SCENE))
    life = other.move(next=True)["now"] - start
    caller.advance(life - 1)
    verdicts = [caller.create(fields).rule]
    caller.advance(1)
    verdicts.append(caller.create(fields).rule)
    media = []
    expiry = next(
        one["at"] for one in other.advance("31d")["happened"] if one["kind"] == "result-expired"
    )
    for instant in (expiry - 1, expiry):
        caller.set_clock(instant)
        media.append(caller.media(url).status)

    assert verdicts == [None, "retention.session-life"]
    assert media == [200, 403]


def test_a_clock_goes_until_a_task_has_ended(target: Target) -> None:
    """Named by either id; what ended is no reason to move, and a failure is an end."""
    caller = Caller(target, pace="1000+4000")
    start = caller.now()
    caller.stage(fail_task="Too dark", after=1)
    first = new_task(caller, SCENE, external_task_id="mine")
    caller.advance(1500)
    second = new_task(caller, SCENE)
    told = [caller.move(until_task="mine"), caller.move(until_task=first)]
    told.append(caller.move(until_task=second))

    assert [(one["now"] - start, one["happened"]) for one in told] == [
        (
            5000,
            [
                change(start + 2500, second, "processing"),
                change(start + 5000, first, "succeed") | {"external_task_id": "mine"},
            ],
        ),
        (5000, []),
        (6500, [change(start + 6500, second, "failed")]),
    ]
    assert refused(caller, until_task="7")[0] == 404
    assert refused(Caller(target), until_task=first)[0] == 404


@rule("callback.attempts")
def test_a_move_goes_on_through_retries(target: Target) -> None:
    """Each at its instant, told with its answer and the next; the third attempt is taken."""
    caller = Caller(
        target,
        pace="1000+4000",
        readings={"callback-attempts": "retry", "callback-events": "terminal-only"},
    )
    delays = [s * 1000 for s in spec.limit("callback.attempts", "retry_after_seconds")]
    end = caller.now() + 5000
    answers = [503, 503, 200]
    with Receiver(lambda _announced: answers.pop(0)) as receiver:
        new_task(caller, SCENE, callback_url=receiver.url)
        told = caller.advance("1h")["happened"]
    second, third = end + delays[0], end + delays[0] + delays[1]

    assert without_ids(told)[1:] == [
        change(end, told[1]["task_id"], "succeed"),
        attempt(end, "succeed", answer=503, next_try_at=second),
        attempt(second, "succeed", answer=503, attempt=2, next_try_at=third),
        attempt(third, "succeed", attempt=3),
    ]
    assert len({one["delivery_id"] for one in told if one["kind"] == "attempt"}) == 1
    assert len(receiver.received) == 3


@rule("callback.payload")
def test_a_receiver_that_asks_is_answered_as_of_that_instant(socket_target: Target) -> None:
    """The announcement is what a query answers meanwhile, with the Date of that instant."""
    caller = Caller(socket_target, pace="1000+4000")
    start, asked = caller.now(), list[tuple[int, Fields]]()

    def ask(announced: Announced) -> int:
        remote = Remote(socket_target.origin)
        exchange = caller.beside(remote).get(announced.task["task_id"])
        asked.append((stamped(exchange), exchange.data))
        remote.close()
        return 200

    with Receiver(ask) as receiver:
        new_task(caller, SCENE, callback_url=receiver.url)
        caller.advance("1h")
    for _, task in asked:
        del task["watermark_info"]

    assert [at for at, _ in asked] == [(start + 1000) // 1000, (start + 5000) // 1000]
    assert [task for _, task in asked] == [announced.task for announced in receiver.received]


@given(draw=draws())
@settings(max_examples=15)
def test_many_moves_tell_what_one_tells(target: Target, draw: Random) -> None:
    """However a span is divided, the same falls due at the same instants, told once."""
    whole, parts = Caller(target, pace="700+1900"), Caller(target, pace="700+1900")
    start = max(whole.now(), parts.now())
    names: list[dict[str, str]] = []
    gaps = [draw.randint(0, 2000) for _ in range(draw.randint(1, 4))]
    for caller in (whole, parts):
        caller.set_clock(start)
        named: dict[str, str] = {}
        for place, gap in enumerate(gaps):
            fields = plain_fields(caller, SCENE)
            named[fields["session_id"]] = f"session {place}"
            named[caller.create(fields).data["task_id"]] = f"task {place}"
            caller.advance(gap)
        names.append(named)
    end = start + draw.choice((10_000, SESSION_MS + 3000, RESULT_MS + 20_000))
    cuts = sorted(draw.randint(start + sum(gaps), end) for _ in range(3))
    divided = [
        caller_told for cut in (*cuts, end) for caller_told in parts.move(to=cut)["happened"]
    ]
    undivided = whole.move(to=end)["happened"]

    def plain(happened: list[Fields], named: dict[str, str]) -> list[Fields]:
        return [{k: named.get(str(v), v) for k, v in one.items()} for one in happened]

    assert plain(divided, names[1]) == plain(undivided, names[0])
    assert [one["at"] for one in undivided] == sorted(one["at"] for one in undivided)


def test_a_pace_can_follow_the_queries(target: Target) -> None:
    """Each query that completes a count shows the new status; a list counts nothing."""
    caller = Caller(target, pace="polls:2+3")
    start = caller.now()
    with Receiver() as receiver:
        task_id = new_task(caller, SCENE, callback_url=receiver.url)
        caller.page()
        caller.advance("1h")
        told = [caller.get(task_id).data for _ in range(4)]
        caller.advance(0)
        before = receiver.statuses
        caller.advance("1h")
        told.append(caller.get(task_id).data)
        caller.advance(0)
        told.append(caller.get(task_id).data)
    hour = 60 * MINUTE

    assert [(task["task_status"], task["updated_at"] - start) for task in told] == [
        ("submitted", 0),
        *[("processing", hour)] * 3,
        *[("succeed", 2 * hour)] * 2,
    ]
    assert before == ["processing"]
    assert [one.task for one in receiver.received][1] == {
        k: v for k, v in told[-1].items() if k != "watermark_info"
    }
    assert receiver.statuses == ["processing", "succeed"]
    assert caller.shown()["pace"] == "polls:2+3"


@pytest.mark.parametrize(
    ("pace", "statuses"),
    [
        ("polls:0+0", ["succeed"] * 3),
        ("polls:0+2", ["processing", "succeed", "succeed"]),
        ("polls:1+0", ["succeed"] * 3),
        ("polls:1+1", ["processing", "succeed", "succeed"]),
    ],
)
def test_counts_of_queries_may_be_none(target: Target, pace: str, statuses: list[str]) -> None:
    """A count of 0 is over at once; money and the result's id come with the end."""
    caller = Caller(target, pace=pace)
    task_id = new_task(caller, SCENE)
    told = [caller.get(task_id).data for _ in range(3)]

    assert [task["task_status"] for task in told] == statuses
    assert caller.identify(video_id=told[-1]["task_result"]["videos"][0]["id"]).rule is None
    lines = [line["subject"] for line in caller.ledger()["lines"]]
    assert lines.count(task_id) == 1


def test_a_task_that_waits_for_queries_does_not_end_by_time(target: Target) -> None:
    """It is refused with the reason, and the clock stays; once queried, it has ended."""
    caller = Caller(target, pace="polls:1+1")
    start, task_id = caller.now(), new_task(caller, SCENE)
    status, text = refused(caller, until_task=task_id)
    for _ in range(2):
        caller.get(task_id)

    assert (status, "polls:N+M" in text, caller.now()) == (400, True, start)
    assert caller.move(until_task=task_id) == {
        "account": caller.key,
        "now": start,
        "happened": [],
    }


@pytest.mark.parametrize("time", ["real", "x50"])
def test_clocks_that_run_can_be_moved(target: Target, time: str) -> None:
    """All on the way is told at its own instant; the clock goes on from where it was moved to."""
    caller = Caller(target, time=time, pace="3600000+3600000")
    with Receiver() as receiver:
        task_id = new_task(caller, SCENE, callback_url=receiver.url)
        created = caller.get(task_id).data["created_at"]
        told = caller.advance("3h")
    shown = caller.shown()

    assert without_ids(told["happened"]) == [
        change(created + 60 * MINUTE, task_id, "processing"),
        attempt(created + 60 * MINUTE, "processing"),
        change(created + 120 * MINUTE, task_id, "succeed"),
        attempt(created + 120 * MINUTE, "succeed"),
    ]
    assert shown["time"] == {"real": "real", "x50": "scaled"}[time]
    assert shown["now"] >= told["now"] >= created + 180 * MINUTE
    assert refused(caller, until_task="7")[0] == 404
    assert caller.shown()["time"] == shown["time"]


def test_moves_of_one_account_wait_for_each_other(socket_target: Target) -> None:
    """None is lost, and what falls due is told by one of them; other accounts do not wait."""
    caller = Caller(socket_target, pace="1000+4000")
    start, task_id = caller.now(), new_task(caller, SCENE)

    def advance(_: int) -> list[Fields]:
        remote = Remote(socket_target.origin)
        told: list[Fields] = caller.beside(remote).advance("1s")["happened"]
        remote.close()
        return told

    with ThreadPoolExecutor(8) as threads:
        told = [one for happened in threads.map(advance, range(16)) for one in happened]
    told.sort(key=lambda one: one["at"])

    assert caller.now() == start + 16_000
    assert told == [
        change(start + 1000, task_id, "processing"),
        change(start + 5000, task_id, "succeed"),
    ]


def test_another_account_moves_while_a_receiver_thinks(socket_target: Target) -> None:
    """The receiver of one account moves the other's clock before it answers."""
    caller, other = Caller(socket_target, pace="0+1000"), Caller(socket_target)
    reached = []

    def think(_: Announced) -> int:
        remote = Remote(socket_target.origin)
        reached.append(other.beside(remote).advance("1d")["now"])
        remote.close()
        return 200

    start = other.now()
    with Receiver(think) as receiver:
        caller.move(until_task=new_task(caller, SCENE, callback_url=receiver.url))

    assert reached == [start + spec.DAY_MS, start + 2 * spec.DAY_MS]


@pytest.mark.parametrize(
    "fields",
    [
        {"advance": 1, "to": FAR},
        {"next": True, "until_task": "7"},
        {"next": False},
        {"until_task": ""},
        {"advance": "soon"},
        {"to": 1},
        {"to": 10_000_000_000_000},
        {"advance": "400000d"},
        {"time": "fast"},
        {"advance": "1h", "time": "fast"},
    ],
)
def test_a_move_that_cannot_be_made_moves_nothing(target: Target, fields: Fields) -> None:
    """It is refused, and the clock stands where it stood."""
    caller = Caller(target)
    start = caller.now()

    assert refused(caller, **fields)[0] == 400
    assert caller.now() == start


def test_a_token_of_the_accounts_clock_is_shown(target: Target) -> None:
    """The token that the control API hands out holds there after any move."""
    caller = Caller(target, readings={"token-clock": "account"})
    caller.set_clock(FAR)
    caller.authorization = f"Bearer {caller.shown()['token']}"

    assert caller.request("GET", TASKS).envelope["code"] == 0
