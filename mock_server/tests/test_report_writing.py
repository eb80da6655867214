"""A report says the same in every form, and nothing in it breaks the form."""

import json
from xml.etree import ElementTree as ET

import pytest

from mock_server.findings.values import Attempted, History
from mock_server.report_card import HABITS, Report, report
from mock_server.report_writing import as_json, as_junit, as_text
from mock_server.tests.builders import KEY, contract
from mock_server.tests.entries import entry

EVIL = "]]>\x1b[2J<a b=\"'&\ud800\n"


def _card(account: str = KEY, unread: int = 0, answers: tuple[int, ...] = ()) -> Report:
    name = EVIL.replace("&", "%26").replace("=", "%3D")
    entries = [entry(sequence=n + 1, query=f"{name}{n}=1") for n in range(unread)]
    attempts = [
        Attempted("850512470691213348", "7", "succeed", number, answer, "", 0)
        for number, answer in enumerate(answers, 1)
    ]
    return report(History(account, entries, attempts, contract()))


def test_a_clean_report_says_so() -> None:
    """In each form."""
    told = json.loads(as_json(_card()))
    suite = ET.fromstring(as_junit(_card()))[0]  # noqa: S314 - our own

    assert told == {"account": KEY, "clean": True, "calls": 0, "findings": []}
    assert as_text(_card()) == f"{KEY}: 0 calls, 0 of 10 habits found\n"
    assert (suite.get("tests"), suite.get("failures")) == ("10", "0")
    assert [case.get("name") for case in suite] == [habit.name for habit in HABITS]


def test_a_finding_has_its_evidence_and_thresholds() -> None:
    """Journal entries by number, callbacks by delivery."""
    card = _card(answers=(200, 503))
    finding = json.loads(as_json(card))["findings"][0]
    text = "attempt 2 to announce succeed of task 7 was answered: HTTP 503"

    assert (finding["name"], finding["severity"]) == ("failing-callback-receiver", "error")
    assert finding["evidence"] == [
        {"sequences": [], "delivery_id": "850512470691213348", "seen": text}
    ]
    assert f"    delivery 850512470691213348: {text}\n" in as_text(card)
    assert "    rules: callback.attempts\n" in as_text(card)


@pytest.mark.parametrize("write", [as_text, as_junit])
def test_a_long_list_is_cut_and_counted(write: object) -> None:
    """Twenty times are written out."""
    text = write(_card(unread=25))  # type: ignore[operator]  # a writer
    told = json.loads(as_json(_card(unread=25)))["findings"][0]

    assert text.count("    journal ") == 20
    assert "and 5 more" in text
    assert (told["count"], len(told["evidence"])) == (25, 20)


def test_what_a_client_chose_breaks_no_form() -> None:
    """It is escaped before it is told."""
    card = _card(account=EVIL, unread=1)
    suite = ET.fromstring(as_junit(card))[0]  # noqa: S314 - our own
    failure = next(case for case in suite if len(case))[0]

    assert suite.get("failures") == "1"
    assert "]]>" in (failure.text or "")
    assert as_text(card).count("\x1b") == as_text(card).count("\ud800") == 0
    assert json.loads(as_json(card))["account"] == EVIL
