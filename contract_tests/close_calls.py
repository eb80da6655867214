"""The closest that a legal request comes to breaking a rule which knows no quantity.

Rules with a quantity have their edges in `edges`; here stands for each other rule a request that
is just legal, and one that differs from it by as little as can be and is refused.
"""

from collections.abc import Callable

from attrs import frozen

from contract_tests import drawing, scenes, tokens
from contract_tests.breaks_media import by_id, by_url
from contract_tests.callers import TASKS, Caller, Fields
from contract_tests.drafts import Draft, new_task
from contract_tests.tours import Tour

Change = Callable[[Draft], None]
AUDIO = "http://described.test/audio"
BASE64 = "SUQzBAAAAAAAI1RTU0U="


@frozen
class Close:
    """A legal and an illegal change of one plain request; `what` is for people."""

    rule: str
    what: str
    operation: str
    legal: Change
    illegal: Change


def plain(operation: str) -> Draft:
    """Return a request with nothing optional in it."""
    draft = drawing.valid(operation, Tour(()), scenes.SCENE)
    draft.video, draft.sound = {"duration": 8000, "face": ["0-8000"]}, {"duration": 5000}
    draft.query = {}
    by_url(draft) if draft.fields is not None else None
    for fields in (draft.fields, *(draft.fields or {}).get("face_choose", ())):
        for name in _OPTIONAL & set(fields or ()):
            del fields[name]
    return draft


_OPTIONAL = {
    *("sound_volume", "original_audio_volume", "watermark_info", "external_task_id"),
    *("callback_url", "unknown_field", "video_id", "audio_id"),
}


def header(name: str, value: str | None) -> Change:
    """Send another header; None sends none."""
    return lambda draft: draft.headers.update({name: value})


def credential(make: Callable[[Caller], str]) -> Change:
    """Send the Authorization header that is made of the caller."""

    def change(draft: Draft) -> None:
        draft.before.append(lambda caller: draft.headers.update(authorization=make(caller)))

    return change


def token(header: Fields | None = None, **claims: object) -> Change:
    """Sign a token with these claims changed; None takes one out."""

    def make(caller: Caller) -> str:
        found = {**tokens.claims(caller.key), **claims}
        payload = {name: value for name, value in found.items() if value is not None}
        return f"Bearer {tokens.mint(caller.secret, payload, header or tokens.HEADER)}"

    return credential(make)


def with_signature(change: Callable[[str], str]) -> Change:
    """Send the caller's token with its signature changed."""

    def make(caller: Caller) -> str:
        signed, _, signature = caller.authorization.rpartition(".")
        return f"{signed}.{change(signature)}"

    return credential(make)


def account(restored: Fields, **settings: object) -> Change:
    """Let the account be different for the call."""
    return lambda draft: draft.around(settings, restored)


def put(**fields: object) -> Change:
    """Put fields into the body."""
    return lambda draft: draft.body.update(fields)


def entry(**fields: object) -> Change:
    """Put fields into the entry of face_choose."""
    return lambda draft: draft.choice.update(fields)


def without(name: str) -> Change:
    """Take a field out of the entry."""
    return lambda draft: draft.choice.__delitem__(name)


def path(text: str) -> Change:
    """Call another path."""
    return lambda draft: setattr(draft, "path", text)


def method(name: str) -> Change:
    """Call with another method."""
    return lambda draft: setattr(draft, "method", name)


def sound(**facts: object) -> Change:
    """Let the sound be different."""
    return lambda draft: draft.sound.update(facts)


def video(**facts: object) -> Change:
    """Let the video be different."""
    return lambda draft: draft.video.update(facts)


def staged(**fault: object) -> Change:
    """Stage a failure."""
    return lambda draft: draft.faults.append(fault)


def named(make: Callable[[Caller, Draft], str]) -> Change:
    """Query the path that is made of the caller."""
    return lambda draft: setattr(draft, "path", make)


def of_another(make: Callable[[Caller, Draft], str]) -> Callable[[Caller, Draft], str]:
    """Make something in another account."""
    return lambda caller, draft: make(Caller(caller.target), draft)


def task_path(caller: Caller, draft: Draft) -> str:
    """Return where a new task is queried."""
    return f"{TASKS}/{new_task(caller, draft.scene)}"


def seeded(kind: str) -> Callable[[Caller, Draft], str]:
    """Give a medium of a kind an id."""

    def make(caller: Caller, draft: Draft) -> str:
        facts = draft.video if kind == "video" else draft.sound
        return caller.seed(scenes.described(kind, facts))

    return make


def nothing(_draft: Draft) -> None:
    """Change nothing."""


def taken(name: str) -> Change:
    """Let an external id be used before, and ask for another one."""

    def change(draft: Draft) -> None:
        draft.body["external_task_id"] = name
        draft.before.append(lambda caller: new_task(caller, draft.scene, external_task_id="Order"))

    return change


def by_id_named(make: Callable[[Caller, Draft], str]) -> Change:
    """Name the medium by an id that is made of the caller."""

    def change(draft: Draft) -> None:
        by_id(draft)
        if draft.operation == "identify":
            draft.body["video_id"] = make
        else:
            draft.choice["audio_id"] = make

    return change


def spoiled(change: Callable[[bytes], bytes]) -> Change:
    """Change the bytes of the body."""
    return lambda draft: setattr(draft, "spoil", change)
