"""A target as an ASGI application, for a tool that calls such a thing.

What the target accepts is taken into the account's model on its way through.
"""

import asyncio
import json
from collections.abc import Mapping

from contract_tests.exchanges import Exchange
from contract_tests.inprocess import Receive, Scope, Send
from contract_tests.oracle.account import Account, BrokenPromise
from contract_tests.oracle.taking import TAKERS
from contract_tests.watching import operation_of

TAKEN = ("identify", "create", "get")
_OWN = (b"host", b"content-length")
"""Headers that belong to a connection, which the target makes for itself."""


class Front:
    """Stands before an account's target; `broken` is what the model did not allow."""

    def __init__(self, account: Account) -> None:
        self.broken: list[str] = []
        self._account = account

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one call; several at a time are answered one after the other."""
        if scope["type"] == "lifespan":
            await _live(receive, send)
            return
        path = scope.get("raw_path", scope["path"].encode()).decode("latin-1")
        if scope["query_string"]:
            path += "?" + scope["query_string"].decode("latin-1")
        headers = {
            name.decode("latin-1"): value.decode("latin-1")
            for name, value in scope["headers"]
            if name not in _OWN
        }
        body = await _read(receive)
        answer = await asyncio.to_thread(self._asked, scope["method"], path, headers, body)
        fields = [(k.encode("latin-1"), v.encode("latin-1")) for k, v in answer.headers.items()]
        await send({"type": "http.response.start", "status": answer.status, "headers": fields})
        await send({"type": "http.response.body", "body": answer.body})

    def _asked(self, method: str, path: str, headers: Mapping[str, str], body: bytes) -> Exchange:
        answer = self._account.target.request(method, path, headers=headers, body=body)
        operation = operation_of(method, path)
        if answer.status == 200 and operation in TAKEN:
            fields = json.loads(body) if method == "POST" else {}
            try:
                TAKERS[operation](self._account, path, fields, answer)
            except BrokenPromise as error:
                self.broken.append(str(error))
        return answer


async def _read(receive: Receive) -> bytes:
    content, more = b"", True
    while more:
        message = await receive()
        content += message.get("body", b"")
        more = message.get("more_body", False)
    return content


async def _live(receive: Receive, send: Send) -> None:
    while True:
        event = (await receive())["type"]
        await send({"type": f"{event}.complete"})
        if event == "lifespan.shutdown":
            return
