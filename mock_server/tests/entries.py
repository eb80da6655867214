"""Journal entries to test with."""

from mock_server.journal import Entry, Journal
from mock_server.tests.builders import BASE_URL, KEY, NOW, changed
from mock_server.values import Call, Explanation, Reply

WHY = Explanation(
    rule="create.crop-length",
    field="face_choose[0].sound_end_time",
    value="1999",
    nearest="2000",
)


def reply(request_id: str = "r", *, access_key: str = KEY, why: Explanation | None = None) -> Reply:
    """Return the reply to a create call, which `why` refused if it is given."""
    return Reply(
        status=200 if why is None else 400,
        code=0 if why is None else 1201,
        body=b"{}",
        request_id=request_id,
        now=NOW,
        access_key=access_key,
        operation="create",
        task_id="1",
        explanation=why,
    )


def written(asked: Call, answered: Reply) -> Entry:
    """Return a call and its reply as a journal keeps them."""
    journal = Journal(1)
    journal.write(asked, answered, 1.25)
    return journal.entries(answered.access_key)[0]


def entry(**changes: object) -> Entry:
    """Return an accepted list call at NOW, with some fields changed."""
    plain = Entry(
        kind="call",
        sequence=1,
        account=KEY,
        at=NOW,
        host_ms=NOW,
        operation="list",
        method="GET",
        base_url=BASE_URL,
        path="/p",
        raw_path=b"/p",
        query="",
        status=200,
        code=0,
        request_id="r",
        milliseconds=1.25,
    )
    return changed(plain, changes)
