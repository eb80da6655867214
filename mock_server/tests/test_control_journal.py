"""What happened and why, through the control API."""

import asyncio
import json
from typing import Any
from xml.etree import ElementTree as ET

import httpx
import pytest

from mock_server.report_card import HABITS
from mock_server.routes import IDENTIFY_PATH, TASKS_PATH
from mock_server.tests.builders import VIDEO
from mock_server.tests.receivers import answering, receiving
from mock_server.tests.served import BASE_URL, LOCAL_KEY, Served


def _entries(served: Served, query: str = "") -> list[dict[str, Any]]:
    entries: list[dict[str, Any]] = served.happening("GET", f"/journal?{query}")["entries"]
    return entries


def test_an_unknown_request_id_is_404(served: Served) -> None:
    """No journal has such a call."""
    for path in ("/explain/nothing", "/journal/nothing/curl", "/explain/7", "/journal/7/curl"):
        reply = served.control("GET", path)
        name = path.split("/")[2]

        assert reply.status_code == 404
        assert f"no call with the request_id '{name}'" in reply.json()["error"]


def test_a_journal_tells_calls_without_credentials(served: Served) -> None:
    """Oldest first, with the reason of a refusal."""
    served.vendor("GET", TASKS_PATH)
    served.vendor("POST", IDENTIFY_PATH, {"video_id": "7"})
    listed, refused = _entries(served)

    assert (listed["status"], listed["operation"]) == (200, "list")
    assert (refused["status"], refused["operation"]) == (404, "identify")
    assert refused["explanation"]["rule"] == refused["rule"] == "identify.video-id-known"
    assert refused["credential"]["key"] == "-key"
    assert "local-api-key" not in str([listed, refused])


def test_a_create_names_its_task_and_its_deliveries(served: Served) -> None:
    """Those that it caused, and no others."""
    with receiving(answering(200)) as receiver:
        plain = served.create()
        task_id = served.create(callback_url=receiver.url, external_task_id="mine")
        served.advance("1h")
    deliveries = served.happening("GET", "/deliveries")["deliveries"]
    created = {one["task_id"]: one for one in _entries(served, "operation=create")}

    assert created[task_id]["external_task_id"] == "mine"
    assert len(deliveries) == 2
    assert set(created[task_id]["deliveries"]) == {one["delivery_id"] for one in deliveries}
    assert created[plain]["deliveries"] == []


def test_a_staged_refusal_names_its_fault(served: Served) -> None:
    """So that it can be told from a real one."""
    fault = served.happening("POST", "/faults", {"code": 1303})
    served.vendor("GET", TASKS_PATH)
    (refused,) = _entries(served, "code=1303")

    assert refused["fault_id"] == fault["fault_id"]
    assert served.happening("GET", f"/explain/{refused['request_id']}")["fault_id"]


def test_fetches_of_media_are_listed(served: Served) -> None:
    """With what they were answered; those of no account under the empty key."""
    session = served.data("POST", IDENTIFY_PATH, {"video_url": VIDEO})
    path = session["face_data"][0]["face_image"].removeprefix(BASE_URL)
    served.ask("GET", path)
    served.ask("DELETE", path)
    served.ask("GET", "/media/nobody/faces/1/0.jpg")

    assert [(one["operation"], one["status"]) for one in _entries(served, "kind=media")] == [
        ("faces", 200),
        ("faces", 405),
    ]
    assert [one["status"] for one in _entries(served, "account=&kind=media")] == [404]


def test_a_result_after_its_time_is_listed_with_its_rule(served: Served) -> None:
    """And with the instant at which its link ended."""
    task_id = served.create()
    served.advance("5s")
    url = served.data("GET", f"{TASKS_PATH}/{task_id}")["task_result"]["videos"][0]["url"]
    served.advance("31d")
    served.ask("GET", url.removeprefix(BASE_URL))
    (refused,) = _entries(served, "kind=media")

    assert (refused["operation"], refused["status"]) == ("results", 403)
    assert refused["rule"] == "retention.result-media"
    assert f"Expires={refused['explanation']['value']}" in url


def test_calls_can_be_filtered_and_counted(served: Served) -> None:
    """By the same fields."""
    for _ in range(3):
        served.vendor("GET", TASKS_PATH)
    served.vendor("GET", f"{TASKS_PATH}/7")
    count = served.happening("GET", "/journal/count?operation=list")["count"]
    last = _entries(served)[-1]["sequence"]

    assert count == len(_entries(served, "operation=list")) == 3
    assert len(_entries(served, "rule=get.known-task&status=404")) == 1
    assert [one["sequence"] for one in _entries(served, "limit=2")] == [last - 1, last]
    assert [one["sequence"] for one in _entries(served, "since=1&limit=1")] == [2]
    assert served.happening("GET", "/journal/count?code=1303")["count"] == 0


