"""The command `lipsync-mock`: reads flags and the environment, and serves until it is stopped."""

import gc
import os
import socket
import sys
from collections.abc import Sequence

import uvicorn

from kling_lipsync.rulebook import SpecError
from mock_server.app import Server, create_server
from mock_server.clock import ClockError, host_now
from mock_server.credentials import mint_token
from mock_server.settings import Settings, SettingsError, settings_from
from mock_server.sockets import ConnectedProtocol

TOKEN_LIFE_S = 24 * 3600


def main(arguments: Sequence[str] | None = None) -> int:
    """Serve until stopped; return 2 for a setting or a contract that is not understood."""
    try:
        settings = settings_from(sys.argv[1:] if arguments is None else arguments, os.environ)
        listener = _listen(settings)
        server = _create(settings, listener)
    except (SettingsError, SpecError, ClockError) as error:
        sys.stderr.write(f"lipsync-mock: {error}\n")
        return 2
    server.origin.url = _origin(settings, listener)
    _run(server, settings, listener)
    return 0


class _AnnouncingServer(uvicorn.Server):
    """Says that it is ready once it listens."""

    greeting = ""

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Start, then greet."""
        await super().startup(sockets)
        sys.stdout.write(self.greeting)
        sys.stdout.flush()


def _run(server: Server, settings: Settings, listener: socket.socket) -> None:
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
    running.greeting = _greeting(server, settings)
    gc.collect()
    gc.freeze()
    gc.set_threshold(100_000, 50, 100)  # tasks pile up and hold no cycles: look seldom
    running.run(sockets=[listener])


def _create(settings: Settings, listener: socket.socket) -> Server:
    try:
        return create_server(settings)
    except BaseException:
        listener.close()
        raise


def _listen(settings: Settings) -> socket.socket:
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((settings.host, settings.port))
    except (OSError, OverflowError) as error:
        listener.close()
        msg = (
            f"cannot listen on {settings.host}:{settings.port}: {error}; "
            "choose another with --port (0 takes a free one)"
        )
        raise SettingsError(msg) from None
    listener.listen(2048)
    return listener


def _origin(settings: Settings, listener: socket.socket) -> str:
    host = f"[{settings.host}]" if ":" in settings.host else settings.host
    return f"http://{host}:{listener.getsockname()[1]}"


def _greeting(server: Server, settings: Settings) -> str:
    other = "observed" if settings.profile == "documented" else "documented"
    account = server.directory.account(settings.access_key)
    token = mint_token(account, host_now() // 1000, TOKEN_LIFE_S)
    url = server.origin.url
    return (
        f"lipsync-mock at {url} (profile {settings.profile}; run your tests under {other} too)\n"
        f"curl -s {url}/v1/videos/advanced-lip-sync -H 'Authorization: Bearer {token}'\n"
    )


if __name__ == "__main__":
    sys.exit(main())
