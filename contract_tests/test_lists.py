"""What a page of tasks holds."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contract_tests.callers import Caller
from contract_tests.drafts import new_task, plain_fields
from contract_tests.exchanges import refused_by
from contract_tests.marks import rule
from contract_tests.scenes import SCENE
from contract_tests.targets import Target


@rule("list.items")
def test_a_list_holds_what_single_queries_answer(target: Target) -> None:
    """Each item is the task as its own query tells it at that moment, in every status."""
    caller = Caller(target, pace="1000+4000")
    names = []
    for span in (4000, 1000, 0):
        names.append(new_task(caller, SCENE, watermark_info={"enabled": bool(span)}))
        caller.advance(span)
    items = caller.page().data

    assert items == [caller.get(name).data for name in reversed(names)]
    assert [item["task_status"] for item in items] == ["submitted", "processing", "succeed"]


@rule("list.pages")
@given(count=st.integers(0, 12), size=st.integers(1, 13))
def test_pages_hold_each_task_once(target: Target, count: int, size: int) -> None:
    """The pages in order are all tasks, newest first, and one past the end is empty."""
    caller = Caller(target)
    fields = plain_fields(caller, SCENE)
    made = []
    for _ in range(count):
        made.append(caller.create(fields).data["task_id"])
        caller.advance(made.count("") + count % 2)
    pages = [caller.page(f"pageNum={n + 1}&pageSize={size}").data for n in range(count // size + 2)]

    assert [task["task_id"] for page in pages for task in page] == list(reversed(made))
    assert pages[-1] == []
    assert all(len(page) <= size for page in pages)


@rule("list.pages", "list.page-size")
def test_a_page_holds_thirty_tasks_by_default(target: Target) -> None:
    """Without parameters it is the first page of 30."""
    caller = Caller(target)
    fields = plain_fields(caller, SCENE)
    made = [caller.create(fields).data["task_id"] for _ in range(31)]

    assert [task["task_id"] for task in caller.page().data] == made[:0:-1]


@rule("list.pages", "list.page-number", "list.page-size")
def test_of_several_parameters_the_first_counts(target: Target) -> None:
    """The first that is not empty: an empty one is not given."""
    caller = Caller(target)
    fields = plain_fields(caller, SCENE)
    made = [caller.create(fields).data["task_id"] for _ in range(2)]

    for query, listed in (
        ("pageSize=1&pageSize=x", made[1:]),
        ("pageSize=&pageSize=1", made[1:]),
        ("pageNum=2&pageNum=1&pageSize=1", made[:1]),
    ):
        assert [task["task_id"] for task in caller.page(query).data] == listed
    assert caller.page("pageSize=x&pageSize=1").code == 1201


@rule("list.page-number", "list.page-size")
@pytest.mark.parametrize(
    "text", ["+5", "%205", "5%20", "5+", "5%0A", "5%00", "5.0", "1_0", "%D9%A5", "0x5", "1e0", "-"]
)
@pytest.mark.parametrize("name", ["pageNum", "pageSize"])
def test_a_number_is_spelled_in_digits(target: Target, name: str, text: str) -> None:
    """No sign before it, no blank beside it, no other digits; a plus in a query is a blank."""
    caller = Caller(target)
    names = {"pageNum": "list.page-number", "pageSize": "list.page-size"}

    assert caller.page(f"{name}={text}").verdict == refused_by(names[name])


@pytest.mark.slow
@rule("list.pages")
@pytest.mark.parametrize("size", [2, 3])
def test_a_last_page_has_the_rest(target: Target, size: int) -> None:
    """As many tasks as are left, whether they fill it or not."""
    caller = Caller(target)
    fields = plain_fields(caller, SCENE)
    made: list[str] = []
    for _ in range(7):
        made.insert(0, caller.create(fields).data["task_id"])
        pages = range(1, 2 + -(-len(made) // size))
        told = [
            [task["task_id"] for task in caller.page(f"pageSize={size}&pageNum={number}").data]
            for number in pages
        ]

        assert told == [made[at * size : (at + 1) * size] for at in range(len(pages))]
