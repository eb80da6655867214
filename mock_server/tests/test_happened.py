"""What happened is told from the facts, in due order."""

from collections.abc import Iterable

import pytest
from attrs import evolve

from mock_server.happened import Happening, happened, of_session, of_task
from mock_server.media_urls import Links
from mock_server.tests.builders import BASE_URL, DAY_MS, NOW, session, task
from mock_server.values import RenderState

LINKS = Links(BASE_URL, "public", 30 * DAY_MS)


def _kinds(found: Iterable[Happening]) -> list[tuple[int, str, object]]:
    return [(one.at - NOW, one.kind, one.facts.get("status")) for one in found]


def test_a_task_tells_its_changes_and_the_end_of_its_media() -> None:
    """A failed one has no media, and one whose file is being made no end yet."""
    begun = (1000, "status", "processing")

    assert _kinds(of_task(task(), LINKS)) == [
        begun,
        (5000, "status", "succeed"),
        (5000 + LINKS.life_ms + 1, "result-expired", None),
    ]
    assert _kinds(of_task(task(failure="why"), LINKS)) == [begun, (5000, "status", "failed")]
    assert _kinds(of_task(task(render=RenderState.RUNNING), LINKS)) == [begun]


def test_what_happened_lies_after_the_start_and_up_to_the_end() -> None:
    """In due order; at one instant statuses first, then attempts, then expiries."""
    kinds = ("session-expired", "attempt", "status")
    every = [Happening(at, kind, {"task_id": "7"}) for at in (3, 2, 1) for kind in kinds]
    told = happened(every, 1, 2)

    assert [(one["at"], one["kind"]) for one in told] == [(2, kind) for kind in kinds[::-1]]
    assert happened(every, 3, 3) == []


@pytest.mark.parametrize(
    ("life", "expires", "ends"), [("24h", True, 1), ("24h", False, 0), ("none", True, 0)]
)
def test_a_session_tells_its_end(life: str, expires: bool, ends: int) -> None:  # noqa: FBT001 - a column of the table
    """A day after it was made, unless it is the sample's or the reading says otherwise."""
    one = session(fact=evolve(session().fact, expires=expires))
    told = list(of_session(one, {"hours": 24}, {"session-life": life}))

    assert [(end.at, end.kind) for end in told] == [(NOW + DAY_MS, "session-expired")] * ends
