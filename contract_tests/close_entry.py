"""Close calls at the rules on who calls, how a call is formed, and the types of its fields."""

from contract_tests import close_calls as c
from contract_tests.callers import IDENTIFY, TASKS
from contract_tests.close_calls import Close

CLOSE: tuple[Close, ...] = (
    Close(
        "auth.header-present",
        "a blank",
        "list",
        c.nothing,
        c.header("authorization", " "),
    ),
    Close(
        "auth.bearer-credential",
        "a space more",
        "list",
        c.nothing,
        c.credential(lambda caller: caller.authorization.replace(" ", "  ")),
    ),
    Close(
        "auth.bearer-credential",
        "the AccessKey for a key",
        "list",
        c.nothing,
        c.credential(lambda caller: f"Bearer {caller.key}"),
    ),
    Close(
        "auth.algorithm",
        "another HMAC",
        "get",
        c.token(),
        c.token({"alg": "HS384", "typ": "JWT"}),
    ),
    Close(
        "auth.algorithm",
        "the HMAC of one, the name of another",
        "list",
        c.token({"alg": "HS256"}),
        c.token({"alg": "hs256"}),
    ),
    Close("auth.claims", "no nbf", "list", c.token(nbf=0), c.token(nbf=None)),
    Close("auth.claims", "no exp", "list", c.token(exp=2**40), c.token(exp=None)),
    Close("auth.claims", "true", "list", c.token(nbf=1.5), c.token(nbf=True)),
    Close("auth.claims", "a longer iss", "list", c.token(x=1), c.token(iss=" ")),
    Close(
        "auth.signature",
        "another first letter",
        "list",
        c.with_signature(lambda text: text),
        c.with_signature(lambda text: ("A" if text[0] != "A" else "B") + text[1:]),
    ),
    Close(
        "auth.ip-allowed",
        "the next address",
        "list",
        c.account({"allowed_ips": None}, allowed_ips=["127.0.0.1"]),
        c.account({"allowed_ips": None}, allowed_ips=["127.0.0.2"]),
    ),
    Close(
        "auth.ip-allowed",
        "a list of nobody",
        "list",
        c.account({}, allowed_ips=None),
        c.account({"allowed_ips": None}, allowed_ips=[]),
    ),
    Close(
        "auth.account-status",
        "a capital",
        "list",
        c.account({}, status="normal"),
        c.account({"status": "normal"}, status="Normal"),
    ),
    Close(
        "auth.permission",
        "all others",
        "list",
        c.account({"forbidden_operations": []}, forbidden_operations=["identify", "create", "get"]),
        c.account({"forbidden_operations": []}, forbidden_operations=["list"]),
    ),
    Close(
        "transport.known-path",
        "a slash at its end",
        "identify",
        c.path(IDENTIFY),
        c.path(f"{IDENTIFY}/"),
    ),
    Close("transport.known-path", "a capital", "list", c.path(TASKS), c.path(TASKS.title())),
    Close("transport.known-method", "HEAD", "list", c.method("GET"), c.method("OPTIONS")),
    Close("transport.known-method", "PUT", "create", c.method("POST"), c.method("PUT")),
    Close("transport.known-method", "a small get", "list", c.method("GET"), c.method("get")),
    Close(
        "transport.content-type",
        "a letter more",
        "identify",
        c.header("content-type", "Application/JSON ; charset=utf-8"),
        c.header("content-type", "application/jsonx"),
    ),
    Close(
        "transport.json-body",
        "a comma",
        "identify",
        c.spoiled(lambda body: b" \r\n" + body + b"\t"),
        c.spoiled(lambda body: body[:-1] + b",}"),
    ),
    Close(
        "transport.field-types",
        "a half",
        "create",
        c.entry(sound_start_time=0.0),
        c.entry(sound_start_time=0.5),
    ),
    Close(
        "transport.field-types",
        "one as a text",
        "create",
        c.entry(sound_volume=1),
        c.entry(sound_volume="1"),
    ),
    Close("transport.field-types", "null", "identify", c.put(video_id=""), c.put(video_id=None)),
    Close(
        "transport.unknown-fields",
        "one that is documented",
        "create",
        c.account({"readings": {"unknown-field": "ignore"}}, readings={"unknown-field": "refuse"}),
        lambda draft: (
            c.account(
                {"readings": {"unknown-field": "ignore"}}, readings={"unknown-field": "refuse"}
            )(draft),
            c.entry(Face_id="0")(draft),
        )[0],
    ),
)
