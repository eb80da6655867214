"""The journal keeps the last calls, and shows nothing that a terminal would obey."""

import pytest

from mock_server.journal import Entry, Journal, console_lines, explain, shown
from mock_server.tests.builders import KEY, NOW, call, contract
from mock_server.values import Explanation, Reply

WHY = Explanation(
    rule="create.crop-length",
    field="face_choose[0].sound_end_time",
    value="1999",
    nearest="2000",
)


def _reply(
    request_id: str = "r", *, access_key: str = KEY, why: Explanation | None = None
) -> Reply:
    code = 0 if why is None else 1201
    return Reply(
        status=200 if why is None else 400,
        code=code,
        body=b"{}",
        request_id=request_id,
        now=NOW,
        access_key=access_key,
        operation="create",
        task_id="1",
        explanation=why,
    )


def _entry(why: Explanation | None = None, **parts: object) -> Entry:
    return Journal(1).write(call(**parts), _reply(why=why), 1.25)  # type: ignore[arg-type]  # any part


def test_a_call_is_noted_with_its_reply() -> None:
    """Everything but the credential and the bodies."""
    entry = _entry(method="POST", path="/p")

    assert entry == Entry("r", NOW, "POST", "/p", "create", 200, 0, "1", 1.25, None)


def test_the_journal_is_a_ring() -> None:
    """Of five calls a journal of three keeps the last, oldest first."""
    journal = Journal(3)
    for number in range(5):
        journal.write(call(), _reply(str(number)), 1.0)

    assert [entry.request_id for entry in journal.entries(KEY)] == ["2", "3", "4"]
    assert journal.find("1") is None


def test_every_account_has_its_own_ring() -> None:
    """One account's calls do not push out another's; callers without account have one too."""
    journal = Journal(1)
    journal.write(call(), _reply("mine"), 1.0)
    journal.write(call(), _reply("nobody's", access_key=""), 1.0)

    assert [entry.request_id for entry in journal.entries(KEY)] == ["mine"]
    assert [entry.request_id for entry in journal.entries("")] == ["nobody's"]
    assert list(journal.entries("stranger")) == []


def test_a_call_is_found_by_its_request_id() -> None:
    """Of whichever account, until that account is forgotten."""
    journal = Journal(3)
    entry = journal.write(call(), _reply("mine"), 1.0)
    assert journal.find("mine") == entry

    journal.forget(KEY)

    assert journal.find("mine") is None
    assert list(journal.entries(KEY)) == []


def test_an_accepted_call_is_one_line() -> None:
    """Status, code, method, path and time."""
    assert console_lines(_entry(path="/p"), contract()) == "200 0 GET /p  1.2 ms\n"


def test_a_refused_call_says_why_in_two_more_lines() -> None:
    """The rule with its sentence, and what was seen beside the nearest legal value."""
    lines = console_lines(_entry(WHY), contract()).splitlines()

    sentence = contract().rulebook.rules["create.crop-length"].sentence
    assert lines[1] == f"    create.crop-length: {sentence}"
    assert lines[2] == ("    face_choose[0].sound_end_time = 1999; nearest legal value: 2000")


def test_a_staged_refusal_says_so() -> None:
    """Nobody should look for a mistake that somebody asked for."""
    staged = Explanation("concurrency.limit", "fault", "", "", staged=True)

    assert "concurrency.limit (staged): " in console_lines(_entry(staged), contract())
    assert "fault = (nothing)\n" in console_lines(_entry(staged), contract())


@pytest.mark.parametrize(
    "evil", ["\x1b[2J", "\r\nHTTP 200", "\x00", "\x9b31m", "\u202e", "\ud800", "é", "a\nb"]
)
@pytest.mark.parametrize("where", ["path", "method", "value", "field", "nearest"])
def test_what_a_client_chose_is_escaped(evil: str, where: str) -> None:
    """A console line is ASCII without control characters, wherever the client put them."""
    parts = {where: evil} if where in ("path", "method") else {}
    texts = {"field": "f", "value": "v", "nearest": "n"} | {where: evil}
    why = Explanation("create.crop-length", texts["field"], texts["value"], texts["nearest"])

    lines = console_lines(_entry(why, **parts), contract())

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
        "status": 200,
        "code": 0,
        "method": "GET",
        "path": "/p",
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
