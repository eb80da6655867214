"""Schemathesis as one layer: it draws from the schema, and we tell it what a schema cannot say.

It gets a valid credential, and sessions, faces and media that exist, so that its valid requests
are accepted.  Of its alarms those are dropped, and no others, in which the reply is the one that
the rulebook prescribes: for a rule that the model finds broken, or for a query that breaks none
as it was sent, where every value is text.
"""

import contextlib
import copy
import json
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

import schemathesis
from attrs import frozen
from schemathesis.config import SchemathesisConfig
from schemathesis.core.failures import AcceptedNegativeData, Failure
from schemathesis.core.transport import Response
from schemathesis.engine import Status, events, from_schema
from schemathesis.engine.recorder import ScenarioRecorder
from schemathesis.engine.run import PhaseName
from schemathesis.generation.case import Case
from schemathesis.generation.meta import TestPhase
from schemathesis.hooks import GLOBAL_HOOK_DISPATCHER, HookContext
from schemathesis.openapi.checks import RejectedPositiveData, UnsupportedMethodResponse
from schemathesis.schemas import BaseSchema

from contract_tests import spec
from contract_tests.callers import IDENTIFY, Fields
from contract_tests.drafts import plain_fields
from contract_tests.exchanges import refused_by
from contract_tests.front import Front
from contract_tests.oracle import fields, judge
from contract_tests.oracle.account import Account
from contract_tests.oracle.modelled import Modelled
from contract_tests.oracle.taking import query_of
from contract_tests.scenes import SCENE, VIDEO, described
from contract_tests.watching import operation_of

AnyCase = Case[Any]

LINKED: Fields = {
    "session_id": "$response.body#/data/session_id",
    "face_choose": [{"face_id": "$response.body#/data/face_data/0/face_id"}],
}
"""What the link from identify to create says in words: the runtime expressions of OpenAPI stand
for whole values only, Schemathesis takes them inside a body, too."""

SOUND = described("audio", {"duration": SCENE.sound})
TIMES = {
    "sound_start_time": SCENE.start,
    "sound_end_time": SCENE.end,
    "sound_insert_time": SCENE.insert,
}

_ERRORS = (events.NonFatalError, events.FatalError)


@frozen
class Found:
    """What a run found: `walks` are chains of accepted calls that links led along."""

    alarms: tuple[str, ...]
    answered: Mapping[tuple[str, str, int], int]
    walks: frozenset[tuple[str, ...]]

    @property
    def calls(self) -> int:
        """How many requests were drawn and answered."""
        return sum(self.answered.values())


