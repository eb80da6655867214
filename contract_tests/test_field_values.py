"""Values in unusual spellings: taken for what they are, and held to every rule all the same."""

import json

import pytest

from contract_tests import spec
from contract_tests.callers import IDENTIFY, TASKS, Caller
from contract_tests.drafts import new_task, plain_fields
from contract_tests.exchanges import ACCEPTED, Verdict, refused_by
from contract_tests.marks import rule
from contract_tests.scenes import SCENE, VIDEO
from contract_tests.targets import Target

pytestmark = pytest.mark.slow


def timed(caller: Caller, text: str) -> Verdict:
    """Create with times as JSON text; return the verdict."""
    fields = plain_fields(caller, SCENE)
    entry = fields["face_choose"][0]
    for name in ("sound_start_time", "sound_end_time", "sound_insert_time"):
        del entry[name]
    body = json.dumps(fields).replace('"face_id"', f'{text}, "face_id"')
    return caller.request("POST", TASKS, body=body.encode()).verdict


@rule("transport.field-types")
@pytest.mark.parametrize(
    ("start", "end", "insert", "name"),
    [
        ("0.0", "3000.0", "1000.0", None),
        ("0e0", "3e3", "1E+3", None),
        ("-0", "3000", "-0.0", None),
        ("0", "30000e-1", "0", None),
        ("0.0", "1999.0", "0", "create.crop-length"),
        ("1e0", "2e3", "0", "create.crop-length"),
        ("0", "5001.0", "0", "create.sound-end-within-audio"),
        ("0", "9e15", "0", "create.sound-end-within-audio"),
        ("-1.0", "3000", "0", "create.sound-start-not-negative"),
        ("0", "3000", "-1e0", "create.insert-not-negative"),
        ("0", "3000", "5001.0", "create.insert-within-video"),
        ("0", "3000.5", "0", "transport.field-types"),
        ("0", "3000", "1e-1", "transport.field-types"),
        ("0", "1e400", "0", "transport.field-types"),
        ("0", "1e19", "0", "transport.field-types"),
        ("true", "3000", "0", "transport.field-types"),
        ('"0"', "3000", "0", "transport.field-types"),
        ("[0]", "3000", "0", "transport.field-types"),
    ],
)
def test_a_time_is_a_whole_number_however_it_is_spelled(
    target: Target, start: str, end: str, insert: str, name: str | None
) -> None:
    """And then it is held to all that holds for times."""
    text = f'"sound_start_time": {start}, "sound_end_time": {end}, "sound_insert_time": {insert}'
    due = ACCEPTED if name is None else refused_by(name)

    assert timed(Caller(target), text) == due


@rule("transport.json-body")
@pytest.mark.parametrize("number", ["03000", "+3000", "3000.", ".5", "0x10", "NaN", "1_000", "--1"])
def test_a_number_is_spelled_as_json_has_it(target: Target, number: str) -> None:
    """Whatever other languages read, too."""
    text = f'"sound_start_time": 0, "sound_end_time": {number}, "sound_insert_time": 0'

    assert timed(Caller(target), text) == refused_by("transport.json-body")


@rule("transport.json-body")
@pytest.mark.parametrize("opening", ["[", '{"a":'])
@pytest.mark.parametrize("beside", ["", "[]", "[[],[],{}]"])
def test_levels_are_counted_and_not_brackets(target: Target, opening: str, beside: str) -> None:
    """As many as are legal, with more brackets beside them; one level more is not."""
    caller = Caller(target)
    deepest = spec.limit("transport.json-body", "deepest_nesting")
    closing = "]" if opening == "[" else "}"
    verdicts = []
    for levels in (deepest - 1, deepest, deepest + 1):
        inner = beside or "1"
        nested = levels - 1 - {"": 0, "[]": 1}.get(beside, 2)
        text = opening * nested + inner + closing * nested
        body = f'{{"video_url": "{VIDEO}", "x": {text}, "y": [{"[]," * 70}1]}}'
        verdicts.append(caller.request("POST", IDENTIFY, body=body.encode()).verdict)

    assert verdicts == [ACCEPTED, ACCEPTED, refused_by("transport.json-body")]


@rule("transport.empty-is-absent", "create.external-id-unique", "create.callback-url-form")
@pytest.mark.parametrize("blank", [" ", "  ", "\t", "\u00a0", "\u3000", "\n"])
def test_a_blank_is_a_value(target: Target, blank: str) -> None:
    """Only the empty text is as good as nothing."""
    caller = Caller(target)
    fields = plain_fields(caller, SCENE)
    entry = fields["face_choose"][0]
    task = caller.create({**fields, "external_task_id": blank}).data
    again = caller.create({**fields, "external_task_id": blank})
    callback = caller.create({**fields, "callback_url": blank})
    session = caller.create({**fields, "session_id": blank})
    face = caller.create({**fields, "face_choose": [{**entry, "face_id": blank}]})
    sound = caller.create({**fields, "face_choose": [{**entry, "audio_id": blank}]})
    told = [one.rule for one in (again, callback, session, face, sound)]

    assert task["task_info"] == {"external_task_id": blank}
    assert caller.get(blank).data["task_id"] == task["task_id"]
    assert told == [
        *("create.external-id-unique", "create.callback-url-form", "create.session-known"),
        *("create.face-in-session", "create.one-audio-source"),
    ]
    assert caller.identify(video_id=blank).rule == "identify.video-id-known"
    assert caller.identify(VIDEO, video_id=blank).rule == "identify.one-video-source"


