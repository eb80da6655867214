"""What `lipsync-mock` does: it reads flags and the environment, and serves until it is stopped."""

import os
import socket
import sys
import tempfile
from collections.abc import Callable, Sequence
from contextlib import ExitStack

import uvicorn
from attrs import evolve

from kling_lipsync.rulebook import SpecError
from mock_server.access import url_of
from mock_server.app import Server, create_server
from mock_server.clock import ClockError, host_now
from mock_server.collecting import collect_steadily
from mock_server.credentials import mint_token
from mock_server.doors import Door, Doors
from mock_server.front import Front, listen, open_front
from mock_server.settings import Settings, SettingsError, settings_from
from mock_server.sockets import ConnectedProtocol
from mock_server.workers import check_workers, run_workers

TOKEN_LIFE_S = 24 * 3600


def serve(arguments: Sequence[str]) -> int:
    """Serve until stopped; return 2 for a setting or a contract that is not understood."""
    try:
        settings = settings_from(arguments, os.environ)
        with ExitStack() as opened:
            check_workers(settings)
            listener = opened.enter_context(listen(settings.host, settings.port, "--port"))
            front = open_front(settings, listener)
            if front is not None:
                opened.enter_context(front.opened)
            if settings.workers > 1:
                doors = Doors(listener, settings.workers)
                run_workers(settings.workers, _worker(settings, doors, opened), doors.shut)
                return 0
            server = create_server(settings)
            opened.pop_all()
    except (SettingsError, SpecError, ClockError) as error:
        sys.stderr.write(f"lipsync-mock: {error}\n")
        return 2
    server.origin.url = url_of("http", (settings.host, listener.getsockname()[1]))
    if front is not None:
        server.origin.access = front.access
    _run(server, settings, listener, front)
    return 0


def _worker(settings: Settings, doors: Doors, opened: ExitStack) -> Callable[[int], None]:
    """Return what each of several workers does; the first one greets."""
    if not settings.media_folder:
        folder = opened.enter_context(tempfile.TemporaryDirectory(prefix="lipsync-mock-"))
        settings = evolve(settings, media_folder=folder)

    def work(number: int) -> None:
        server = create_server(settings)
        server.origin.url = url_of("http", (settings.host, doors.port))
        _run(server, settings, door=doors.door(number), greets=number == 0)

    return work


class _AnnouncingServer(uvicorn.Server):
    """Says that it is ready once it listens, on all that it is to listen on."""

    greeting = ""
    front: Front | None = None
    door: Door | None = None

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Start, then greet."""
        await super().startup(sockets)
        if self.front is not None:
            await self.front.start(self)
        if self.door is not None:
            self.door.open(self.server_state.connections, self._protocol)
            await self.door.all_open()
        sys.stdout.write(self.greeting)
        sys.stdout.flush()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Finish what is under way, then take the rest down."""
        if self.door is not None:
            self.door.close()
        await super().shutdown(sockets)
        if self.front is not None:
            await self.front.close()

    def _protocol(self) -> ConnectedProtocol:
        return ConnectedProtocol(
            config=self.config, server_state=self.server_state, app_state=self.lifespan.state
        )


def _run(
    server: Server,
    settings: Settings,
    listener: socket.socket | None = None,
    front: Front | None = None,
    *,
    door: Door | None = None,
    greets: bool = True,
) -> None:
    config = uvicorn.Config(
        server.application,
        http=ConnectedProtocol,
        log_level="warning",
        access_log=False,
        server_header=False,
        date_header=False,
        ws="none",
        timeout_graceful_shutdown=2,
    )
    running = _AnnouncingServer(config)
    running.front, running.door = front, door
    running.greeting = _greeting(server, settings) + _invitation(front) if greets else ""
    collect_steadily()
    running.run(sockets=[] if listener is None else [listener])


def _greeting(server: Server, settings: Settings) -> str:
    other = "observed" if settings.profile == "documented" else "documented"
    account = server.directory.account(settings.access_key)
    token = mint_token(account, host_now() // 1000, TOKEN_LIFE_S)
    url = server.origin.url
    return (
        f"lipsync-mock at {url} (profile {settings.profile}; run your tests under {other} too)\n"
        f"curl -s {url}/v1/videos/advanced-lip-sync -H 'Authorization: Bearer {token}'\n"
    )


def _invitation(front: Front | None) -> str:
    if front is None:
        return ""
    access = front.access
    also = f"also at {url_of('https', access.tls)}, trusted with {access.ca_file}\n"
    if access.proxy is None:
        return also
    host, port = access.plain
    named = "" if host == "127.0.0.1" else f" --host {host}"
    return f'{also}eval "$(lipsync-mock env{named} --port {port})"\n'
