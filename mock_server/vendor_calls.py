"""Calls of the vendor's API, from their parts to the reply that leaves; explanations are headers.

A call that waits for nothing is answered at once; others wait on the event loop.
"""

import asyncio
import re
from collections.abc import Awaitable, Callable, Mapping
from functools import lru_cache, partial
from types import MappingProxyType

from attrs import evolve, frozen

from mock_server.clock import host_now, http_date, stopwatch
from mock_server.console import Console
from mock_server.context import Got, Pause, Wanted
from mock_server.engine import Answer, Engine
from mock_server.explaining import console_lines
from mock_server.http import Headers, Receive, Scope, Send, Target, response_bytes, send_bytes
from mock_server.journal import Journal
from mock_server.runner import Runner
from mock_server.shelf import Shelf
from mock_server.staged import Fault
from mock_server.transport_faults import pass_time, send_staged
from mock_server.values import Call, Reply

CONTROL_PREFIX = "/__mock__/"
_JSON = (b"content-type", b"application/json")
_HOST = re.compile(rb"[A-Za-z0-9.\-]{1,255}(:[0-9]{1,5})?|\[[0-9A-Fa-f:.]{2,45}\](:[0-9]{1,5})?")

Later = Callable[[Scope, Receive, Send], Awaitable[None]]
"""What is left to do for a call that was read: it waits, and then it sends."""

Peer = tuple[str, tuple[str, int] | None]
"""The scheme of a connection, and the address of who called, where that is known."""

_NOTHING: Mapping[Wanted, Got] = MappingProxyType({})

Ask = Callable[[Call, Mapping[Wanted, Got], Fault | None], Awaitable[Answer]]
"""Has the engine answer a call in a thread, and notes the reply, where its store blocks."""


@frozen
class Sender:
    """Who sends a call, and what else of its header fields matters."""

    authorization: str | None
    content_type: str | None
    client_ip: str
    base_url: str


@frozen
class _Begun:
    """A call that has to wait: for what is `missing`, or for its turn (None)."""

    call: Call
    started: float
    missing: Wanted | Pause | None


