"""What listens beside the plain port, for programs that cannot be given another address.

The TLS listener belongs to the same HTTP server, with the same application behind it; the
proxy leads to both.  The proxy listens on loopback whatever `--host` says: to the mock, whoever
comes through it is a caller from this machine, to whom the control API answers.
"""

import asyncio
import socket
import tempfile
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING

import uvicorn
from attrs import frozen

from kling_lipsync.contract import load_contract
from mock_server.access import Access, Address
from mock_server.settings import Settings, SettingsError

if TYPE_CHECKING:
    from mock_server.proxy import Proxy
    from mock_server.tls import Tls

_REACHED_AT = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104 - whoever listens on all of them


@frozen
class Front:
    """Sockets that are bound, and a certificate that is made; `start` answers on them."""

    access: Access
    tls: "Tls"
    listener: socket.socket
    proxy: "Proxy | None"
    proxy_listener: socket.socket | None
    opened: ExitStack

    async def start(self, server: uvicorn.Server) -> None:
        """Answer on the sockets; `server` has started, and shuts its new listener down itself."""
        config = server.config

        def protocol() -> asyncio.Protocol:
            return config.http_protocol_class(  # type: ignore[call-arg]  # any of uvicorn's own
                config=config, server_state=server.server_state, app_state=server.lifespan.state
            )

        loop = asyncio.get_running_loop()
        listening = await loop.create_server(
            protocol, sock=self.listener, ssl=self.tls.context, backlog=config.backlog
        )
        server.servers.append(listening)
        if self.proxy is not None and self.proxy_listener is not None:
            await self.proxy.start(self.proxy_listener)

    async def close(self) -> None:
        """End what goes through the proxy, and remove the temporary folder."""
        if self.proxy is not None:
            await self.proxy.close()
        self.opened.close()


def open_front(settings: Settings, plain: socket.socket) -> Front | None:
    """Bind what `--tls` and `--proxy` ask for; None when neither is set.

    Raises SettingsError, or SpecError for a contract that is not understood; nothing is left
    open then.
    """
    if settings.tls is None and settings.proxy is None:
        return None
    from mock_server.proxy import Proxy  # noqa: PLC0415 - needed here only
    from mock_server.tls import trusting  # noqa: PLC0415 - the same

    hosts = load_contract().vendor_hosts()
    with ExitStack() as opened:
        tls = _tls(settings, hosts, opened)
        listener = opened.enter_context(listen(settings.host, settings.tls or 0, "--tls"))
        proxy_listener = None
        if settings.proxy is not None:
            loopback = "::1" if plain.family == socket.AF_INET6 else "127.0.0.1"
            proxy_listener = opened.enter_context(listen(loopback, settings.proxy, "--proxy"))
        access = Access(
            plain=reached_at(plain),
            tls=reached_at(listener),
            proxy=None if proxy_listener is None else reached_at(proxy_listener),
            hosts=hosts,
            ca_file=str(tls.ca_file),
            trust_store=str(tls.trust_store),
        )
        proxy = None if proxy_listener is None else Proxy(access, trusting(tls))
        return Front(access, tls, listener, proxy, proxy_listener, opened.pop_all())
    return None


def listen(host: str, port: int, flag: str) -> socket.socket:
    """Listen on a port, 0 being a free one; raise SettingsError that names the flag to change."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
    except (OSError, OverflowError) as error:
        listener.close()
        msg = (
            f"cannot listen on {host}:{port}: {error}; "
            f"choose another with {flag} (0 takes a free one)"
        )
        raise SettingsError(msg) from None
    listener.listen(2048)
    return listener


def reached_at(listener: socket.socket) -> Address:
    """Return the address that programs on this machine reach a socket at."""
    host, port = listener.getsockname()[:2]
    return _REACHED_AT.get(host, host), port


def _tls(settings: Settings, hosts: tuple[str, ...], opened: ExitStack) -> "Tls":
    from mock_server.tls import make_tls  # noqa: PLC0415 - needed here only

    if settings.tls_dir:
        return make_tls(hosts, Path(settings.tls_dir).expanduser().resolve(), keep=True)
    folder = opened.enter_context(tempfile.TemporaryDirectory(prefix="lipsync-mock-tls-"))
    return make_tls(hosts, Path(folder), keep=False)