@pytest.mark.parametrize("query", ["kind=x", "code=x", "limit=0", "sorted=1", "since=-1"])
def test_a_filter_that_is_none_is_refused(served: Served, query: str) -> None:
    """With what there is."""
    assert served.control("GET", f"/journal?{query}").status_code == 400


def test_a_journal_can_be_emptied(served: Served) -> None:
    """Of everything, also of the command that did it; the sequence goes on."""
    served.vendor("GET", TASKS_PATH)
    served.happening("DELETE", "/journal")
    emptied = _entries(served)
    served.vendor("GET", TASKS_PATH)

    assert emptied == []
    assert [one["sequence"] for one in _entries(served)] == [2]


def test_a_wait_ends_with_the_entry_that_was_waited_for(served: Served) -> None:
    """While others go on; what was there already counts."""

    async def step() -> tuple[Any, list[str]]:
        transport = httpx.ASGITransport(served.server.application)
        order: list[str] = []
        async with httpx.AsyncClient(transport=transport, base_url=BASE_URL) as asking:

            async def wait() -> Any:  # noqa: ANN401 - JSON
                query = "operation=list&count=2&timeout_ms=60000"
                reply = await asking.get(f"/__mock__/journal/wait?{query}")
                order.append("woken")
                return reply.json()

            waiting = asyncio.ensure_future(wait())
            bearer = {"authorization": "Bearer local-api-key"}
            for path in (TASKS_PATH, f"{TASKS_PATH}/7", TASKS_PATH):
                await asyncio.sleep(0.02)
                order.append(path)
                await asking.get(path, headers=bearer)
            return await waiting, order

    told, order = served.run(step)

    assert told["complete"] is True
    assert [one["operation"] for one in told["entries"]] == ["list", "list"]
    assert order == [TASKS_PATH, f"{TASKS_PATH}/7", TASKS_PATH, "woken"]


def test_a_wait_that_is_over_tells_what_there_is(served: Served) -> None:
    """It is not complete then."""
    served.vendor("GET", TASKS_PATH)
    told = served.happening("GET", "/journal/wait?count=2&timeout_ms=20")
    later = served.happening("GET", "/journal/wait?since=1&timeout_ms=0")

    assert (told["complete"], len(told["entries"])) == (False, 1)
    assert (later["complete"], later["entries"]) == (False, [])


def test_a_wait_for_an_account_that_goes_ends(served: Served) -> None:
    """There is nothing more to come."""
    served.happening("POST", "/accounts", {"access_key": "b"})

    async def step() -> int:
        transport = httpx.ASGITransport(served.server.application)
        async with httpx.AsyncClient(transport=transport, base_url=BASE_URL) as asking:
            path = "/__mock__/journal/wait?account=b&count=9&timeout_ms=60000"
            waiting = asyncio.ensure_future(asking.get(path))
            await asyncio.sleep(0.02)
            await asking.delete("/__mock__/accounts/b")
            return (await waiting).status_code

    assert served.run(step) == 404


def test_an_entry_is_found_by_its_number(served: Served) -> None:
    """As it is by its request_id."""
    reply = served.vendor("GET", f"{TASKS_PATH}/7?x=1")
    by_id = served.control("GET", f"/journal/{reply.json()['request_id']}/curl")
    by_number = served.control("GET", "/journal/1/curl")
    told = served.happening("GET", "/explain/1")

    assert by_id.headers["content-type"] == "text/plain; charset=utf-8"
    assert by_id.text == by_number.text
    assert f"-X GET '{BASE_URL}{TASKS_PATH}/7?x=1'" in by_id.text
    assert (told["rule"], told["unread"]) == ("get.known-task", ["/query/x"])


def test_a_report_has_three_forms(served: Served) -> None:
    """Each tells the same."""
    served.vendor("GET", f"{TASKS_PATH}?debug=1")
    told = served.happening("GET", "/report")
    text = served.control("GET", "/report?format=text").text
    junit = ET.fromstring(served.control("GET", "/report?format=junit").text)  # noqa: S314 - our own

    assert (told["account"], told["clean"], told["calls"]) == (LOCAL_KEY, False, 1)
    assert [one["name"] for one in told["findings"]] == ["unread-fields"]
    assert json.dumps(told["findings"][0]["evidence"][0]["sequences"]) == "[1]"
    assert "unread-fields (warning)" in text
    assert [case.get("name") for case in junit.iter("testcase") if len(case)] == ["unread-fields"]
    assert len(list(junit.iter("testcase"))) == len(HABITS)
    assert served.control("GET", "/report?format=pdf").status_code == 400
    assert served.control("GET", "/report?account=nobody").status_code == 404
    assert served.happening("GET", "/report?account=")["clean"]
