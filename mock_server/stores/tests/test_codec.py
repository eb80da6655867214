"""Whatever a store keeps comes back from its bytes as it was."""

import hashlib
import json
from decimal import Decimal
from typing import Any

import pytest
from attrs import evolve

from kling_lipsync.media import Audio, Duration
from kling_lipsync.rules.facts import Generated
from mock_server.attempts import Attempt, Delivery
from mock_server.journal import Entry
from mock_server.journal_text import Shown
from mock_server.pace import by_polls
from mock_server.staged import Fault, Pattern
from mock_server.store import Kind
from mock_server.stores import codec
from mock_server.tests.builders import NOW, account, session, task
from mock_server.values import (
    Account,
    Explanation,
    LedgerEntry,
    MediaSource,
    Physics,
    RenderState,
    StoredAudio,
    StoredVideo,
)

LAYOUT = "c5f81a77"
"""What the layout of format 1 comes to."""

ATTEMPT = Attempt(NOW, 1, "retry", "http://a.test/", (("A", "b"),), 200, "ok", "", 1.5, NOW + 1)
FAULT = Fault(
    fault_id="1",
    code=1303,
    operations=frozenset(("create", "get")),
    times=2,
    match=Pattern(body={"a": [1, {"b": None}]}, query={"pageNum": "2"}),
    rate=0.25,
)
SOURCE = MediaSource("http://described.test/audio", None)
RECORDS: list[tuple[Kind, Any]] = [
    ("sessions", session()),
    ("tasks", task()),
    ("tasks", task(pace=by_polls(1, 2), render=RenderState.RUNNING, price=Decimal("0.50"))),
    ("external_ids", "mine"),
    ("videos", StoredVideo("v", Generated(session().fact.video, NOW), SOURCE, watermarked=True)),
    ("audios", StoredAudio("a", Generated(Audio("mp3", 9, Duration(5)), NOW), SOURCE)),
    ("deliveries", Delivery("1", "2", "succeed", NOW, None, "http://a.test", b"{}\xff")),
    ("deliveries", Delivery("1", "2", "failed", NOW, 5, "", b"", "late", True, (ATTEMPT,))),  # noqa: FBT003 - held back
    ("held_back", ("1", "2")),
    ("ledger", LedgerEntry(NOW, "s", "create", Decimal("1.0"))),
    ("totals", Decimal("12.345")),
    ("faults", (FAULT, evolve(FAULT, match=None, rate=None))),
    ("counts", (1, 2)),
]


@pytest.mark.parametrize(("kind", "record"), RECORDS)
def test_a_record_comes_back_as_it_was(kind: Kind, record: Any) -> None:  # noqa: ANN401 - any record
    """Equal, of the same types, and with what is derived from its fields."""
    again = codec.read(kind, codec.write(kind, record))

    assert again == record
    assert repr(again) == repr(record)
    assert type(again) is type(record)


def test_every_kind_has_a_layout() -> None:
    """Nothing can be kept that could not be read again."""
    kinds = set(Kind.__args__)  # type: ignore[attr-defined]  # of a Literal

    assert kinds == set(codec.TYPES)


def test_an_account_comes_back_whole() -> None:
    """Its secrets, clock, readings and physics included; what they come to is derived again."""
    limits = Physics(slots=2, units=Decimal("1.50"), allowed_ips=frozenset(("a", "b")))
    for physics in (limits, Physics()):
        born = evolve(account(physics=physics), webhook_secrets=("s",), callback_retries=(1, 2))
        again = codec.loads(Account, codec.dumps(Account, born))

        assert again == born
        assert again.physics.unlimited is born.physics.unlimited
        assert again.secret_key == born.secret_key


def test_a_journal_entry_comes_back_whole() -> None:
    """With what refused, and what may be told of the credential."""
    why = Explanation("create.known-session", "session_id", "1", "")
    entry = Entry(
        *("call", 1, "ak", NOW, NOW, "create", "POST", "http://h", "/a", b"/a", "", 400, 1201, "r"),
        milliseconds=0.3,
        explanation=why,
        credential=Shown("Bearer", "key", 1.0, None, 2),
        body=b"{}",
    )

    assert codec.loads(Entry, codec.dumps(Entry, entry)) == entry


def test_a_changed_layout_has_another_number() -> None:
    """Who changes a field changes FORMAT, and this digest with it."""
    found: dict[str, Any] = {}
    for cls in (Account, Entry, *codec.TYPES.values()):
        codec.layout(cls, found)
    digest = hashlib.sha256(json.dumps(found, sort_keys=True).encode()).hexdigest()[:8]

    assert (codec.FORMAT, digest) == (2, LAYOUT)


def test_what_has_no_layout_is_refused() -> None:
    """A type that nobody thought of is found when it is added, not when it is lost."""
    with pytest.raises(TypeError, match="no layout"):
        codec.dumps(set, {1})
