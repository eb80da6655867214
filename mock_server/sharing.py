"""The parts of a server that shares its accounts with others, wired together."""

from collections.abc import Callable

from mock_server.console import Console
from mock_server.engine import Engine
from mock_server.outbound import Reach
from mock_server.replies import ReplyCheck
from mock_server.shared_runner import SharedRunner
from mock_server.shelf import Shelf
from mock_server.stores.redis_journal import RedisJournal
from mock_server.stores.redis_store import RedisStore
from mock_server.turns import Turns


class Shared:
    """What takes the place of Runner and Journal, and the turns at accounts."""

    def __init__(
        self,
        engine: Engine,
        shelf: Shelf,
        reach: Reach,
        check: ReplyCheck,
        base_url: Callable[[], str],
        console: Console,
    ) -> None:
        store = engine.store
        if not isinstance(store, RedisStore):
            msg = f"{type(store).__name__} cannot be shared"
            raise TypeError(msg)
        self.journal = RedisJournal(store)
        self.turns = Turns(engine, store, self.journal, base_url)
        self.runner = SharedRunner(engine, shelf, reach, check, base_url, console)
        self.runner.share(store, self.turns)

    async def close(self) -> None:
        """Stop everything that is under way."""
        await self.runner.close()
        await self.turns.close()
