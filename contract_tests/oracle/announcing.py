"""Money, announcements and what ends in an account, held against the model."""

import json
from decimal import Decimal
from random import Random

from contract_tests.oracle import told, wild
from contract_tests.oracle.modelled import Modelled
from contract_tests.oracle.world import RESULT_MS, SESSION_MS, Task
from contract_tests.receiver import Receiver

PATIENCE_MS = 5000


def hold_ledger(caller: Modelled) -> None:
    """Hold what was taken against calls and successes, and against what tasks tell."""
    world, ledger = caller.world, caller.ledger()
    lines = sorted((line["operation"], Decimal(line["units"])) for line in ledger["lines"])
    caller.expect(
        "billing.charged-on-success",
        holds=lines == world.lines(),
        fault=f"due are {world.lines()}, taken are {lines}",
    )
    spent = Decimal(ledger["units_spent"])
    caller.expect(
        "billing.lip-sync-price",
        holds=spent == world.spent() == sum(units for _, units in lines),
        fault=f"spent are {spent}, due are {world.spent()}",
    )
    items = caller.page("pageSize=500").data
    reported = sum((Decimal(one.get("final_unit_deduction", 0)) for one in items), Decimal(0))
    taken = sum((units for operation, units in lines if operation == "create"), Decimal(0))
    caller.expect(
        "billing.deduction-reported",
        holds=reported == taken,
        fault=f"the tasks tell {reported} units, the ledger {taken}",
    )


def hold_announcements(caller: Modelled, receiver: Receiver) -> None:
    """Hold every announcement against the change that it tells of: one each, and in order."""
    now = caller.world.now
    due = sorted(
        (at, task.task_id, status)
        for task in caller.world.tasks
        if task.callback_url
        for at, status in task.changes()
        if at <= now
    )
    known = {task.task_id: task for task in caller.world.tasks}
    found = caller.await_deliveries(len(due), PATIENCE_MS) if due else {"deliveries": []}
    sent = [(one["due_at"], one["task_id"], one["status"]) for one in found["deliveries"]]
    caller.expect(
        "callback.on-status-change",
        holds=sorted(sent) == due,
        fault=f"due are {due}, announced are {sorted(sent)}",
    )
    received = [one.task for one in receiver.received if one.task["task_id"] in known]
    seen = sorted((one["updated_at"], one["task_id"], one["task_status"]) for one in received)
    caller.expect(
        "callback.on-status-change",
        holds=seen == due,
        fault=f"due are {due}, received are {seen}",
    )
    for name, task in known.items():
        _hold_task(caller, task, [one for one in received if one["task_id"] == name])
    for one in found["deliveries"]:
        caller.hold(told.faults(known[one["task_id"]], one["due_at"], json.loads(one["body"])))


def _hold_task(caller: Modelled, task: Task, bodies: list[told.Told]) -> None:
    statuses = [body["task_status"] for body in bodies]
    due = [status for at, status in task.changes() if at <= caller.world.now]
    caller.expect(
        "callback.on-status-change",
        holds=statuses == (due if task.callback_url else []),
        fault=f"the announcements of {task.task_id} came as {statuses}",
    )
    last = caller.memory.last.get(task.task_id)
    for body in bodies:
        if last is not None and body["task_status"] == last["task_status"]:
            caller.expect(
                "callback.payload",
                holds=body == told.announced(last),
                fault=f"announced was {body}, queried was {last}",
            )


def use_what_ends(caller: Modelled, draw: Random) -> None:
    """Use each session and each result that ends within 1 ms of now."""
    world = caller.world
    for session in list(world.sessions.values()):
        if abs(session.opened_at + SESSION_MS - world.now) <= 1:
            caller.create(wild.fields_for(session, "", draw))
    ending = [task for task in world.tasks if abs(task.ended_at + RESULT_MS - world.now) <= 1]
    if ending:
        caller.page("pageSize=500")
    for task in ending:
        if not task.failure:
            fetch(caller, task)
            video = caller.memory.last[task.task_id]["task_result"]["videos"][0]
            caller.identify(video_id=video["id"])


def fetch(caller: Modelled, task: Task) -> None:
    """Fetch the media of a task: they are there for 30 days after its end to the ms."""
    due = 200 if caller.world.now <= task.ended_at + RESULT_MS else 403
    video = caller.memory.last[task.task_id]["task_result"]["videos"][0]
    for name in ("url", "watermark_url"):
        if name in video:
            status = caller.media(video[name]).status
            caller.requests.append(
                f"[{caller.world.now}] fetch {name} of {task.task_id} -> {status}"
            )
            caller.expect("retention.result-media", holds=status == due, fault=f"due is {due}")
