"""A postman with two accounts and a store, without a server around it."""

import asyncio
import threading
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler

from mock_server.attempts import Delivery
from mock_server.console import Console
from mock_server.outbound import Reach
from mock_server.postman import Postman
from mock_server.replies import ReplyCheck
from mock_server.store import Put
from mock_server.tests.builders import KEY, NOW, World, account
from mock_server.tests.receivers import Behave, answering
from mock_server.values import Account

OTHER = "ak-of-another"


class Heard(Console):
    """A console that keeps what it would show."""

    def __init__(self) -> None:
        super().__init__()
        self.said: list[str] = []

    def _show(self, text: str) -> None:
        self.said.append(text)


class Office:
    """A postman with two accounts, and what it said and planned."""

    def __init__(self, check: ReplyCheck, delays_ms: Sequence[int] = ()) -> None:
        self.store = World(account(time="frozen")).store
        World(account(access_key=OTHER, api_keys=(), time="frozen"), self.store)
        self.console = Heard()
        self.said = self.console.said
        self.planned: list[str] = []

        def retry_delays(_account: Account) -> Sequence[int]:
            return delays_ms

        self.postman = Postman(
            self.store, retry_delays, Reach(), check, self.planned.append, self.console
        )

    def put(self, url: str, name: str = "1", key: str = KEY, mischief: str = "") -> None:
        """Keep a delivery and have it sent."""
        delivery = Delivery(name, "9", "succeed", NOW, NOW, url, b"{}", mischief)
        held = self.store.held(key)
        assert held is not None
        self.store.apply(key, held.version, [Put("deliveries", name, delivery)])
        self.postman.send(key, name)

    def found(self, name: str = "1", key: str = KEY) -> Delivery:
        """Return a delivery as it is now."""
        found = self.store.get(key, "deliveries", name)
        assert isinstance(found, Delivery)
        return found


def work(
    step: Callable[[Office], Awaitable[None]],
    delays_ms: Sequence[int] = (),
    check: ReplyCheck | None = None,
) -> Office:
    """Run one step with a postman that is closed afterwards."""

    async def run() -> Office:
        office = Office(check or ReplyCheck(None), delays_ms)
        await step(office)
        await office.postman.close()
        return office

    return asyncio.run(run())


@contextmanager
def blocked() -> Iterator[tuple[Behave, threading.Event, threading.Event]]:
    """Give a receiver that says when it was asked and answers when it is let go."""
    asked, release = threading.Event(), threading.Event()

    def behave(handler: BaseHTTPRequestHandler) -> None:
        asked.set()
        release.wait(10)
        answering(200)(handler)

    try:
        yield behave, asked, release
    finally:
        release.set()


def in_turn(statuses: list[int]) -> Behave:
    """Answer each request with the next status."""

    def behave(handler: BaseHTTPRequestHandler) -> None:
        answering(statuses.pop(0))(handler)

    return behave
