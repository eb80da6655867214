"""Jumps over everything that falls due, and tokens to the second, under each reading."""

from random import Random

import pytest
from hypothesis import given, settings

from contract_tests import tokens
from contract_tests.callers import TASKS, Caller
from contract_tests.marks import rule
from contract_tests.oracle import announcing, wild
from contract_tests.oracle.modelled import Modelled
from contract_tests.oracle.world import RESULT_MS, SESSION_MS
from contract_tests.receiver import Receiver
from contract_tests.scenes import VIDEO
from contract_tests.strategies import draws
from contract_tests.targets import Target

AHEAD_S = 10 * 24 * 3600
"""How far the account's clock is ahead of the host's."""


def verdicts(caller: Caller, windows: list[tuple[int, int]]) -> list[str | None]:
    """Return the rules by which calls with tokens of these windows (Unix s) are refused."""
    told = []
    for nbf, exp in windows:
        token = tokens.mint(caller.secret, tokens.claims(caller.key, nbf=nbf, exp=exp))
        headers = {"authorization": f"Bearer {token}"}
        told.append(caller.request("GET", TASKS, headers=headers).rule)
    return told


@rule("auth.not-before", "auth.not-expired")
@pytest.mark.parametrize(
    ("reading", "refused"),
    [
        ("host", [None, "auth.not-before", None, "auth.not-before"]),
        ("account", ["auth.not-expired", None, None, "auth.not-before"]),
        ("either", [None, None, None, "auth.not-before"]),
    ],
)
def test_the_chosen_clock_judges_a_token(
    target: Target, reading: str, refused: list[str | None]
) -> None:
    """A token of the host's time, of the account's, of both, and one that is early on both."""
    caller = Caller(target, readings={"token-clock": reading})
    host = tokens.host_seconds()
    account = caller.advance(AHEAD_S * 1000)["now"] // 1000
    windows = [
        (host - 5, host + 600),
        (account - 5, account + 600),
        (host - 5, account + 600),
        (account + 600, account + 1200),
    ]

    assert verdicts(caller, windows) == refused


@rule("auth.not-before", "auth.not-expired")
@pytest.mark.parametrize("reading", ["account", "either"])
def test_a_token_is_good_to_the_second_under_each_reading(target: Target, reading: str) -> None:
    """On the account's clock it holds from `nbf` on, and at `exp` no more."""
    caller = Caller(target, readings={"token-clock": reading})
    now = caller.advance(AHEAD_S * 1000)["now"] // 1000
    windows = [(now + 1, now + 2), (now, now + 1), (now - 1, now + 1), (now - 1, now)]

    assert verdicts(caller, windows) == ["auth.not-before", None, None, "auth.not-expired"]


@rule("auth.not-before", "auth.not-expired")
@pytest.mark.parametrize("reading", ["host", "either"])
def test_a_token_is_good_to_the_second_on_the_hosts_clock(target: Target, reading: str) -> None:
    """Begun this second it holds, and what ends this second has ended; others are 30 s away."""
    caller = Caller(target, readings={"token-clock": reading})
    caller.advance(AHEAD_S * 1000)
    now = tokens.host_seconds()
    windows = [(now, now + 30), (now - 30, now), (now - 30, now + 30)]

    assert verdicts(caller, windows) == [None, "auth.not-expired", None]


@rule(
    *("retention.session-life", "retention.result-media", "identify.video-id-age"),
    *("lifecycle.timestamps", "callback.on-status-change", "callback.payload"),
)
@given(draw=draws())
@settings(max_examples=30)
def test_jumps_leave_nothing_out(target: Target, draw: Random) -> None:
    """However an account jumps over 24 hours and 30 days, all happens once, at its instant."""
    pace = (draw.choice((0, 1000)), draw.choice((1, 4000, SESSION_MS)))
    caller = Modelled(target, [], pace=pace)
    with Receiver() as receiver:
        caller.identify(VIDEO)
        (session,) = caller.world.sessions.values()
        for place in range(draw.randint(1, 3)):
            fields = wild.fields_for(session, f"order {place}", draw)
            caller.create({**fields, "callback_url": receiver.url})
            caller.advance(draw.choice((0, 1, 999)))
        for span in (SESSION_MS, RESULT_MS, SESSION_MS):
            caller.move(to=max(caller.world.now, session.opened_at + span - draw.randint(0, 1)))
            look_at_everything(caller, fields)
        announcing.hold_announcements(caller, receiver)
        announcing.hold_ledger(caller)


def look_at_everything(caller: Modelled, fields: dict[str, object]) -> None:
    """Create, query, fetch and name again whatever there is."""
    caller.create({**fields, "external_task_id": f"at {caller.world.now}"})
    caller.page()
    for task in caller.world.tasks:
        caller.get(task.task_id)
        if task.task_id in caller.memory.results():
            announcing.fetch(caller, task)
    for name in list(caller.world.named):
        caller.identify(video_id=name)


@rule("retention.result-media", "identify.video-id-age")
def test_media_and_their_ids_end_at_the_same_instant(target: Target) -> None:
    """30 days after the end to the ms both serve, and 1 ms later neither does."""
    caller = Modelled(target, [], pace=(0, 1))
    caller.identify(VIDEO)
    (session,) = caller.world.sessions.values()
    caller.create(wild.fields_for(session, "", Random(1)))  # noqa: S311 - any legal body
    (task,) = caller.world.tasks
    caller.move(until_task=task.task_id)
    video = caller.get(task.task_id).data["task_result"]["videos"][0]
    seen = []
    for instant in (task.ended_at + RESULT_MS, task.ended_at + RESULT_MS + 1):
        caller.set_clock(instant)
        named = caller.identify(video_id=video["id"]).rule
        seen.append((caller.media(video["url"]).status, named))

    assert seen == [(200, None), (403, "identify.video-id-age")]
