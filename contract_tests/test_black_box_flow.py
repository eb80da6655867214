"""The whole way through a server that knows described media, with one set of credentials."""

import json
import time
from random import Random
from typing import Any

import pytest
from attrs import frozen

from contract_tests import spec, tokens
from contract_tests.callers import IDENTIFY, TASKS
from contract_tests.exchanges import Exchange
from contract_tests.marks import rule
from contract_tests.scenes import SCENE, described
from contract_tests.targets import Credentials, Target

pytestmark = [pytest.mark.black_box, pytest.mark.needs("described-media")]

RANKS = ("submitted", "processing", "succeed")
LONGEST_WAIT_S = 10.0


@frozen
class Visitor:
    """Somebody with one account."""

    target: Target
    account: Credentials

    def call(self, method: str, path: str, fields: object = None) -> Exchange:
        """Send a request with a fresh token."""
        token = tokens.mint(self.account.secret_key, tokens.claims(self.account.access_key))
        headers = {"authorization": f"Bearer {token}"}
        if fields is None:
            return self.target.request(method, path, headers=headers)
        headers["content-type"] = "application/json"
        return self.target.request(method, path, headers=headers, body=json.dumps(fields).encode())

    def body(self, **fields: object) -> dict[str, Any]:
        """Return a legal create body in a session of its own."""
        video = described("video", {"duration": SCENE.video})
        session = self.call("POST", IDENTIFY, {"video_url": video}).data["session_id"]
        entry = {
            "face_id": "0",
            "sound_file": described("audio", {"duration": SCENE.sound}),
            "sound_start_time": SCENE.start,
            "sound_end_time": SCENE.end,
            "sound_insert_time": SCENE.insert,
        }
        return {"session_id": session, "face_choose": [entry], **fields}

    def until_end(self, task_id: str) -> list[dict[str, Any]]:
        """Query a task until it ends; return all that was seen."""
        seen: list[dict[str, Any]] = []
        deadline = time.monotonic() + LONGEST_WAIT_S
        while time.monotonic() < deadline:
            seen.append(self.call("GET", f"{TASKS}/{task_id}").data)
            if seen[-1]["task_status"] in ("succeed", "failed"):
                break
            time.sleep(0.05)
        return seen


@pytest.fixture
def visitor(target: Target) -> Visitor:
    """Somebody who knows the account of the target."""
    return Visitor(target, target.credentials)


def fresh_name() -> str:
    """Return an external id that nobody used."""
    return f"black-box-{Random().getrandbits(64):x}"  # noqa: S311 - a name, no secret


@rule("create.reply", "get.reply", "lifecycle.states", "lifecycle.forward-only")
def test_a_task_runs_to_its_end(visitor: Visitor) -> None:
    """Created, queried, done: the rank never falls, and what is said once stays."""
    created = visitor.call("POST", TASKS, visitor.body()).data
    seen = visitor.until_end(created["task_id"])
    ranks = [RANKS.index(task["task_status"]) for task in seen]

    assert created["task_status"] == "submitted"
    assert ranks == sorted(ranks)
    assert {task["created_at"] for task in seen} == {created["created_at"]}
    if seen[-1]["task_status"] == "succeed":
        assert seen[-1]["task_result"]["videos"][0]["url"]
    assert visitor.call("GET", f"{TASKS}/{created['task_id']}").data == seen[-1]


@rule("list.items", "get.either-id")
def test_a_task_is_found_by_either_id_and_in_the_list(visitor: Visitor) -> None:
    """Its own id, the caller's id and the newest page lead to the same task."""
    name = fresh_name()
    created = visitor.call("POST", TASKS, visitor.body(external_task_id=name)).data
    visitor.until_end(created["task_id"])
    task = visitor.call("GET", f"{TASKS}/{created['task_id']}").data
    listed = visitor.call("GET", f"{TASKS}?pageSize=500").data

    assert visitor.call("GET", f"{TASKS}/{name}").data == task
    assert [one for one in listed if one["task_id"] == task["task_id"]] == [task]


@rule("create.external-id-unique")
def test_an_external_id_is_taken_once(visitor: Visitor) -> None:
    """The second create with the same external id is refused."""
    body = visitor.body(external_task_id=fresh_name())
    first, second = (visitor.call("POST", TASKS, body) for _ in range(2))

    assert first.code == 0
    assert second.code == spec.code_of("create.external-id-unique")


@pytest.mark.parametrize(
    ("name", "field", "value"),
    [
        pytest.param(*one, marks=rule(one[0]), id=one[0])
        for one in (
            ("create.face-in-session", "face_id", "no such face"),
            ("create.audio-duration", "sound_file", described("audio", {"duration": 60_001})),
            ("create.sound-file-form", "sound_file", "no base64"),
            ("create.sound-file-format", "sound_file", f"{described('audio', {'format': 'ogg'})}"),
            ("create.sound-end-within-audio", "sound_end_time", SCENE.sound + 1),
            ("create.insert-within-video", "sound_insert_time", SCENE.video - SCENE.crop + 1),
        )
    ],
)
def test_a_rule_that_takes_a_session_refuses(
    visitor: Visitor, name: str, field: str, value: object
) -> None:
    """One field of a legal create is changed, and it is refused."""
    body = visitor.body()
    body["face_choose"][0][field] = value

    assert visitor.call("POST", TASKS, body).code == spec.code_of(name)
