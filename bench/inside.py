"""The mock's ASGI application, called directly in this process: no socket and no HTTP parser.

`python -m bench.inside` prints, as JSON, what a test in process waits for: five calls one after
the other (identify, create, advance, get, list), in ms of wall time and of processor time, on
the mock and on the raw application.
"""

import asyncio
import json
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from statistics import median

from attrs import asdict, frozen

from bench.calls import ANSWERED, Request, request
from bench.raw_app import RawApp
from bench.serving import Application
from mock_server.app import create_server
from mock_server.asgi import Application as Mock
from mock_server.http import Message, Scope
from mock_server.settings import Settings

AUTHORIZATION = "Bearer local-api-key"
ADVANCE = Request("POST", "/__mock__/clock", AUTHORIZATION, b'{"advance": "1m"}')
RESET = Request("POST", "/__mock__/reset", AUTHORIZATION, b"{}")
SOON = 30
"""After so many rounds the account begins anew, as in a test suite; that is not measured."""
ROUNDS = 20 * SOON


@frozen
class Five:
    """Medians over the rounds, for all five calls together (ms)."""

    wall_ms: float
    processor_ms: float


@asynccontextmanager
async def living(application: Application) -> AsyncIterator[None]:
    """Start an application up on this loop, and shut it down in the end."""
    events: asyncio.Queue[Message] = asyncio.Queue()
    told: asyncio.Queue[Message] = asyncio.Queue()
    life = asyncio.ensure_future(application({"type": "lifespan"}, events.get, told.put))
    await events.put({"type": "lifespan.startup"})
    await told.get()
    try:
        yield
    finally:
        await events.put({"type": "lifespan.shutdown"})
        await told.get()
        await life


async def ask(application: Application, asked: Request) -> bytes:
    """Return the body of the reply; raise RuntimeError when it is not a 200."""
    sent: list[Message] = []

    async def receive() -> Message:
        return {"type": "http.request", "body": asked.body, "more_body": False}

    async def send(message: Message) -> None:
        sent.append(message)

    await application(_scope(asked), receive, send)
    if sent[0]["status"] != 200:
        msg = f"{asked.method} {asked.path} was answered {sent[0]['status']}: {sent[1]!r}"
        raise RuntimeError(msg)
    body: bytes = sent[1]["body"]
    return body


def _scope(asked: Request) -> Scope:
    path, _, query = asked.path.partition("?")
    return {
        "type": "http",
        "method": asked.method,
        "scheme": "http",
        "path": path,
        "raw_path": path.encode(),
        "query_string": query.encode(),
        "headers": [
            (b"host", b"127.0.0.1:8787"),
            (b"authorization", asked.authorization.encode()),
            (b"content-type", b"application/json"),
            (b"content-length", str(len(asked.body)).encode()),
        ],
        "client": ("127.0.0.1", 50_000),
    }


async def five(application: Application, rounds: int) -> Five:
    """Return what the five calls take."""
    wall, processor = [], []
    fixed = [request(name, AUTHORIZATION, "") for name in ("identify", "create")]
    listing = request("list", AUTHORIZATION, "")
    for number in range(rounds):
        if number % SOON == 0 and isinstance(application, Mock):
            await ask(application, RESET)
        began, used = time.perf_counter(), time.thread_time()
        for asked in fixed:
            body = await ask(application, asked)
        task_id = json.loads(body)["data"]["task_id"]
        for asked in (ADVANCE, request("get", AUTHORIZATION, task_id), listing):
            await ask(application, asked)
        processor.append(time.thread_time() - used)
        wall.append(time.perf_counter() - began)
    return Five(median(wall) * 1000, median(processor) * 1000)


async def measure(rounds: int = ROUNDS) -> dict[str, Five]:
    """Return the figures of both; the raw application answers with what the mock answered."""
    mock = create_server(Settings(media="plain", time="frozen", quiet=True)).application
    async with living(mock):
        found = await five(mock, rounds)
        made = await ask(mock, request("create", AUTHORIZATION, ""))
        task_id = json.loads(made)["data"]["task_id"]
        replies: dict[str, str] = {
            name: (await ask(mock, request(name, AUTHORIZATION, task_id))).decode()
            for name in ANSWERED
        }
    raw = RawApp(replies)
    async with living(raw):
        return {"mock": found, "raw": await five(raw, rounds)}


def main() -> None:
    """Measure, and print the figures."""
    told = {name: asdict(found) for name, found in asyncio.run(measure()).items()}
    sys.stdout.write(json.dumps(told) + "\n")


if __name__ == "__main__":
    main()
