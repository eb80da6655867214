"""One command as it runs: its arguments, its screen, and the ids of what it made."""

import uuid
from argparse import Namespace
from collections.abc import Iterable

from attrs import define, field

from kling_lipsync.cli.screen import Screen


@define
class Trail:
    """The ids by which a task of this command can be found again, also when it is cut short."""

    task_id: str | None = None
    given: list[str] = field(factory=list)

    def new_id(self) -> str:
        """Return an id that nobody used before, and remember it."""
        self.given.append(f"kls-{uuid.uuid4().hex}")
        return self.given[-1]

    def found_in(self, notes: Iterable[str]) -> str | None:
        """Return the task's id, or else the one of the given ids that the notes tell of."""
        if self.task_id is not None:
            return self.task_id
        told = " ".join(notes)
        return next((one for one in self.given if one in told), None)


@define
class Command:
    """What a verb is given."""

    arguments: Namespace
    screen: Screen
    trail: Trail = field(factory=Trail)
