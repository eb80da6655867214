"""A request in the making, with the world around it: built valid, then possibly damaged, then sent.

Ids that exist only once other calls were made stand in a draft as functions (`Later`); they
are called when the draft is sent, in the order in which a client would make those calls.
"""

import json
from collections.abc import Callable
from typing import Any

from attrs import Factory, define, evolve

from contract_tests import scenes
from contract_tests.callers import TASKS, Caller
from contract_tests.exchanges import Exchange
from contract_tests.scenes import Scene

Fields = dict[str, Any]
Later = Callable[[Caller, "Draft"], str]
Hook = Callable[[Caller], object]
Spoil = Callable[[bytes], bytes]

OPERATIONS = ("identify", "create", "get", "list")


@define
class Draft:
    """One request, and how its account is at that moment.

    `before` are the calls made earlier; then `settings` hold for this one call (a value may be
    a function of the caller) and are `restored` after it, and so are `faults` staged.
    """

    operation: str
    method: str
    path: str | Later
    scene: Scene
    video: Fields
    sound: Fields
    fields: Fields | None = None
    query: Fields = Factory(dict)
    headers: dict[str, str | None] = Factory(dict)
    spoil: Spoil | None = None
    before: list[Hook] = Factory(list)
    settings: Fields = Factory(dict)
    restored: Fields = Factory(dict)
    faults: list[Fields] = Factory(list)

    @property
    def choice(self) -> Fields:
        """The one entry of face_choose."""
        entry: Fields = self.body["face_choose"][0]
        return entry

    @property
    def body(self) -> Fields:
        """The fields of a POST."""
        if self.fields is None:
            msg = f"{self.operation} has no body"
            raise LookupError(msg)
        return self.fields

    def copy(self) -> "Draft":
        """Return a draft of its own, equal to this one."""
        return evolve(
            self,
            video=dict(self.video),
            sound=dict(self.sound),
            fields=_copied(self.fields),
            query=dict(self.query),
            headers=dict(self.headers),
            before=list(self.before),
            settings=_copied(self.settings),
            restored=_copied(self.restored),
            faults=list(self.faults),
        )

    def send(self, caller: Caller) -> Exchange:
        """Make the calls that this one needs, then this one."""
        path = self.path if isinstance(self.path, str) else self.path(caller, self)
        if self.query:
            path += "?" + "&".join(f"{name}={value}" for name, value in self.query.items())
        body = b"" if self.fields is None else self._encoded(caller)
        self._prepare(caller)
        if self.spoil is not None:
            body = self.spoil(body)
        exchange = caller.request(self.method, path, body=body, headers=self.headers)
        if self.restored:
            caller.change(**self.restored)
        if self.faults:
            caller.clear_faults()
        return exchange

    def around(self, settings: Fields, restored: Fields) -> None:
        """Let the account be different for this one call."""
        for held, given in ((self.settings, settings), (self.restored, restored)):
            for name, value in given.items():
                held[name] = {**held.get(name, {}), **value} if name == "readings" else value

    def _prepare(self, caller: Caller) -> None:
        for hook in self.before:
            hook(caller)
        if self.settings:
            settings = {k: v(caller) if callable(v) else v for k, v in self.settings.items()}
            caller.change(**settings)
        for fault in self.faults:
            caller.stage(**fault)

    def _encoded(self, caller: Caller) -> bytes:
        return json.dumps(self.fields, default=lambda later: later(caller, self)).encode()


def video_url(_caller: Caller, draft: Draft) -> str:
    """Describe the draft's video."""
    return scenes.described("video", draft.video)


def video_id(caller: Caller, draft: Draft) -> str:
    """Let the account have generated the draft's video."""
    return caller.seed(scenes.described("video", draft.video))


def sound_url(_caller: Caller, draft: Draft) -> str:
    """Describe the draft's sound."""
    return scenes.described("audio", draft.sound)


def audio_id(caller: Caller, draft: Draft) -> str:
    """Let the account have generated the draft's sound."""
    return caller.seed(scenes.described("audio", draft.sound))


def session_id(caller: Caller, draft: Draft) -> str:
    """Identify the faces of the draft's video."""
    return str(caller.identify(video_url(caller, draft)).data["session_id"])


def task_path(caller: Caller, draft: Draft) -> str:
    """Create a task from the draft's scene and return where it can be queried."""
    return f"{TASKS}/{new_task(caller, draft.scene)}"


def new_task(caller: Caller, scene: Scene, **fields: object) -> str:
    """Create a plain task and return its id."""
    return str(caller.create(plain_fields(caller, scene, **fields)).data["task_id"])


def plain_fields(caller: Caller, scene: Scene, **fields: object) -> Fields:
    """Return a legal create body for a scene: a new session, described media, nothing optional."""
    face = f"{scene.face[0]}-{scene.face[1]}"
    url = scenes.described("video", {"duration": scene.video, "face": face})
    return {
        "session_id": caller.identify(url).data["session_id"],
        "face_choose": [
            {
                "face_id": "0",
                "sound_file": scenes.described("audio", {"duration": scene.sound}),
                "sound_start_time": scene.start,
                "sound_end_time": scene.end,
                "sound_insert_time": scene.insert,
            }
        ],
        **fields,
    }


def set_times(draft: Draft, *, start: int, end: int, insert: int) -> None:
    """Set the three times of a create draft."""
    draft.choice["sound_start_time"] = start
    draft.choice["sound_end_time"] = end
    draft.choice["sound_insert_time"] = insert


def _copied(value: Any) -> Any:  # noqa: ANN401 - any JSON value
    if isinstance(value, dict):
        return {name: _copied(item) for name, item in value.items()}
    if isinstance(value, list):
        return [_copied(item) for item in value]
    return value


def seen_through(caller: Caller, callback_url: str) -> str:
    """Make a task that is announced, and let a day pass with all that falls due; return its id."""
    task_id = new_task(caller, scenes.SCENE, callback_url=callback_url)
    for span in ("1h", "1h", "1h", "21h"):
        caller.advance(span)
    return task_id
