"""How fast tasks go on: by time, or by how often each was queried."""

from attrs import frozen

from mock_server.clock import NEVER_MS


@frozen
class Polls:
    """How many single queries of a task are still to come, until it is processed and then ends."""

    submitted: int
    processing: int


@frozen
class Pace:
    """How long a task stays `submitted` and `processing`, in ms.

    Where `polls` decide, either span is `NEVER_MS` until the query came that ends it.
    """

    submitted_ms: int
    processing_ms: int
    polls: Polls | None = None


def by_polls(submitted: int, processing: int) -> Pace:
    """Return the pace of a task that so many single queries start and so many more end."""
    spans = (NEVER_MS if submitted else 0, NEVER_MS if processing else 0)
    return Pace(*spans, Polls(submitted, processing))


def after_query(pace: Pace, age_ms: int) -> Pace:
    """Return the pace of a task after a single query at this age; itself when unchanged.

    The query that completes a count fixes the span.
    """
    polls = pace.polls
    if polls is None:
        return pace
    if polls.submitted:
        left = Polls(polls.submitted - 1, polls.processing)
        return Pace(NEVER_MS if left.submitted else age_ms, pace.processing_ms, left)
    if polls.processing:
        left = Polls(0, polls.processing - 1)
        return Pace(
            pace.submitted_ms, NEVER_MS if left.processing else age_ms - pace.submitted_ms, left
        )
    return pace