@rule("transport.empty-is-absent", "create.reply", "get.reply", "callback.on-status-change")
def test_an_empty_text_is_nothing(target: Target) -> None:
    """In each optional field; any number of tasks may have no external id."""
    caller = Caller(target)
    fields = plain_fields(caller, SCENE)
    fields["face_choose"][0]["audio_id"] = ""
    told = [caller.create({**fields, "external_task_id": "", "callback_url": ""}) for _ in range(2)]
    caller.advance("1h")
    task = caller.get(told[1].data["task_id"]).data

    assert [one.verdict for one in told] == [ACCEPTED] * 2
    assert [one.data["task_info"] for one in told] == [{}] * 2
    assert "external_task_id" not in task["task_info"]
    assert caller.deliveries() == []
    assert caller.identify(VIDEO, video_id="").verdict == ACCEPTED


@rule("transport.known-path")
@pytest.mark.parametrize(
    "path",
    [
        "/v1/videos/advanced-lip-sync/{id}/",
        "/v1/videos/advanced-lip-sync/{id}/result",
        "/v1/videos//advanced-lip-sync/{id}",
        "//v1/videos/advanced-lip-sync/{id}",
        "/v1/videos/advanced-lip-sync//{id}",
        "/v1/videos/Advanced-Lip-Sync/{id}",
        "/V1/videos/advanced-lip-sync/{id}",
        "/v1/videos/advanced_lip_sync/{id}",
        "/v1/videos/lip-sync/{id}",
        "/videos/advanced-lip-sync/{id}",
        "/api/v1/videos/advanced-lip-sync/{id}",
        "/v1/videos/advanced-lip-sync;a=b/{id}",
        "/v1/videos/identify-face/{id}",
        "/v1/videos/advanced-lip-sync/",
        "/v1/videos/",
        "/v1",
    ],
)
def test_a_path_is_one_of_the_four(target: Target, path: str) -> None:
    """To the letter: nothing more, nothing less, nothing twice."""
    caller = Caller(target)
    task_id = new_task(caller, SCENE)

    told = caller.request("GET", path.replace("{id}", task_id))
    assert told.verdict == refused_by("transport.known-path")


@rule("transport.known-method")
@pytest.mark.parametrize("method", ["DELETE", "PUT", "PATCH", "POST", "OPTIONS", "TRACE", "QUERY"])
def test_a_known_path_has_its_methods(target: Target, method: str) -> None:
    """Whether a task of that name is there or not."""
    caller = Caller(target)
    task_id = new_task(caller, SCENE)
    paths = [f"{TASKS}/{task_id}", f"{TASKS}/17", *([IDENTIFY, TASKS] if method != "POST" else [])]

    verdicts = [caller.request(method, path).verdict for path in paths]
    assert verdicts == [refused_by("transport.known-method")] * len(paths)


@rule("create.callback-url-form")
@pytest.mark.parametrize(
    "url",
    [
        *("", "h", "h/x", "//h/x", "/x", "http", "http:", "http://", "http:h", "http:/h"),
        *("http:///x", "http://:80/x", "http://user@/x", "http://user:word@:80/", "http://?x=1"),
        *("http://#x", "http:// h/", "http://h /", "http://h/\n", "http://h/ ", " http://h/"),
        *("http://h:x/", "http://h:-1/", "http://h:65536/", "http://[::1/", "ftp://h/", "ws://h/"),
        *("mailto:a@h", "javascript:alert(1)", "file:///x", "described://h/x", "httpss://h"),
    ],
)
def test_a_callback_goes_to_a_host(target: Target, url: str) -> None:
    """By http or https; all else is refused, but for the empty text, which is none."""
    caller = Caller(target)
    due = refused_by("create.callback-url-form") if url else ACCEPTED

    assert caller.create(plain_fields(caller, SCENE, callback_url=url)).verdict == due


@rule("create.callback-url-form")
@pytest.mark.parametrize(
    "url",
    [
        *(
            "http://h",
            "https://h.example:8443/a/b?c=d#e",
            "http://user:word@h/x",
            "http://[::1]:9/",
        ),
        *("HTTP://H/", "http://h?x", "http://127.0.0.1:1/", "http://h:/", "http://h:65535"),
    ],
)
def test_any_address_of_a_host_will_do(target: Target, url: str) -> None:
    """With or without port, user, path, query and fragment."""
    caller = Caller(target)

    assert caller.create(plain_fields(caller, SCENE, callback_url=url)).verdict == ACCEPTED


@rule("transport.unknown-fields", "list.page-size")
@pytest.mark.parametrize("name", ["pagesize", "PAGESIZE", "page_size", "pageSize%20", "size"])
def test_a_parameter_has_its_name(target: Target, name: str) -> None:
    """What is spelled otherwise is another one, and not looked at."""
    caller = Caller(target)
    made = [new_task(caller, SCENE) for _ in range(2)][::-1]

    for value in ("1", "0", "x"):
        assert [task["task_id"] for task in caller.page(f"{name}={value}").data] == made
    assert [task["task_id"] for task in caller.page("page%53ize=1").data] == made[:1]
