"""Ways to break the rules on a body's form: what it says it is, and its bytes."""

import json
from random import Random

from contract_tests.drafts import Draft
from contract_tests.spec import limit
from contract_tests.ways import POSTS, Way

DEEPEST = limit("transport.json-body", "deepest_nesting")


def other_content_type(draft: Draft, draw: Random) -> None:
    """A body that says it is something else."""
    draft.headers["content-type"] = draw.choice(
        (
            "text/plain",
            "application/x-www-form-urlencoded",
            "multipart/form-data; boundary=x",
            "application/jsonp",
            "application/json-patch+json",
            "text/json",
            "application",
        )
    )


def not_json(draft: Draft, draw: Random) -> None:
    """Bytes that are not one well-formed JSON object in UTF-8."""
    kind = draw.randint(0, len(_SPOILS) - 1)
    cut = draw.random()
    draft.spoil = lambda body: _SPOILS[kind](body, cut)


def _deep(levels: int) -> bytes:
    return b"[" * levels + b"]" * levels


def nested(body: bytes, levels: int) -> bytes:
    """Return the object with an undocumented field, so that it is this many levels deep."""
    return body[:-1] + b', "deep": ' + _deep(levels - 1) + b"}"


_SPOILS = (
    lambda _body, _cut: b" ",
    lambda body, cut: body[: max(1, int(cut * len(body)) - 1)],
    lambda body, _cut: b"\xef\xbb\xbf" + body,
    lambda body, _cut: body.decode().encode("utf-16"),
    lambda body, _cut: body[:-1] + b', "x": "\xff"}',
    lambda body, _cut: body[:-1] + b', "x": "\xed\xa0\x80"}',
    lambda body, _cut: body[:-1] + b', "x": "\\ud800"}',
    lambda body, _cut: body[:-1] + b', "x": NaN}',
    lambda body, _cut: body[:-1] + b', "x": -Infinity}',
    lambda body, _cut: body[:-1] + b', "x": 01}',
    lambda body, _cut: body[:-1] + b', "x": 1, "x": 1}',
    lambda body, _cut: body[:-1] + b', "x": {"y": 1, "y": 2}}',
    lambda body, _cut: body[:-1] + b",}",
    lambda body, _cut: body[:-1] + b', "x": "\x01"}',
    lambda body, _cut: b"[" + body + b"]",
    lambda body, _cut: body + body,
    lambda body, _cut: json.dumps(body.decode()).encode(),
    lambda _body, _cut: b"null",
    lambda _body, _cut: b"7",
    lambda body, _cut: nested(body, DEEPEST + 1),
    lambda body, _cut: nested(body, 5_000),
    lambda body, _cut: body.replace(b'"', b"'"),
)

WAYS = (
    Way("transport.content-type", other_content_type, POSTS, "content-type"),
    Way("transport.json-body", not_json, POSTS, "bytes"),
)
