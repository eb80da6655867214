"""An account with a world of its own beside it, which is moved and changed together with it."""

from collections.abc import Iterable, Mapping
from decimal import Decimal

from contract_tests import spec
from contract_tests.callers import Caller, Fields
from contract_tests.oracle import media, told
from contract_tests.oracle.world import Named, World
from contract_tests.targets import Target

Faults = Iterable[tuple[str, str]]


class BrokenPromise(AssertionError):
    """A reply that the model does not allow; it names the rule and shows the requests."""

    def __init__(self, rule: str, fault: str, requests: list[str]) -> None:
        sentence = spec.rule(rule).sentence
        super().__init__(f"{rule}: {sentence}\n  {fault}\n  " + "\n  ".join(requests))


class Account(Caller):
    """A caller and its world; `requests` is what was sent so far, by several of them.

    `struck` says whether a staged failure strikes the next calls, `before` or `after` they take
    effect.
    """

    def __init__(
        self,
        target: Target,
        requests: list[str],
        *,
        pace: tuple[int, int] = (1000, 4000),
        profile: str = "documented",
        **settings: object,
    ) -> None:
        super().__init__(target, pace=f"{pace[0]}+{pace[1]}", profile=profile, **settings)
        self.requests = requests
        self.memory = told.Memory()
        self.struck = ""
        self.next_failure = ""
        readings = spec.rulebook().profile(profile)
        self.world = World(super().now(), pace, readings, profile)
        self._settle(settings)

    def note(self, text: str) -> None:
        """Add to what was sent so far."""
        self.requests.append(f"[{self.key[-4:]} {self.world.now}] {text}")

    def hold(self, found: Faults) -> None:
        """Raise the first of what was found wrong."""
        for rule, fault in found:
            raise BrokenPromise(rule, fault, self.requests)

    def expect(self, rule: str, *, holds: bool, fault: str) -> None:
        """Raise when something does not hold that a rule promises."""
        if not holds:
            raise BrokenPromise(rule, fault, self.requests)

    def move(self, **fields: object) -> Fields:
        """Move the clock; the world goes to the instant reached, and what happened is held too."""
        before = self.world.now
        found = super().move(**fields)
        self.note(f"clock {fields} -> {found['now']}")
        if "advance" in fields:
            due = before + media.span(str(fields["advance"]))
            self.expect("lifecycle.timestamps", holds=found["now"] == due, fault="the clock is off")
        self.world.now = found["now"]
        self._hold_happened(before, found["happened"])
        return found

    def change(self, **settings: object) -> None:
        """Change the account, and the world with it."""
        super().change(**settings)
        self.note(f"settings {settings}")
        self._settle(settings)

    def seed(self, url: str) -> str:
        """Give a described medium an id, in the world too."""
        name = super().seed(url)
        medium = media.read(url)
        if medium is not None:
            self.world.named[name] = Named(medium, self.world.now - medium.age)
        return name

    def stage(self, **fault: object) -> None:
        """Stage a failure instead of any that was staged before."""
        self.clear_faults()
        super().stage(**fault)
        self.note(f"stage {fault}")
        self.next_failure = str(fault.get("fail_task", ""))

    def clear_faults(self) -> None:
        """Take staged failures back."""
        super().clear_faults()
        self.next_failure = ""

    def _settle(self, settings: Mapping[str, object]) -> None:
        world = self.world
        if "units" in settings:
            world.units = None if settings["units"] is None else Decimal(str(settings["units"]))
        if "slots" in settings:
            slots = settings["slots"]
            world.slots = slots if isinstance(slots, int) else None
        readings = settings.get("readings")
        if isinstance(readings, Mapping):
            world.readings = {**world.readings, **readings}
        world.in_arrears = bool(settings.get("in_arrears", world.in_arrears))

    def _hold_happened(self, before: int, happened: list[Fields]) -> None:
        due = sorted(one for one in self.world.due() if before < one[0] <= self.world.now)
        seen = [
            (
                one["at"],
                one["kind"],
                one.get("task_id") or one["session_id"],
                one.get("status", ""),
            )
            for one in happened
            if one["kind"] != "attempt"
        ]
        known = [one for one in due if one[2]]
        self.expect(
            "lifecycle.forward-only",
            holds=len(seen) == len(due) and set(known) <= set(seen),
            fault=f"due were {due}, happened have {seen}",
        )
