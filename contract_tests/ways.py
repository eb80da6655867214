"""A way to break one rule: what it does to a valid draft, and which part of it that touches."""

from collections.abc import Callable
from random import Random

from attrs import frozen

from contract_tests import drawing
from contract_tests.drafts import OPERATIONS, Draft
from contract_tests.scenes import Scene

Damage = Callable[[Draft, Random], None]
Stage = Callable[[Random], Scene]

ANY = OPERATIONS
POSTS = ("identify", "create")
IDENTIFY = ("identify",)
CREATE = ("create",)


@frozen
class Way:
    """Breaks `rule` and of the others only those it implies.

    `touches` names the part of a draft that is damaged: two ways can damage one draft when
    these differ.  `stage` draws the scenes in which the damage leaves all else legal.
    """

    rule: str
    damage: Damage
    operations: tuple[str, ...]
    touches: str
    stage: Stage | None = None

    def draft(self, draw: Random, operation: str | None = None) -> Draft:
        """Draw a valid draft that can be damaged in this way."""
        chosen = draw.choice(self.operations) if operation is None else operation
        return drawing.valid(chosen, draw, None if self.stage is None else self.stage(draw))


@frozen
class Broken:
    """A draft that breaks a rule, and its twin that differs in nothing else."""

    rule: str
    broken: Draft
    mended: Draft


def break_by(way: Way, draw: Random, operation: str | None = None) -> Broken:
    """Draw a request, to one of its operations, that breaks a rule in this way."""
    mended = way.draft(draw, operation)
    broken = mended.copy()
    way.damage(broken, draw)
    return Broken(way.rule, broken, mended)
