"""Values to test with, and an engine that is asked without a network and without a clock."""

import json
from collections.abc import Mapping
from decimal import Decimal
from functools import lru_cache
from typing import Any, TypeVar

from attrs import AttrsInstance, evolve

from kling_lipsync.contract import Contract, load_contract
from kling_lipsync.media import Duration, Face, Video
from kling_lipsync.rules.facts import SessionFact
from kling_lipsync.schema import Schemas
from mock_server.accounts import birth, new_account, sample_video
from mock_server.context import Effect
from mock_server.engine import Answer, Engine
from mock_server.pace import Pace
from mock_server.replies import ReplyCheck
from mock_server.routes import IDENTIFY_PATH, TASKS_PATH
from mock_server.settings import Settings
from mock_server.store import MemoryStore, Store
from mock_server.values import Account, Call, MediaSource, Order, Reply, Session, Task

Frozen = TypeVar("Frozen", bound=AttrsInstance)

NOW = 1_770_000_000_000
DAY_MS = 24 * 3600 * 1000
BASE_URL = "http://127.0.0.1:8787"
KEY = "ak-of-a-test"
SECRET = "sk-of-a-test-with-more-than-32-bytes"
API_KEY = "api-key-of-a-test"
BEARER = f"Bearer {API_KEY}"
VIDEO = "http://described.test/video?duration=8000&face=0-8000"
AUDIO = "http://described.test/audio?duration=5000"


@lru_cache(maxsize=1)
def contract() -> Contract:
    """Return the contract of this checkout."""
    return load_contract()


@lru_cache(maxsize=1)
def reply_check() -> ReplyCheck:
    """Return the check of every reply against the spec."""
    return ReplyCheck(Schemas(contract(), contract().rulebook.profile("documented")))


def changed(value: Frozen, changes: Mapping[str, Any]) -> Frozen:
    """Return a value with some of its fields changed."""
    return evolve(value, **changes)  # type: ignore[misc]  # any of our frozen values


def account(settings: Settings | None = None, **chosen: Any) -> Account:  # noqa: ANN401 - as new_account
    """Return an account on a real clock that was started at NOW."""
    given = {"access_key": KEY, "secret_key": SECRET, "api_keys": (API_KEY,)} | chosen
    return new_account(settings or Settings(), contract().rulebook, NOW, **given)


def call(method: str = "GET", path: str = TASKS_PATH, **parts: object) -> Call:
    """Return a call with the account's API key that arrives at NOW."""
    query = str(parts.get("query", ""))
    plain = Call(
        method=method,
        path=path,
        raw_path=path.encode("utf-8", "surrogatepass"),
        query=query,
        authorization=BEARER,
        content_type="application/json",
        body=b"",
        client_ip="127.0.0.1",
        base_url=BASE_URL,
        host_now=NOW,
    )
    return changed(plain, parts)


def session(**changes: object) -> Session:
    """Return a session of a described video of 8 s."""
    faces = (Face("0", 0, 8000),)
    video = Video("mp4", 1_000_000, Duration.exactly(8000), 1280, 720, True, faces)  # noqa: FBT003 - has sound
    fact = SessionFact(NOW, video, faces)
    return changed(Session("850508686686064678", fact, MediaSource(VIDEO, None)), changes)


def task(**changes: object) -> Task:
    """Return a task that was made at NOW: submitted for 1 s, processing for 4 s."""
    plain = Task(
        task_id="850512470691213348",
        result_id="850513240364867650",
        external_task_id=None,
        created_at=NOW,
        pace=Pace(1000, 4000),
        session=session(),
        order=Order(face_id="0"),
        audio=MediaSource(AUDIO, None),
        output_ms=8000,
        price=Decimal("1.0"),
        callback_url=None,
        base_url=BASE_URL,
    )
    return changed(plain, changes)


def create_body(session_id: str, **changes: Any) -> dict[str, Any]:  # noqa: ANN401 - JSON
    """Return the body of a create call; a change of the face choice is given as `choice`."""
    choice = {
        "face_id": "0",
        "sound_file": AUDIO,
        "sound_start_time": 0,
        "sound_end_time": 3000,
        "sound_insert_time": 1000,
    }
    choice |= changes.pop("choice", {})
    return {"session_id": session_id, "face_choose": [choice]} | changes


class World:
    """An engine with one account in memory; every call says at which host instant it arrives."""

    def __init__(self, born: Account | None = None, store: Store | None = None) -> None:
        self.store = MemoryStore() if store is None else store
        profile = contract().rulebook.profile("documented")
        self.engine = Engine(contract(), self.store, profile, reply_check())
        self.effects: list[Effect] = []
        self.add(account() if born is None else born)

    def add(self, born: Account) -> None:
        """Bring another account into the store."""
        self.store.apply(born.access_key, 0, birth(born, sample_video(1), "sample.mp4"))

    def answer(self, method: str, path: str, body: object = None, **parts: object) -> Answer:
        """Answer one call, with whatever is wanted first."""
        content = b"" if body is None else json.dumps(body).encode()
        answer = self.engine.answer(call(method, path, **({"body": content} | parts)), {})
        self.effects += answer.effects
        return answer

    def ask(self, method: str, path: str, body: object = None, **parts: object) -> Reply:
        """Answer one call that needs no medium to be fetched."""
        reply = self.answer(method, path, body, **parts).reply
        assert isinstance(reply, Reply), reply
        return reply

    def data(self, method: str, path: str, body: object = None, **parts: object) -> Any:  # noqa: ANN401 - JSON
        """Return the data of a call that is accepted."""
        reply = self.ask(method, path, body, **parts)
        assert reply.code == 0, reply.body
        return json.loads(reply.body)["data"]

    def identify(self, video_url: str = VIDEO, **parts: object) -> str:
        """Open a session; return its id."""
        body = {"video_url": video_url}
        return str(self.data("POST", IDENTIFY_PATH, body, **parts)["session_id"])

    def create(self, session_id: str, *, at: int = NOW, **changes: object) -> str:
        """Make a task; return its id."""
        body = create_body(session_id, **changes)
        return str(self.data("POST", TASKS_PATH, body, host_now=at)["task_id"])

    def task(self, task_id: str, *, at: int = NOW) -> Any:  # noqa: ANN401 - JSON
        """Return what the single query answers."""
        return self.data("GET", f"{TASKS_PATH}/{task_id}", host_now=at)
