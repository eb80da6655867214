"""Values become the vendor's JSON, with nothing added."""

import json
from decimal import Decimal

import pytest

from kling_lipsync.rules.facts import Finding
from mock_server import render
from mock_server.media_urls import Links
from mock_server.tests.builders import BASE_URL, DAY_MS, NOW, VIDEO, session, task
from mock_server.values import Order

LINKS = Links(BASE_URL, "public", 30 * DAY_MS)
RESULT = f"{BASE_URL}/media/public/results/850513240364867650"


def test_an_accepted_call_is_code_0_with_data() -> None:
    """The envelope has four fields."""
    assert json.loads(render.accepted("r", {"a": 1})) == {
        "code": 0,
        "message": "SUCCEED",
        "request_id": "r",
        "data": {"a": 1},
    }


def test_a_refused_call_has_no_data() -> None:
    """The envelope has three fields."""
    assert json.loads(render.refused("r", 1201, "why")) == {
        "code": 1201,
        "message": "why",
        "request_id": "r",
    }


@pytest.mark.parametrize(
    ("template", "finding", "message"),
    [
        ("Audio format is invalid", Finding("ogg", "f"), "Audio format is invalid"),
        ("{field} cannot be empty", Finding(None, "session_id"), "session_id cannot be empty"),
        (
            "{field} value '{value}' is invalid",
            Finding(-1, "face_choose[0].sound_insert_time"),
            "faceChoose[0].soundInsertTime value '-1' is invalid",
        ),
        (
            "{value} already exists",
            Finding("{field}", "external_task_id"),
            "{field} already exists",
        ),
        ("{value}", Finding("x" * 10_000), "x" * 200),
        ("{value}", Finding(None), ""),
        ("{value}", Finding(value=True), "true"),
        ("{value}", Finding({"a": [1, None]}), '{"a":[1,null]}'),
        ("{value}", Finding(-0.5), "-0.5"),
        ("{value}", Finding(0), "0"),
    ],
)
def test_a_message_is_filled_in(template: str, finding: Finding, message: str) -> None:
    """The field in the vendor's style, the value cut, and nothing filled in twice."""
    assert render.refusal_message(template, finding, 200) == message


@pytest.mark.parametrize(
    ("path", "written"),
    [
        ("face_choose[0].sound_end_time", "faceChoose[0].soundEndTime"),
        ("watermark_info.enabled", "watermarkInfo.enabled"),
        ("session_id", "session_id"),
        ("", ""),
    ],
)
def test_a_nested_path_is_written_in_camel_case(path: str, written: str) -> None:
    """A plain field keeps its name, as the recorded messages do."""
    assert render.vendor_path(path) == written


@pytest.mark.parametrize(
    ("milliseconds", "text"), [(5200, "5.2"), (8000, "8"), (5001, "5.001"), (0, "0"), (10, "0.01")]
)
def test_lengths_are_decimal_seconds(milliseconds: int, text: str) -> None:
    """Without zeros at the end, and without an exponent."""
    assert render.seconds(milliseconds) == text


@pytest.mark.parametrize(
    ("value", "text"),
    [("0.50", "0.5"), ("1.0", "1"), ("100", "100"), ("1E+3", "1000"), ("1E-7", "0.0000001")],
)
def test_numbers_have_no_exponent(value: str, text: str) -> None:
    """Ten units are 10, not 1 and not 1E+1."""
    assert render.decimal(Decimal(value)) == text


def test_a_session_shows_its_faces() -> None:
    """With a picture's URL and the interval of each."""
    assert render.identified(session(), LINKS, "0.05") == {
        "session_id": "850508686686064678",
        "final_unit_deduction": "0.05",
        "face_data": [
            {
                "face_id": "0",
                "face_image": f"{BASE_URL}/media/public/faces/850508686686064678/0.jpg",
                "start_time": 0,
                "end_time": 8000,
            }
        ],
    }


