"""The same for whatever is not in the entry of face_choose: videos, pages, callers, accounts."""

from contract_tests import close_calls as c
from contract_tests.breaks_form import nested
from contract_tests.callers import TASKS
from contract_tests.drafts import Draft
from contract_tests.explained import Row, full, lasting, left, limited


def two_chosen(draft: Draft) -> None:
    """Choose two faces where one may be chosen twice."""
    draft.settings = {"readings": {"faces-chosen": "one-face-id"}}
    draft.body["face_choose"].append(draft.choice | {"face_id": "1"})


def unknown_of_two(draft: Draft) -> None:
    """Choose a face that is none of the two that were found."""
    draft.video["face"] = ["0-4000", "4000-8000"]
    draft.choice["face_id"] = "7"


def fractions(draft: Draft) -> None:
    """Write two times with a decimal point, where none may have one."""
    draft.settings = {"readings": {"number-for-time": "integer-literal"}}
    draft.choice.update(sound_end_time=3000.0, sound_insert_time=7.0)


def strange(draft: Draft) -> None:
    """Send two query parameters that no page documents, where that is refused."""
    draft.settings = {"readings": {"unknown-field": "refuse"}}
    draft.query.update(order=1, other=2)


WHOLE: tuple[Row, ...] = (
    (
        "transport.field-types",
        "create",
        fractions,
        "face_choose[0].sound_end_time",
        "a number with a decimal point",
        "",
    ),
    ("transport.unknown-fields", "list", strange, "order", "not documented", ""),
    ("create.one-face", "create", two_chosen, "face_choose", "2", "1"),
    ("create.face-in-session", "create", unknown_of_two, "face_choose[0].face_id", "7", "0"),
    (
        "identify.video-size",
        "identify",
        c.video(bytes=104_857_609),
        "video_url",
        "104857609",
        "104857600",
    ),
    ("identify.video-format", "identify", c.video(format="webm"), "video_url", "webm", "mp4"),
    (
        "identify.video-duration",
        "identify",
        c.video(duration=1990, face=[]),
        "video_url",
        "1990",
        "2000",
    ),
    (
        "identify.video-duration",
        "identify",
        c.video(duration=60_007),
        "video_url",
        "60007",
        "60000",
    ),
    (
        "identify.video-duration",
        "identify",
        lasting(60_007),
        "video_id",
        "60007",
        "60000",
    ),
    (
        "identify.video-sides",
        "identify",
        c.video(width=500, height=720),
        "video_url",
        "500x720",
        "512x720",
    ),
    (
        "identify.video-sides",
        "identify",
        c.video(width=2161, height=500),
        "video_url",
        "2161x500",
        "2160x512",
    ),
    (
        "identify.video-sides",
        "identify",
        c.video(width=720, height=2161),
        "video_url",
        "720x2161",
        "720x2160",
    ),
    (
        "identify.video-resolution",
        "identify",
        c.video(width=721, height=800),
        "video_url",
        "721x800",
        "1280x720",
    ),
    (
        "list.page-number",
        "list",
        lambda draft: draft.query.update(pageNum=1001),
        "pageNum",
        "1001",
        "1000",
    ),
    ("list.page-size", "list", lambda draft: draft.query.update(pageSize=0), "pageSize", "0", "1"),
    ("billing.pack-exhausted", "identify", left("0.04"), "units left", "0.04", "0.05"),
    ("billing.pack-exhausted", "create", left("0.45"), "units left", "0.45", "1.0"),
    ("concurrency.limit", "create", full(3), "open tasks", "4", "3"),
    ("concurrency.rate-limit", "list", limited(3), "requests this second", "4", "3"),
    (
        "auth.header-present",
        "list",
        c.header("authorization", None),
        "Authorization",
        "",
        "Bearer <token>",
    ),
    ("auth.algorithm", "list", c.token({"alg": "HS384"}), "alg", "HS384", "HS256"),
    ("auth.claims", "list", c.token(exp=None), "exp", "missing or of the wrong type", ""),
    ("auth.claims", "list", c.token(iss="x"), "iss", "an unknown AccessKey", ""),
    (
        "auth.ip-allowed",
        "list",
        c.account({}, allowed_ips=["::2", "10.0.0.9"]),
        "client address",
        "127.0.0.1",
        "10.0.0.9",
    ),
    (
        "auth.account-status",
        "list",
        c.account({}, status="frozen"),
        "account status",
        "frozen",
        "normal",
    ),
    (
        "auth.account-status",
        "list",
        c.account({}, status="suspended"),
        "account status",
        "suspended",
        "normal",
    ),
    ("auth.permission", "get", c.account({}, forbidden_operations=["get"]), "operation", "get", ""),
    ("transport.known-path", "list", c.path("/v1"), "path", "/v1", TASKS),
    ("transport.known-method", "list", c.method("PATCH"), "method", "PATCH", ""),
    (
        "transport.content-type",
        "identify",
        c.header("content-type", "text/x"),
        "Content-Type",
        "text/x",
        "application/json",
    ),
    (
        "transport.json-body",
        "identify",
        c.spoiled(lambda body: nested(body, 65)),
        "body",
        "nested deeper than 64 levels",
        "one JSON object",
    ),
    ("get.known-task", "get", c.path(f"{TASKS}/17"), "task_id", "17", ""),
    ("identify.video-id-known", "identify", c.by_id_named(lambda *_: "17"), "video_id", "17", ""),
)
