"""The only wiring: from settings to an ASGI application with everything behind it."""

from collections.abc import Awaitable, Callable
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from attrs import evolve, frozen, mutable

from kling_lipsync.contract import Contract, load_contract
from kling_lipsync.schema import Schemas
from mock_server.access import Access
from mock_server.accounts import (
    SAMPLE_AUDIO_URL,
    SAMPLE_VIDEO_URL,
    read_pace,
    sample_video,
)
from mock_server.asgi import Application
from mock_server.clock import host_now, start_clock
from mock_server.console import Console
from mock_server.directory import Directory, read_units
from mock_server.engine import Engine
from mock_server.journal import Journal
from mock_server.media.decoding import DecodingMedia, available
from mock_server.media.ports import Media
from mock_server.media_host import MediaHost
from mock_server.outbound import Reach
from mock_server.replies import ReplyCheck
from mock_server.runner import Runner
from mock_server.settings import Settings, SettingsError
from mock_server.shelf import Caps, Shelf
from mock_server.store import Store
from mock_server.stores.opening import REDIS, open_kept
from mock_server.values import Account
from mock_server.vendor_calls import Ask, VendorCalls

if TYPE_CHECKING:
    from mock_server.control import Control

SAMPLES = Path(__file__).parent / "samples"


@mutable
class Origin:
    """The address that the server is reached at; known for certain once it listens."""

    url: str
    access: Access | None = None
    """How programs that have the vendor's hosts built in get here, if they do."""

    def __call__(self) -> str:
        """Return the origin, such as `http://127.0.0.1:8787`."""
        return self.url


@frozen
class Server:
    """A wired server: the application, and the parts that a command line or a test asks for."""

    application: Application
    contract: Contract
    directory: Directory
    origin: Origin
    media_kind: str


def create_server(settings: Settings, store: Store | None = None) -> Server:
    """Wire a server.

    Raises SpecError, SettingsError or ClockError for a contract or setting that is not
    understood; nothing is left behind then.
    """
    contract = _contract(settings.physics)
    rulebook = contract.rulebook
    profile = rulebook.profile(settings.profile, dict(settings.readings))
    read_pace(settings.pace, settings.profile)
    read_units(settings.units)
    start_clock(settings.time, host_now())
    media, media_kind = _media(settings.media)
    reach = Reach(_any_host(settings.fetch), frozenset(contract.vendor_hosts()))
    mapped = _mapped(settings)
    origin = Origin(f"http://{settings.host}:{settings.port}")
    console = Console(quiet=settings.quiet)

    check = ReplyCheck(None)
    kept = open_kept(settings, store)
    engine = Engine(contract, kept.store, profile, check)
    engine.renders = True
    if settings.validate_replies:
        check.schemas = Schemas(contract, rulebook.profile("documented"))
    shelf = Shelf(kept.media, media, mapped, _caps(contract, settings), reach)
    beside = _beside(settings, engine, shelf, reach, check, origin, console)
    runner, journal = beside.runner, beside.journal
    media_host = MediaHost(engine, shelf, runner, journal)

    def gone(account: Account) -> None:
        for keeper in (engine, runner, journal):
            keeper.forget(account.access_key)

    sample_path = SAMPLES / "talking-clip.mp4"
    directory = Directory(
        settings,
        contract,
        engine.store,
        sample_video(sample_path.stat().st_size),
        str(sample_path),
        gone,
    )

    @cache
    def control() -> "Control":
        from mock_server.controlling import control_of  # noqa: PLC0415 - most is not needed to start

        known = evolve(settings, media=media_kind)
        return control_of(known, engine, directory, runner, journal, shelf, origin)

    async def close() -> None:
        await beside.close()
        if isinstance(media, DecodingMedia):
            media.close()
        console.flush()
        kept.close()

    application = Application(
        VendorCalls(engine, journal, shelf, runner, origin=origin, console=console, ask=beside.ask),
        control,
        media_host,
        largest_body=int(rulebook.rules["transport.json-body"].limits["largest_bytes"]),
        begin=runner.resume,
        close=close,
    )
    directory.found_local()
    return Server(application, contract, directory, origin, media_kind)


@frozen
class _Beside:
    """What goes on beside the calls, and what has a call answered where the store blocks."""

    runner: Runner
    journal: Journal
    ask: Ask | None
    close: Callable[[], Awaitable[None]]


def _beside(settings: Settings, engine: Engine, *parts: Any) -> _Beside:  # noqa: ANN401 - as Runner
    """Return what goes on beside the calls of the only process, or of one of several."""
    if not settings.store.startswith(REDIS):
        runner = Runner(engine, *parts)
        return _Beside(runner, Journal(settings.journal), None, runner.close)
    from mock_server.sharing import Shared  # noqa: PLC0415 - needs [redis]

    shared = Shared(engine, *parts)
    return _Beside(shared.runner, shared.journal, shared.turns.ask, shared.close)


def _contract(physics: str) -> Contract:
    contract = load_contract()
    return contract.with_physics(physics) if physics else contract


def _media(kind: str) -> tuple[Media, str]:
    if kind not in ("auto", "plain", "decoding"):
        msg = f"media {kind!r} is none of: auto, plain, decoding"
        raise SettingsError(msg)
    missing = available()
    if kind == "decoding" and missing is not None:
        raise SettingsError(missing)
    if kind == "plain" or missing is not None:
        from mock_server.media.plain import PlainMedia  # noqa: PLC0415 - only where asked for

        return PlainMedia(), "plain"
    return DecodingMedia(), "decoding"


def _any_host(fetch: str) -> bool:
    if fetch not in ("loopback", "any"):
        msg = f"fetch {fetch!r} is none of: loopback, any"
        raise SettingsError(msg)
    return fetch == "any"


def _mapped(settings: Settings) -> dict[str, Path]:
    mapped = {
        SAMPLE_VIDEO_URL: SAMPLES / "talking-clip.mp4",
        SAMPLE_AUDIO_URL: SAMPLES / "speech.mp3",
    }
    for url, name in settings.media_map:
        path = Path(name).expanduser()
        if not path.is_file():
            msg = f"media_map: {name!r}, which {url!r} stands for, is no file"
            raise SettingsError(msg)
        mapped[url] = path.resolve()
    return mapped


def _caps(contract: Contract, settings: Settings) -> Caps:
    """Return how much is worth fetching: the documented limits, in the larger unit of MB."""
    rules = contract.rulebook.rules
    video = int(rules["identify.video-size"].limits["largest_megabytes"])
    audio = int(rules["create.sound-file-size"].limits["largest_megabytes"])
    megabyte = 1024 * 1024
    return Caps(video * megabyte, audio * megabyte, settings.render_cache * megabyte)
