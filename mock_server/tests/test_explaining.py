"""What people are shown of a journal, on the console and through the control API."""

import json

import pytest

from mock_server.explaining import (
    console_lines,
    explain,
    external_task_id,
    places,
    record,
    shown,
)
from mock_server.journal import Entry
from mock_server.routes import TASKS_PATH
from mock_server.tests.builders import KEY, call, contract
from mock_server.tests.entries import WHY, reply, written
from mock_server.values import Explanation


def _entry(why: Explanation | None = None, **parts: object) -> Entry:
    return written(call(**parts), reply(why=why))  # type: ignore[arg-type]  # any part


def _lines(why: Explanation | None = None, **parts: object) -> str:
    return console_lines(call(**parts), reply(why=why), 1.25, contract())  # type: ignore[arg-type]  # any part


def test_an_accepted_call_is_one_line() -> None:
    """Status, code, method, path and time."""
    assert _lines(path="/p") == "200 0 GET /p  1.2 ms\n"


def test_a_refused_call_says_why_in_two_more_lines() -> None:
    """The rule with its sentence, and what was seen beside the nearest legal value."""
    lines = _lines(WHY).splitlines()

    sentence = contract().rulebook.rules["create.crop-length"].sentence
    assert lines[1] == f"    create.crop-length: {sentence}"
    assert lines[2] == ("    face_choose[0].sound_end_time = 1999; nearest legal value: 2000")


def test_a_staged_refusal_says_so() -> None:
    """Nobody should look for a mistake that somebody asked for."""
    staged = Explanation("concurrency.limit", "fault", "", "", staged=True)

    assert "concurrency.limit (staged): " in _lines(staged)
    assert "fault = (nothing)\n" in _lines(staged)


@pytest.mark.parametrize(
    "evil", ["\x1b[2J", "\r\nHTTP 200", "\x00", "\x9b31m", "\u202e", "\ud800", "é", "a\nb"]
)
@pytest.mark.parametrize("where", ["path", "method", "value", "field", "nearest"])
def test_what_a_client_chose_is_escaped(evil: str, where: str) -> None:
    """A console line is ASCII without control characters, wherever the client put them."""
    parts = {where: evil} if where in ("path", "method") else {}
    texts = {"field": "f", "value": "v", "nearest": "n"} | {where: evil}
    why = Explanation("create.crop-length", texts["field"], texts["value"], texts["nearest"])

    lines = _lines(why, **parts)

    known = contract().rulebook.rules["create.crop-length"].sentence
    told = lines.replace(known, "")
    assert told.isascii()
    assert told.count("\n") == 3
    assert told.replace("\n", "").isprintable()


def test_what_a_client_chose_is_cut() -> None:
    """Whatever its length, at most 120 characters of it are shown."""
    assert len(shown("\u20ac" * 10_000)) == 120
    assert shown("x" * 120) == "x" * 120
    assert shown("x" * 121) == "x" * 117 + "..."


def test_an_explanation_of_an_accepted_call_is_short() -> None:
    """There is nothing to explain."""
    assert explain(_entry(path="/p"), contract()) == {
        "request_id": "r",
        "account": KEY,
        "sequence": 1,
        "status": 200,
        "code": 0,
        "method": "GET",
        "path": "/p",
        "unread": [],
    }


def test_an_explanation_has_all_that_is_known() -> None:
    """Rule, vendor's words, value, nearest legal value, remedy, and where the spec states it."""
    told = explain(_entry(WHY), contract())

    rule = contract().rulebook.rules["create.crop-length"]
    assert told["rule"] == "create.crop-length"
    assert told["vendor_words"] == ["the cropped sound must not be shorter than 2 seconds"]
    assert (told["value"], told["nearest_legal_value"]) == ("1999", "2000")
    assert told["evidence"] == rule.evidence
    assert told["sources"] == [contract().rulebook.sources["lip-sync-page"]]
    assert told["remedy"] == contract().rulebook.codes[1201].remedy
    assert told["stated_in"] == [f"spec/rules.yaml:{contract().lines[rule.name]}"]


@pytest.mark.parametrize("name", ["create.volume-range", "list.page-size", "create.crop-length"])
def test_a_rule_is_where_an_explanation_says(name: str) -> None:
    """Each file:line is where the rule stands, or what its schema is about."""
    rule = contract().rulebook.rules[name]
    first, *others = places(rule, contract())
    texts = [_line(place) for place in others]

    assert _line(first) == f"{name}:"
    assert len(texts) == len({contract().places[pointer] for pointer in rule.pointers})
    keys = {pointer.rpartition("/")[2] for pointer in rule.pointers}
    assert {text.partition(":")[0] for text in texts} == keys


def _line(place: str) -> str:
    file, _, number = place.removeprefix("spec/").partition(":")
    return (contract().folder / file).read_text("utf-8").splitlines()[int(number) - 1].strip()


def test_a_record_has_all_that_is_known() -> None:
    """With the ids that the caller gave, what was staged, and what nothing read."""
    body = b'{"external_task_id": "mine", "speed": 2}'
    why = Explanation("concurrency.limit", "fault", "staged", "", staged=True)
    told = record(_entry(why, method="POST", path=TASKS_PATH, body=body), contract(), ["d"])

    assert (told["external_task_id"], told["task_id"], told["deliveries"]) == ("mine", "1", ["d"])
    assert told["unread"] == ["/body/speed"]
    assert told["credential"] == {
        "scheme": "Bearer",
        "key": "test",
        "issued_at": None,
        "not_before": None,
        "expires": None,
    }
    assert told["explanation"] == {
        "rule": "concurrency.limit",
        "field": "fault",
        "value": "staged",
        "nearest": "",
        "staged": True,
    }
    assert json.loads(json.dumps(told)) == told


@pytest.mark.parametrize("body", [b"", b"[]", b"{", b'{"external_task_id": 7}', b"\xff"])
def test_a_strange_body_has_no_external_id(body: bytes) -> None:
    """Whatever was sent."""
    assert external_task_id(_entry(body=body)) == ""
