"""The mock obeys its own spec: a reply is checked against openapi.yaml before it leaves.

Always on in tests, off by default otherwise, since it costs about as much as the call.
"""

import json
from collections.abc import Mapping
from types import MappingProxyType

from kling_lipsync.schema import Schemas
from mock_server.values import Reply

ENVELOPES: Mapping[str, str] = MappingProxyType(
    {
        "identify": "/components/schemas/IdentifiedFacesEnvelope",
        "create": "/components/schemas/CreatedTaskEnvelope",
        "get": "/components/schemas/TaskEnvelope",
        "list": "/components/schemas/TaskListEnvelope",
    }
)
ERROR_ENVELOPE = "/components/schemas/ErrorEnvelope"
CALLBACK = "/components/schemas/CallbackPayload"


class ReplyFault(AssertionError):
    """A reply or a callback of ours breaks the spec: a bug of the mock."""


class ReplyCheck:
    """Checks what leaves the server; does nothing unless it is on."""

    def __init__(self, schemas: Schemas | None) -> None:
        self.schemas = schemas

    def reply(self, reply: Reply) -> Reply:
        """Return the reply, or raise ReplyFault that says what is wrong with it."""
        pointer = ENVELOPES[reply.operation] if reply.code == 0 else ERROR_ENVELOPE
        self._check(pointer, reply.body)
        return reply

    def callback(self, body: bytes) -> bytes:
        """Return the payload, or raise ReplyFault that says what is wrong with it."""
        self._check(CALLBACK, body)
        return body

    def _check(self, pointer: str, body: bytes) -> None:
        if self.schemas is None:
            return
        value = json.loads(body)
        if not self.schemas.is_valid(pointer, value):
            name = pointer.rpartition("/")[2]
            msg = f"{name}: {self.schemas.explain(pointer, value)}: {body[:500]!r}"
            raise ReplyFault(msg)
