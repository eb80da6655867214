"""Several accounts on one server: every step is a call or a move, and every answer is held."""

import sys
from decimal import Decimal
from random import Random
from time import monotonic
from typing import Any

from hypothesis import assume
from hypothesis import strategies as st
from hypothesis.control import current_build_context
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule

from contract_tests import breaking, drawing, scenes
from contract_tests.callers import Fields
from contract_tests.drafts import OPERATIONS, Draft
from contract_tests.oracle import announcing, judge, wild
from contract_tests.oracle.modelled import Modelled
from contract_tests.oracle.world import RESULT_MS, SESSION_MS
from contract_tests.receiver import Receiver
from contract_tests.scenes import described
from contract_tests.targets import Target
from contract_tests.ways import Way, break_by

PACES = ((0, 1), (0, 5000), (1, 1), (1000, 4000), (60_000, 4_020_000))
SPANS = (1, 999, 1000, 3999, 4000, 5000, "1h", SESSION_MS - 1, "24h", RESULT_MS, "30d")
OWN_IDS = ("", "", "order-1", "order-2", "a/b é")
WHO = st.integers(0, 1)
PLACE = st.integers(0, 7)
DRAW = st.randoms(use_true_random=False)


class Accounts(RuleBasedStateMachine):
    """The rules of the service, each of them possible at any moment in any account."""

    target: Target
    receiver: Receiver
    shrinking_s = 15.0
    first_failure: float | None = None
    shortest: tuple[int, AssertionError] | None = None
    """Of the histories that failed the shortest: how many requests it has, and its failure."""

    def __init__(self) -> None:
        super().__init__()
        self.requests: list[str] = []
        self.accounts: list[Modelled] = []

    @initialize(
        profiles=st.tuples(*[st.sampled_from(("documented", "observed"))] * 2),
        paces=st.tuples(*[st.sampled_from(PACES)] * 2),
    )
    def open_accounts(self, profiles: tuple[str, str], paces: tuple[Any, Any]) -> None:
        """Make two accounts, each with a reading and a pace of its own."""
        kind = type(self)
        if kind.first_failure and not current_build_context().is_final:
            assume(monotonic() < kind.first_failure + kind.shrinking_s)
        self.accounts = [
            Modelled(self.target, self.requests, pace=pace, profile=profile)
            for profile, pace in zip(profiles, paces, strict=True)
        ]
        for caller in self.accounts:
            caller.identify(scenes.VIDEO)

    @rule(who=WHO, draw=DRAW)
    def identify(self, who: int, draw: Random) -> None:
        """Open a session for a described video."""
        scene = scenes.any_scene(draw)
        facts: Fields = {"duration": scene.video, "face": f"{scene.face[0]}-{scene.face[1]}"}
        if draw.randint(0, 5) == 0:
            facts["moderation"] = "blocked"
        self.accounts[who].identify(described("video", facts))

    @rule(who=WHO, place=PLACE)
    def identify_a_result(self, who: int, place: int) -> None:
        """Open a session for a video that the service made, of this account or of the other."""
        names = [name for one in self.accounts for name in one.world.named]
        if names:
            self.accounts[who].identify(video_id=names[place % len(names)])

    @rule(who=WHO, place=PLACE, own=st.sampled_from(OWN_IDS), draw=DRAW, called=st.booleans())
    def create(self, who: int, place: int, own: str, draw: Random, *, called: bool) -> None:
        """Create from any session that ever was, of either account."""
        fields = self._fields(who, place, own, draw)
        fields["callback_url"] = self.receiver.url if called else ""
        self.accounts[who].create(fields)

    @rule(who=WHO, place=PLACE, own=st.sampled_from(OWN_IDS), draw=DRAW)
    def create_wildly(self, who: int, place: int, own: str, draw: Random) -> None:
        """Create with several things changed, of which the model knows what is wrong with them."""
        fields = self._fields(who, place, own, draw)
        self.accounts[who].create(wild.changed(fields, draw))

    @rule(
        who=WHO,
        place=PLACE,
        own=st.sampled_from(OWN_IDS),
        phase=st.sampled_from(("before", "after")),
        draw=DRAW,
    )
    def create_and_lose_the_answer(
        self, who: int, place: int, own: str, phase: str, draw: Random
    ) -> None:
        """Create while the service fails, before or after the task is stored."""
        caller, fields = self.accounts[who], self._fields(who, place, own, draw)
        caller.stage(code=5000, phase=phase, operations=["create"])
        caller.struck = phase
        caller.create(fields)
        caller.struck = ""
        caller.clear_faults()

    @rule(who=WHO, reason=st.sampled_from(("Too dark", "é")))
    def let_the_next_task_fail(self, who: int, reason: str) -> None:
        """Stage a failure of the next task that is made."""
        self.accounts[who].stage(fail_task=reason)

    @rule(who=WHO, way=st.sampled_from(breaking.WAYS), draw=DRAW)
    def break_a_rule(self, who: int, way: Way, draw: Random) -> None:
        """Send a request that breaks a rule in one of the known ways."""
        draft = break_by(way, draw).broken
        self._send(self.accounts[who], draft, way.rule if way.rule in judge.UNSEEN else None)

    @rule(who=WHO, operation=st.sampled_from(OPERATIONS), draw=DRAW)
    def send_a_valid_request(self, who: int, operation: str, draw: Random) -> None:
        """Send a request that is legal in itself, with all that it needs made before."""
        self._send(self.accounts[who], drawing.valid(operation, draw), None)

    @rule(who=WHO, span=st.sampled_from(SPANS))
    def advance(self, who: int, span: int | str) -> None:
        """Let time pass."""
        self.accounts[who].advance(span)

    @rule(who=WHO, place=PLACE, off=st.sampled_from((-1, 0, 1)), draw=DRAW)
    def go_to_an_edge(self, who: int, place: int, off: int, draw: Random) -> None:
        """Go to an instant at which something falls due, or 1 ms beside it, and use it there."""
        caller = self.accounts[who]
        edges = sorted({at + off for at, *_ in caller.world.due()})
        coming = [at for at in edges if at >= caller.world.now]
        if coming:
            caller.move(to=coming[place % len(coming)])
            announcing.use_what_ends(caller, draw)

    @rule(who=WHO)
    def go_to_the_next_event(self, who: int) -> None:
        """Go to the first instant at which anything falls due."""
        caller = self.accounts[who]
        coming = [at for at, *_ in caller.world.due() if at > caller.world.now]
        if coming:
            reached = caller.move(next=True)["now"]
            first = reached == min(coming)
            caller.expect("lifecycle.timestamps", holds=first, fault=f"due next is {min(coming)}")

    @rule(who=WHO, place=PLACE)
    def go_until_a_task_ended(self, who: int, place: int) -> None:
        """Go to the instant of a task's end; what ended is no reason to move."""
        caller = self.accounts[who]
        known = [task for task in caller.world.tasks if task.task_id]
        if known:
            task = known[place % len(known)]
            due = max(caller.world.now, task.ended_at)
            reached = caller.move(until_task=task.task_id)["now"]
            caller.expect("lifecycle.timestamps", holds=reached == due, fault=f"its end is {due}")

    @rule(who=WHO, place=PLACE, own=st.booleans())
    def query(self, who: int, place: int, *, own: bool) -> None:
        """Query any task of either account, by either id, in this account."""
        tasks = [task for one in self.accounts for task in one.world.tasks]
        if tasks:
            task = tasks[place % len(tasks)]
            self.accounts[who].get((task.external_id if own else task.task_id) or "never given")

    @rule(who=WHO, size=st.integers(1, 7))
    def walk_the_pages(self, who: int, size: int) -> None:
        """Read all pages: together they are all tasks, each once."""
        caller = self.accounts[who]
        count = len(caller.world.tasks)
        items: list[Fields] = []
        for number in range(1, count // size + 3):
            items += caller.page(f"pageNum={number}&pageSize={size}").data
        once = len({item["task_id"] for item in items}) == len(items) == count
        caller.expect("list.pages", holds=once, fault=f"{len(items)} items of {count} tasks")

    @rule(who=WHO, place=PLACE)
    def compare_an_item(self, who: int, place: int) -> None:
        """An item of the list is what the single query answers."""
        caller = self.accounts[who]
        items = caller.page("pageSize=500").data
        if items:
            item = items[place % len(items)]
            same = caller.get(item["task_id"]).data == item
            caller.expect("list.items", holds=same, fault=f"the list has {item}")

    @rule(who=WHO, place=PLACE)
    def fetch_a_result(self, who: int, place: int) -> None:
        """Fetch what a task made: it is there for 30 days to the ms, and then forbidden."""
        caller = self.accounts[who]
        done = [task for task in caller.world.tasks if task.task_id in caller.memory.results()]
        if done:
            announcing.fetch(caller, done[place % len(done)])

    @rule(
        who=WHO,
        slots=st.sampled_from((None, None, 0, 1, 5)),
        left=st.sampled_from((None, None, None, None, "0", "0.04", "0.05", "0.5", "1", "6.05")),
    )
    def limit(self, who: int, slots: int | None, left: str | None) -> None:
        """Give the account so many slots, and units that are left."""
        caller = self.accounts[who]
        units = None if left is None else str(max(Decimal(0), caller.world.spent() + Decimal(left)))
        caller.change(slots=slots, units=units)

    @rule(who=WHO)
    def read_the_ledger(self, who: int) -> None:
        """What was taken is the sum of calls and successes, and what tasks tell of it."""
        announcing.hold_ledger(self.accounts[who])

    def teardown(self) -> None:
        """Look at everything once more, unless something has shown already."""
        try:
            if sys.exc_info()[0] is None:
                self._look_once_more()
        finally:
            if isinstance(failure := sys.exc_info()[1], AssertionError):
                self._failed(failure)

    def _failed(self, failure: AssertionError) -> None:
        kind, told = type(self), (len(self.requests), failure)
        kind.first_failure = kind.first_failure or monotonic()
        kind.shortest = min(kind.shortest or told, told, key=lambda one: one[0])

    def _look_once_more(self) -> None:
        for who, caller in enumerate(self.accounts):
            caller.change(slots=None, units=None)
            self.walk_the_pages(who, size=3)
            announcing.hold_ledger(caller)
            announcing.hold_announcements(caller, self.receiver)

    def _fields(self, who: int, place: int, own: str, draw: Random) -> Fields:
        owners = (self.accounts[1 - who], self.accounts[who])
        sessions = [one for owner in owners for one in owner.world.sessions.values()]
        return wild.fields_for(sessions[-1 - place % len(sessions)], own, draw)

    def _send(self, caller: Modelled, draft: Draft, name: str | None) -> None:
        caller.breaking = name
        try:
            draft.send(caller)
        except KeyError:
            if caller.last is None or caller.last.code == 0:
                raise
        finally:
            caller.breaking = None
