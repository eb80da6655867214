"""The control API, put together when it is first asked for, so that a server starts sooner."""

from typing import Protocol

from mock_server.access import Access
from mock_server.clock_moves import ClockMoves
from mock_server.commands import Commands
from mock_server.control import Control
from mock_server.control_accounts import AccountControls
from mock_server.control_deliveries import DeliveryControls
from mock_server.control_faults import FaultControls
from mock_server.control_happenings import HappeningControls
from mock_server.control_insight import InsightControls
from mock_server.control_journal import JournalControls
from mock_server.directory import Directory
from mock_server.engine import Engine
from mock_server.happenings import Happenings
from mock_server.journal import Journal
from mock_server.runner import Runner
from mock_server.settings import Settings
from mock_server.shelf import Shelf


class Origin(Protocol):
    """The address that the server is reached at, and how programs get there."""

    access: Access | None

    def __call__(self) -> str:
        """Return the origin, such as `http://127.0.0.1:8787`."""


def control_of(  # noqa: PLR0913 - the parts that app.py wires together
    settings: Settings,
    engine: Engine,
    directory: Directory,
    runner: Runner,
    journal: Journal,
    shelf: Shelf,
    origin: Origin,
) -> Control:
    """Return the control API of a server; `settings.media` is the kind of media that it has."""
    contract, store = engine.contract, engine.store
    happenings = Happenings(engine, directory, runner, shelf, origin, settings.media)
    clocks = ClockMoves(engine, directory, runner, origin)
    parts = (
        AccountControls(directory).routes(),
        HappeningControls(happenings, clocks).routes(),
        FaultControls(engine, directory).routes(),
        DeliveryControls(store, directory, runner.postman).routes(),
        InsightControls(contract, happenings, lambda: origin.access).routes(),
        JournalControls(contract, directory, store, journal).routes(),
    )
    commands = Commands(journal, store, origin)
    return Control(contract, parts, commands.note, settings.access_key, settings.control_token)
