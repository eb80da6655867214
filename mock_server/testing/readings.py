"""Running a test under each choice of the readings that matter to it.

A reading matters to a test if it belongs to a rule of an operation that the test called.  Which
these are is known once the test has run as it is, which is its first case; the other cases skip
themselves where they cannot matter.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import pytest
from attrs import frozen

from kling_lipsync.contract import load_contract
from kling_lipsync.rulebook import Choice, Reading, Rulebook
from mock_server.testing.account import LipSyncMock
from mock_server.testing.asking import Asking

READING = "lipsync_reading"
_OTHER_MS = (0, 500)
_CALLED: pytest.StashKey[dict[str, set[str]]] = pytest.StashKey()


@frozen
class Case:
    """One choice of one reading; without a name, the test as it is."""

    name: str = ""
    choice: Choice = ""

    def __str__(self) -> str:
        return f"{self.name}={self.choice}" if self.name else "as-it-is"


def choices(names: Sequence[str]) -> list[Case]:
    """Return the test as it is, then every choice of some readings (of all, if none is named).

    Raises SpecError for an unknown name.
    """
    book = load_contract().rulebook
    book.profile("documented", {name: _any_choice(book, name) for name in names})
    wanted = [book.readings[name] for name in names] or list(book.readings.values())
    return [Case(), *(Case(one.name, value) for one in wanted for value in _values(one))]


class Looked:
    """The fields of a test's account under the case that it runs as."""

    def __init__(
        self, request: pytest.FixtureRequest, mock: Asking, fields: Mapping[str, Any]
    ) -> None:
        params = getattr(request.node, "callspec", None)
        case = params.params.get(READING) if params is not None else None
        self._asked = isinstance(case, Case)
        self._case: Case = case if isinstance(case, Case) else Case()
        self._called = request.config.stash.setdefault(_CALLED, {})
        self._test = request.node.nodeid.replace(str(self._case), "")
        self._mock = mock
        self.fields = dict(fields)
        if self._case.name:
            self._skip_where_it_cannot_matter()
            readings = {**fields.get("readings", {}), self._case.name: self._case.choice}
            self.fields["readings"] = readings

    def note(self, held: LipSyncMock) -> None:
        """Remember what a test called, when it ran as it is."""
        if self._asked and not self._case.name:
            called = {str(call.get("operation") or "") for call in held.journal(kind="call")}
            if held.deliveries():
                called.add("callback")
            self._called[self._test] = called

    def _skip_where_it_cannot_matter(self) -> None:
        called = self._called.get(self._test)
        if called is not None and not called & operations_of(self._case.name):
            names = ", ".join(sorted(filter(None, called))) or "nothing"
            pytest.skip(f"reading {self._case.name} does not matter to a test that calls {names}")


def operations_of(name: str) -> set[str]:
    """Return the operations whose rules depend on a reading."""
    rules = load_contract().rulebook.rules.values()
    return {operation for rule in rules if name in rule.readings for operation in rule.operations}


def _values(reading: Reading) -> Sequence[Choice]:
    return _OTHER_MS if reading.choices is None else reading.choices


def _any_choice(book: Rulebook, name: str) -> Choice:
    return _values(book.readings[name])[0] if name in book.readings else ""
