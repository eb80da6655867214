"""A query refuses an id that names nothing."""

from kling_lipsync.rules.facts import Facts, Finding, GetInput
from kling_lipsync.rules.tests.builders import NOW, judged


def test_an_unknown_task_is_refused() -> None:
    """The id that was asked for is told."""
    facts = Facts(NOW, input=GetInput("greeting-17"), task_found=False)

    assert judged("get.known-task", facts) == Finding("greeting-17", "task_id")


def test_a_known_task_passes() -> None:
    """A task of the account is answered."""
    facts = Facts(NOW, input=GetInput("greeting-17"), task_found=True)

    assert judged("get.known-task", facts) is None
