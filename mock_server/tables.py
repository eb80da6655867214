"""The rules in the groups in which a call meets them: at the entry, and by operation."""

from collections.abc import Mapping
from types import MappingProxyType

from kling_lipsync.rulebook import Rulebook
from kling_lipsync.rules import rows, usual_rows
from mock_server.context import OPERATION_NAMES, Tables
from mock_server.values import Operation

_ENTRY_STEPS = ("credential", "account", "route")
_MEDIA_STEP = "media"


class RuleTables:
    """The rows of a rulebook, each group in the order in which a request is judged."""

    def __init__(self, rulebook: Rulebook) -> None:
        self._rulebook = rulebook
        entry = [name for name in rulebook.order if rulebook.steps[name] in _ENTRY_STEPS]
        self.entry = rows(rulebook, entry)
        self.operations: Mapping[Operation, Tables] = MappingProxyType(
            {operation: self._of(operation) for operation in OPERATION_NAMES}
        )

    def _of(self, operation: Operation) -> Tables:
        book = self._rulebook
        names = [
            name
            for name in book.order
            if operation in book.rules[name].operations and book.steps[name] not in _ENTRY_STEPS
        ]
        table = rows(book, names)
        steps = [book.steps[name] for name in book.order]
        first_media = steps.index(_MEDIA_STEP)
        before_media = tuple(row for row in table if row.position < first_media)
        return Tables(table, before_media, usual_rows(table))