def test_a_created_task_shows_what_the_page_prints() -> None:
    """Its external id only if it has one."""
    assert render.created(task()) == {
        "task_id": task().task_id,
        "task_info": {},
        "task_status": "submitted",
        "created_at": NOW,
        "updated_at": NOW,
    }
    assert render.created(task(external_task_id="g"))["task_info"] == {"external_task_id": "g"}


def test_an_open_task_has_no_result_and_no_deduction() -> None:
    """What is not known before the end is not told."""
    told = render.task_at(task(), NOW + 1000, LINKS)

    assert told == {
        "task_id": task().task_id,
        "task_status": "processing",
        "task_status_msg": "",
        "task_info": {"parent_video": {"id": "", "url": VIDEO, "duration": "8"}},
        "created_at": NOW,
        "updated_at": NOW + 1000,
        "watermark_info": {"enabled": False},
    }


def test_a_task_that_succeeded_has_one_video() -> None:
    """With the units that it cost."""
    told = render.task_at(task(), NOW + 5000, LINKS)

    (video,) = told["task_result"]["videos"]
    assert (video["id"], video["duration"]) == ("850513240364867650", "8")
    assert video["url"].startswith(f"{RESULT}.mp4?Expires=")
    assert "watermark_url" not in video
    assert told["final_unit_deduction"] == "1"


def test_a_failed_task_says_why_and_costs_nothing() -> None:
    """The reason is told at the end, and not before."""
    failing = task(failure="why")
    before, after = (render.task_at(failing, NOW + at, LINKS) for at in (4999, 5000))

    assert before["task_status_msg"] == ""
    assert (after["task_status_msg"], after["final_unit_deduction"]) == ("why", "0")
    assert "task_result" not in after


def test_a_watermarked_twin_is_told_to_queries_only() -> None:
    """A callback, whose printed payload has no such field, is silent about it."""
    marked = task(order=Order(watermark=True))
    (video,) = render.task_at(marked, NOW + 5000, LINKS)["task_result"]["videos"]
    announced = render.announced(marked, NOW + 5000, LINKS)

    assert video["watermark_url"].startswith(f"{RESULT}-watermarked.mp4?")
    assert "watermark_url" not in announced["task_result"]["videos"][0]
    assert "watermark_info" not in announced


@pytest.mark.parametrize("after_ms", [0, 1000, 5000])
def test_a_callback_agrees_with_a_query(after_ms: int) -> None:
    """What both tell is the same."""
    announced = render.announced(task(), NOW + after_ms, LINKS)
    told = render.task_at(task(), NOW + after_ms, LINKS)

    assert announced == {name: told[name] for name in announced}


def test_a_page_is_the_task_as_json() -> None:
    """At every instant what the single query answers."""
    pages = render.TaskPages()

    for after_ms in (0, 1000, 5000, 1000, 0):
        told = json.loads(bytes(pages.get(task(), NOW + after_ms, LINKS)))
        assert told == render.task_at(task(), NOW + after_ms, LINKS)


def test_a_page_is_written_once_while_it_looks_the_same() -> None:
    """Another status, another host or a changed task is written anew."""
    pages, one = render.TaskPages(), task()
    other = Links("http://mock.test", "public", 30 * DAY_MS)
    first = pages.get(one, NOW, LINKS)

    assert pages.get(one, NOW + 999, LINKS) is first
    assert pages.get(one, NOW + 1000, LINKS) is not first
    assert b"http://mock.test/" in bytes(pages.get(one, NOW + 5000, other))
    assert b'"failed"' in bytes(pages.get(task(failure="why"), NOW + 5000, other))


def test_no_more_pages_are_kept_than_fit() -> None:
    """Many tasks are all answered rightly, whatever was forgotten."""
    pages = render.TaskPages(most=2)
    tasks = [task(task_id=str(number)) for number in range(5)] * 2

    told = [json.loads(bytes(pages.get(one, NOW, LINKS)))["task_id"] for one in tasks]

    assert told == [one.task_id for one in tasks]
