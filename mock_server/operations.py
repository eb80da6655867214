"""The four operations by name, and the two queries themselves.

Each is a function of its context.  None of them waits, reads a clock or changes a store: what
a query changes, where queries count, is part of its outcome.
"""

from collections.abc import Mapping
from types import MappingProxyType

from kling_lipsync.rules import first_refusal
from kling_lipsync.rules.facts import Facts, GetInput, ListInput
from mock_server import lifecycle, parsing
from mock_server.context import Accepted, Context, OperationFunction, Outcome, Wake
from mock_server.creating import create
from mock_server.identifying import identify
from mock_server.judging import first
from mock_server.render import Listed
from mock_server.store import Put, Schedule, Store
from mock_server.values import Operation, Task

PAGE_SCHEMAS = MappingProxyType(
    {
        "pageNum": "/components/parameters/pageNum/schema",
        "pageSize": "/components/parameters/pageSize/schema",
    }
)


def get(context: Context) -> Outcome:
    """Answer one task, by its own id or by the caller's."""
    task = find_task(context.store, context.account.access_key, context.path_id)
    facts = Facts(
        now=context.now,
        unknown_fields=parsing.unknown_query_fields(context.call.query),
        input=GetInput(context.path_id),
        task_found=task is not None,
        staged_code=context.staged_code,
    )
    refusal = first_refusal(context.tables.all, facts, context.readings)
    if refusal is not None:
        return refusal
    if task is None:
        msg = "get.known-task let an unknown task through"
        raise LookupError(msg)
    return _shown(context, task)


def find_task(store: Store, access_key: str, name: str) -> Task | None:
    """Return the task that has this id, or else this external_task_id; None when none has."""
    task: Task | None = store.get(access_key, "tasks", name)
    if task is None:
        own_id = store.get(access_key, "external_ids", name)
        task = store.get(access_key, "tasks", own_id) if own_id is not None else None
    return task


def _shown(context: Context, before: Task) -> Accepted:
    """Answer a task as it is after this query, which may be one that counts."""
    task = lifecycle.polled(before, context.now)
    page = context.pages.get(task, context.now, context.links)
    if task is before:
        return Accepted(page, task_id=task.task_id)
    kept, event = Put("tasks", task.task_id, task), lifecycle.poll_event(before, task)
    if event is None:
        return Accepted(page, (kept,), task_id=task.task_id)
    wake = Wake(context.account.access_key)
    return Accepted(page, (kept, Schedule(event)), (wake,), task.task_id)


def list_tasks(context: Context) -> Outcome:
    """Answer one page of the account's tasks."""
    fields = parsing.query_fields(context.call.query)
    violations = [
        violation
        for name, pointer in PAGE_SCHEMAS.items()
        if name in fields and not context.schemas.is_valid(pointer, fields[name])
        for violation in context.schemas.violations(pointer, fields[name], prefix=(name,))
    ]
    wanted = parsing.list_input(fields, context.schemas.page_bounds())
    facts = Facts(
        now=context.now,
        unknown_fields=parsing.unknown_query_fields(context.call.query, PAGE_SCHEMAS),
        input=wanted,
        staged_code=context.staged_code,
    )
    refusal = first(context, violations, context.tables.all, facts)
    if refusal is not None:
        return refusal
    return Accepted(_page(context, wanted))


def _page(context: Context, wanted: ListInput) -> object:
    key, store = context.account.access_key, context.store
    number, size = wanted.page_number, wanted.page_size
    newest_first = context.readings["list-order"] == "newest-first"
    held = store.held(key)
    listed = Listed(key, -1 if held is None else held.version, number, size, newest_first)

    def read() -> list[Task]:
        return store.page(key, "tasks", number, size, newest_first=newest_first)

    return context.pages.page(listed, read, context.now, context.links)


OPERATIONS: Mapping[Operation, OperationFunction] = MappingProxyType(
    {"identify": identify, "create": create, "get": get, "list": list_tasks}
)