class Layer:
    """Schemathesis in front of one account, which has a session and a task to begin with."""

    def __init__(self, account: Modelled) -> None:
        self._account = account
        self._front = Front(account)
        account.create(plain_fields(account, SCENE))
        self._session = next(iter(account.world.sessions))
        self._video_id, self._audio_id = account.seed(VIDEO), account.seed(SOUND)

    def run(self, config: Mapping[str, Any], without: str = "") -> Found:
        """Run the engine under a configuration, as schemathesis.toml has it.

        It can do without one operation: as long as there is one that takes nothing, such as a
        list, Schemathesis begins no chain of calls with another.
        """
        found = SchemathesisConfig.from_dict({"continue-on-failure": True, **config})
        schema: BaseSchema = schemathesis.openapi.from_dict(
            walkable(spec.contract().openapi), config=found
        )
        if without:
            schema = schema.exclude(operation_id=without)
        schema.app = self._front
        schema.auth()(_signed_for(self._account))
        schema.hooks.register_hook_with_name(self._is_alarm, "filter_failure")
        with self._completing():
            told = list(from_schema(schema).execute())
        ended = [event for event in told if isinstance(event, events.ScenarioFinished)]
        alarms = [f"Schemathesis: {event}" for event in told if isinstance(event, _ERRORS)]
        alarms += [alarm for event in ended for alarm in _alarms(event.recorder)]
        return Found(
            alarms=(*alarms, *self._front.broken),
            answered=Counter(answer for event in ended for answer in _answered(event)),
            walks=frozenset(walk for event in ended for walk in _walks(event)),
        )

    @contextlib.contextmanager
    def _completing(self) -> Iterator[None]:
        """Complete each request just before it is sent; hooks of that moment are all global."""

        def before_call(_context: HookContext, case: AnyCase, _options: dict[str, Any]) -> None:
            meta = case.meta
            if (
                meta is not None
                and meta.generation.mode.is_positive
                and isinstance(case.body, dict)
            ):
                linked = meta.phase.name is TestPhase.STATEFUL
                self._complete(case.path, case.body, TIMES if linked else {})

        GLOBAL_HOOK_DISPATCHER.register_hook_with_name(before_call, "before_call")
        try:
            yield
        finally:
            GLOBAL_HOOK_DISPATCHER.unregister(before_call)

    def _complete(self, path: str, body: Any, times: Mapping[str, int]) -> None:  # noqa: ANN401
        """Let the references of a body that is to be valid name what exists, and add times."""
        if path == IDENTIFY:
            _refer(body, {"video_url": VIDEO, "video_id": self._video_id})
            return
        if body.get("session_id") not in self._account.world.sessions:
            body["session_id"] = self._session
        for entry in body["face_choose"]:
            entry["face_id"] = "0"
            _refer(entry, {"sound_file": SOUND, "audio_id": self._audio_id})
            if not fields.filled(entry, "audio_id"):
                entry["sound_file"] = SOUND
            entry.update(times)

    def _is_alarm(
        self, _context: HookContext, failure: Failure, case: AnyCase, response: Response
    ) -> bool:
        """Whether a failure is one: not what the model says is due."""
        if isinstance(failure, AcceptedNegativeData):
            return operation_of(case.method, case.path) != "list" or any(
                self._broken(case, response)
            )
        if isinstance(failure, UnsupportedMethodResponse):
            rule: str | None = "transport.known-method"
        elif isinstance(failure, RejectedPositiveData):
            rule = judge.first(self._broken(case, response))
        else:
            rule = None
        if rule is None:
            return True
        _, code, status = refused_by(rule)
        return (response.status_code, json.loads(response.content).get("code")) != (status, code)

    def _broken(self, case: AnyCase, response: Response) -> Iterator[str]:
        sent = response.request.body
        body = json.loads(sent) if sent else {}
        if case.path == IDENTIFY:
            yield from judge.of_identify(self._account.world, body)
        elif case.method == "POST":
            yield from judge.of_create(self._account.world, body)
        elif operation_of(case.method, case.path) == "list":
            yield from judge.of_query(query_of(response.request.url or ""))


def walkable(document: Mapping[str, Any]) -> dict[str, Any]:
    """Return the contract with expressions in the link that it has to describe in words."""
    made = copy.deepcopy(dict(document))
    answer = made["paths"][IDENTIFY]["post"]["responses"]["200"]
    answer["links"]["createTask"]["requestBody"] = LINKED
    return made


def _signed_for(account: Account) -> type:
    class Signed:
        def get(self, _case: AnyCase, _context: object) -> str:
            return account.authorization

        def set(self, case: AnyCase, data: str, _context: object) -> None:
            case.headers["Authorization"] = data

    return Signed


def _refer(fields_of: Fields, known: Mapping[str, str]) -> None:
    """Let each filled source name what is known instead."""
    for name, value in known.items():
        if fields.filled(fields_of, name):
            fields_of[name] = value


def _alarms(recorder: ScenarioRecorder) -> Iterator[str]:
    for name, checks in recorder.checks.items():
        for check in checks:
            if check.status is Status.FAILURE and check.failure_info is not None:
                failure, answer = check.failure_info.failure, recorder.interactions[name].response
                told = b"" if answer is None else (answer.content or b"")[:300]
                yield f"{check.name}: {failure.operation}: {failure}\n{told!r}"


def _answered(event: events.ScenarioFinished) -> Iterator[tuple[str, str, int]]:
    for name, interaction in event.recorder.interactions.items():
        if interaction.response is not None:
            operation = _operation(event.recorder.cases[name].value)
            yield event.phase.value, operation, interaction.response.status_code


def _walks(event: events.ScenarioFinished) -> Iterator[tuple[str, ...]]:
    """Yield each chain of accepted calls in which every one took something from the one before."""
    if event.phase is not PhaseName.STATEFUL_TESTING:
        return
    cases, interactions = event.recorder.cases, event.recorder.interactions
    for name in cases:
        walk: list[str] = []
        at: str | None = name
        while at is not None and at in interactions:
            answer, node = interactions[at].response, cases[at]
            if answer is None or answer.status_code != 200:
                break
            walk.insert(0, _operation(node.value))
            at = node.parent_id if node.is_transition_applied else None
        if len(walk) > 1:
            yield tuple(walk)


def _operation(case: AnyCase) -> str:
    return operation_of(case.method, case.path)