class VendorCalls:
    """Answers the calls of one server, whatever it is served by."""

    def __init__(  # noqa: PLR0913 - the parts that app.py wires together
        self,
        engine: Engine,
        journal: Journal,
        shelf: Shelf,
        runner: Runner,
        *,
        origin: Callable[[], str],
        console: Console,
        ask: Ask | None,
    ) -> None:
        self._engine = engine
        self._journal = journal
        self._shelf = shelf
        self._runner = runner
        self._origin = origin
        self._console = console
        self._ask = ask

    def sender_of(self, headers: Headers, peer: Peer) -> Sender:
        """Return who sends a call with these header fields."""
        scheme, client = peer
        authorization, content_type = headers.get(b"authorization"), headers.get(b"content-type")
        return Sender(
            None if authorization is None else authorization.decode("latin-1"),
            None if content_type is None else content_type.decode("latin-1"),
            client[0] if client else "",
            self.base_url(scheme, headers),
        )

    def call_of(self, method: str, target: Target, sender: Sender, content: bytes) -> Call:
        """Return a call as it arrives now."""
        return Call(
            method,
            target.path,
            target.raw_path,
            target.query,
            sender.authorization,
            sender.content_type,
            content,
            sender.client_ip,
            sender.base_url,
            host_now(),
        )

    def at_once(self, call: Call) -> bytes | Later:
        """Answer a vendor's call that arrived whole: the HTTP/1.1 response, or what is left to do.

        For a server that can write the response itself; it is what `__call__` would have sent.
        """
        outcome = self._begun(call)
        if isinstance(outcome, Reply) and outcome.fault is None:
            return response_bytes(outcome.status, self._headers(outcome), outcome.body)
        return partial(self._finish, outcome)

    async def answer(self, call: Call, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a call whose body was read; `scope` and `receive` tell of its connection."""
        await self._finish(self._begun(call), scope, receive, send)

    def base_url(self, scheme: str, headers: Headers) -> str:
        """Return the origin that the client called, if its Host header is one at all."""
        host = headers.get(b"host")
        called = None if host is None else _origin_at(scheme, host)
        return self._origin() if called is None else called

    async def _finish(
        self, begun: Reply | _Begun, scope: Scope, receive: Receive, send: Send
    ) -> None:
        """Wait for what is missing, if anything is, and send the reply."""
        reply = begun if isinstance(begun, Reply) else await self._ended(begun, scope, receive)
        if reply.fault is None:
            await send_bytes(scope, send, reply.status, self._headers(reply), reply.body)
        else:
            await send_staged(scope, receive, send, reply, self._headers(reply))

    def _begun(self, call: Call) -> Reply | _Begun:
        """Return the reply to a call, or how far it came before something has to be waited for."""
        started = stopwatch()
        if self._ask is not None:
            return _Begun(call, started, None)
        try:
            answer = self._engine.answer(call, _NOTHING)
            if answer.effects:
                self._runner.perform(answer.effects)
        except Exception:
            return self._noted(call, self._own_fault(call), started)
        if not isinstance(answer.reply, Reply):
            return _Begun(call, started, answer.reply)
        return self._noted(call, answer.reply, started)

    def _noted(self, call: Call, reply: Reply, started: float) -> Reply:
        milliseconds = (stopwatch() - started) * 1000
        if self._ask is None or reply.access_key == "":
            self._journal.write(call, reply, milliseconds)
        if not self._console.quiet:
            self._console.say(console_lines(call, reply, milliseconds, self._engine.contract))
        return reply

    async def _ended(self, begun: _Begun, scope: Scope, receive: Receive) -> Reply:
        """Return the reply to a call once all that it waits for is there."""
        call = begun.call
        try:
            got: dict[Wanted, Got] = {}
            paused: Fault | None = None
            missing = begun.missing
            while True:
                if isinstance(missing, Pause):
                    paused = missing.fault
                    await pass_time(scope, receive, paused.latency_ms)
                    call = evolve(call, host_now=host_now())
                elif missing is not None:
                    got[missing] = await asyncio.to_thread(self._shelf.get, missing, call.base_url)
                if self._ask is None:
                    answer = self._engine.answer(call, got, paused)
                else:
                    answer = await self._ask(call, got, paused)
                self._runner.perform(answer.effects)
                if isinstance(answer.reply, Reply):
                    break
                missing = answer.reply
        except Exception:
            return self._noted(call, self._own_fault(call), begun.started)
        return self._noted(call, answer.reply, begun.started)

    def _own_fault(self, call: Call) -> Reply:
        """Return 500/5000 for a failure of our own, which is traced on the console."""
        self._console.own_fault()
        return self._engine.own_fault(call)

    def _headers(self, reply: Reply) -> list[tuple[bytes, bytes]]:
        headers = [_JSON, (b"date", http_date(reply.now))]
        if reply.fault is not None:
            headers[0] = (b"content-type", reply.content_type)
            headers.append((b"x-mock-fault", reply.fault.name.encode("ascii")))
        explanation = reply.explanation
        if explanation is not None:
            rule = self._engine.contract.rulebook.rules[explanation.rule]
            explain = f"{self._origin()}{CONTROL_PREFIX}explain/{reply.request_id}"
            headers += [
                (b"x-mock-rule", rule.name.encode("ascii")),
                (b"x-mock-basis", rule.evidence.encode("ascii")),
                (b"x-mock-explain", explain.encode("ascii")),
            ]
        return headers


@lru_cache(maxsize=256)
def _origin_at(scheme: str, host: bytes) -> str | None:
    return f"{scheme}://{host.decode('ascii')}" if _HOST.fullmatch(host) else None
