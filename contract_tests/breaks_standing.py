"""Ways to break the rules that are judged last: content, ids, money, slots, what is staged."""

from decimal import Decimal
from random import Random

from contract_tests.callers import Caller
from contract_tests.drafts import Draft, new_task
from contract_tests.spec import rule
from contract_tests.ways import ANY, CREATE, IDENTIFY, POSTS, Way


def blocked_video(draft: Draft, _draw: Random) -> None:
    """A video that the content check does not pass."""
    draft.video["moderation"] = "blocked"


def blocked_sound(draft: Draft, _draw: Random) -> None:
    """A sound that the content check does not pass."""
    draft.sound["moderation"] = "blocked"


def staged(draft: Draft, code: int) -> None:
    """Stage a failure for this call."""
    draft.faults.append({"code": code, "operations": [draft.operation]})


def platform_policy(draft: Draft, _draw: Random) -> None:
    """A policy that blocks the request."""
    staged(draft, 1300)


def server_fault(draft: Draft, draw: Random) -> None:
    """A failure on the service's side."""
    staged(draft, draw.choice(rule("envelope.server-fault").codes))


def taken_external_id(draft: Draft, draw: Random) -> None:
    """An external id that the account used before."""
    name = f"taken {draw.getrandbits(64):x}"
    draft.body["external_task_id"] = name
    draft.before.append(lambda caller: new_task(caller, draft.scene, external_task_id=name))


def arrears(draft: Draft, _draw: Random) -> None:
    """An account that owes something."""
    draft.around({"in_arrears": True}, {"in_arrears": False})


def price(draft: Draft) -> Decimal:
    """Return what a draft costs when it is accepted, by the rulebook."""
    if draft.operation == "identify":
        return Decimal(rule("billing.identify-price").limits["units"])
    limits = rule("billing.lip-sync-price").limits
    return Decimal(limits["units"]) * -(-draft.scene.video // int(limits["started_ms"]))


def leave_units(draft: Draft, units: Decimal) -> None:
    """Let the account have this many units when the call comes."""
    draft.around({"units": lambda caller: str(caller.spent() + units)}, {"units": None})


def too_few_units(draft: Draft, draw: Random) -> None:
    """Fewer units than the call costs."""
    cost = price(draft)
    leave_units(draft, draw.choice((cost - Decimal("0.01"), Decimal(0), cost / 2)))


def open_tasks(draft: Draft, count: int, slots: int) -> None:
    """Let so many tasks be open, and so many be allowed."""

    def fill(caller: Caller) -> None:
        caller.advance("1h")
        for _ in range(count):
            new_task(caller, draft.scene)

    draft.before.append(fill)
    draft.around({"slots": slots}, {"slots": None})


def no_slot(draft: Draft, draw: Random) -> None:
    """As many open tasks as the account may have."""
    count = draw.randint(0, 2)
    open_tasks(draft, count, count)


WAYS = (
    Way("identify.video-content", blocked_video, IDENTIFY, "moderation"),
    Way("create.sound-content", blocked_sound, CREATE, "moderation"),
    Way("create.platform-policy", platform_policy, POSTS, "fault"),
    Way("create.external-id-unique", taken_external_id, CREATE, "external_task_id"),
    Way("billing.arrears", arrears, POSTS, "in_arrears"),
    Way("billing.pack-exhausted", too_few_units, POSTS, "units"),
    Way("concurrency.limit", no_slot, CREATE, "slots"),
    Way("envelope.server-fault", server_fault, ANY, "fault"),
)
