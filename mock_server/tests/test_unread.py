"""Fields that were sent and that nothing read are named by where they stand."""

import json

import pytest

from mock_server.routes import IDENTIFY_PATH, TASKS_PATH
from mock_server.tests.builders import VIDEO, contract, create_body
from mock_server.tests.entries import entry
from mock_server.unread import unread

PATHS = {"identify": IDENTIFY_PATH, "create": TASKS_PATH, "list": TASKS_PATH}


def _unread(operation: str, body: object = None, query: str = "") -> list[str] | None:
    content = b"" if body is None else json.dumps(body).encode()
    asked = entry(operation=operation, query=query, body=content, body_bytes=len(content))
    return unread(asked, contract())


@pytest.mark.parametrize(
    ("operation", "body"),
    [
        ("identify", {"video_url": VIDEO, "video_id": ""}),
        ("identify", {"video_id": "7"}),
        ("create", create_body("7", external_task_id="x", callback_url="http://a.test")),
        ("create", create_body("7", watermark_info={"enabled": True})),
        ("create", create_body("7", choice={"audio_id": "", "sound_volume": 2})),
        ("list", None),
        ("get", None),
    ],
)
def test_a_documented_field_is_read(operation: str, body: object) -> None:
    """An empty one counts as left out, which is read as well."""
    assert _unread(operation, body) == []


@pytest.mark.parametrize(
    ("operation", "body", "pointers"),
    [
        ("identify", {"video_url": VIDEO, "a/b~c": 1}, ["/body/a~1b~0c"]),
        ("identify", {"video_url": VIDEO, "video_id": "7"}, ["/body/video_url"]),
        (
            "create",
            create_body("7", choice={"audio_id": "7", "speed": {"x": 1}}),
            ["/body/face_choose/0/sound_file", "/body/face_choose/0/speed"],
        ),
        (
            "create",
            create_body("7", watermark_info={"enabled": True, "text": "x"}),
            ["/body/watermark_info/text"],
        ),
        ("get", {"task_id": "7"}, ["/body"]),
        ("list", {"pageNum": 7}, ["/body"]),
    ],
)
def test_what_nothing_reads_is_named(operation: str, body: object, pointers: list[str]) -> None:
    """Unknown names at any depth, the second of two sources, and the body of a query."""
    assert _unread(operation, body) == pointers


@pytest.mark.parametrize(
    ("operation", "query", "pointers"),
    [
        ("list", "pageNum=1&pageSize=2", []),
        ("list", "pageNum=1&page_size=2&pageNum=3", ["/query/page_size", "/query/pageNum/1"]),
        ("get", "pageNum=1", ["/query/pageNum"]),
        ("create", "debug", ["/query/debug"]),
    ],
)
def test_parameters_are_named_too(operation: str, query: str, pointers: list[str]) -> None:
    """Also the second one of a name."""
    assert _unread(operation, query=query) == pointers


def test_a_body_that_was_cut_is_not_judged() -> None:
    """It is not known then what was in it."""
    cut = entry(operation="create", body=b'{"a": ', body_bytes=10_000)

    assert unread(cut, contract()) is None


@pytest.mark.parametrize("body", ["text", [1], 7, {"face_choose": "x"}, {"face_choose": [[1]]}])
def test_a_strange_body_has_no_fields(body: object) -> None:
    """Nothing that has a name, so nothing to be named."""
    assert _unread("create", body) == []


def test_only_calls_of_an_operation_are_judged() -> None:
    """A command reads what it is given; an unknown path reads nothing at all."""
    assert unread(entry(operation="", query="a=b"), contract()) == []
    assert unread(entry(kind="command", operation="list", query="a=b"), contract()) == []
