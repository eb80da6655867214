"""Commands of the control API stand in the journal of the account that they concern."""

import json
from typing import Any

import pytest

from mock_server.journal_text import REDACTED
from mock_server.tests.served import LOCAL_KEY, Served


def _commands(served: Served, account: str = LOCAL_KEY) -> list[dict[str, Any]]:
    told = served.happening("GET", f"/journal?kind=command&account={account}")
    entries: list[dict[str, Any]] = told["entries"]
    return entries


def test_a_command_is_noted_with_its_body(served: Served) -> None:
    """At the instant at which the account's clock stood afterwards."""
    before = served.happening("GET", f"/accounts/{LOCAL_KEY}")["now"]
    served.happening("POST", "/clock", {"advance": "1h"})
    (noted,) = _commands(served)[-1:]

    assert (noted["operation"], noted["method"], noted["path"], noted["status"]) == (
        "moveClock",
        "POST",
        "/__mock__/clock",
        200,
    )
    assert json.loads(noted["body"]) == {"advance": "1h"}
    assert noted["at"] == before + 3_600_000


def test_secrets_of_a_command_are_not_noted(served: Served) -> None:
    """Neither those that were given nor those that were made up."""
    given = {"secret_key": "s" * 40, "api_keys": ["k" * 40], "webhook_secret": None}
    made = served.happening("POST", "/accounts", given)
    other = served.happening("POST", "/accounts", {})
    noted = _commands(served, made["access_key"])[0]

    assert json.loads(noted["body"])["secret_key"] == REDACTED
    assert json.loads(noted["body"])["api_keys"] == REDACTED
    assert other["secret_key"] not in str(_commands(served, other["access_key"]))


def test_each_account_has_its_own_commands(served: Served) -> None:
    """Named in the path, in the query or in the body; a reset is the first after itself."""
    served.happening("POST", "/accounts", {"access_key": "b"})
    served.happening("PATCH", "/accounts/b", {"slots": 1})
    served.happening("DELETE", "/faults?account=b")
    served.happening("POST", "/faults", {"account": "b", "code": 1303})
    operations = [one["operation"] for one in _commands(served, "b")]
    served.happening("POST", "/reset", {"account": "b"})

    assert operations == ["createAccount", "changeAccount", "clearFaults", "stageFault"]
    assert [one["operation"] for one in _commands(served, "b")] == ["resetAccount"]
    assert "stageFault" not in [one["operation"] for one in _commands(served)]


def test_what_concerns_no_account_stands_apart(served: Served) -> None:
    """So does the dropping of one, which leaves no journal behind."""
    served.happening("POST", "/accounts", {"access_key": "b"})
    served.happening("DELETE", "/accounts/b")
    served.control("POST", "/clock", {"account": "nobody"})

    noted = [(one["operation"], one["status"]) for one in _commands(served, "")]
    assert noted == [("dropAccount", 200), ("moveClock", 404)]
    assert served.control("GET", "/journal?account=b").status_code == 404


def test_a_file_is_noted_by_its_size(served: Served) -> None:
    """Its bytes are not."""
    served.control("PUT", "/media/a%20b.bin", content=b"\x00" * 5000)
    (noted,) = _commands(served)[-1:]

    assert (noted["operation"], noted["path"]) == ("putMedium", "/__mock__/media/a b.bin")
    assert (noted["body"], noted["body_bytes"]) == ("", 5000)


@pytest.mark.parametrize("path", ["/health", "/journal", "/ledger", "/journal?rule=x"])
def test_a_question_is_no_command(served: Served, path: str) -> None:
    """Nor is a request that was never understood."""
    before = len(_commands(served))
    served.control("GET", path)
    served.control("POST", "/clock", {"advance": []})

    assert len(_commands(served)) == before
