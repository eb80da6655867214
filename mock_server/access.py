"""How programs that have the vendor's hosts built in reach a running mock.

The server tells it through its health, `lipsync-mock env` turns it into variables, and the
proxy and the Node preload lead connections by its routes.
"""

from collections.abc import Mapping
from typing import Any

from attrs import frozen

Address = tuple[str, int]
"""A numeric IP address and a port."""

HTTP_PORT, HTTPS_PORT = 80, 443


@frozen
class Access:
    """Where the mock listens, for which hosts it answers, and what makes its certificate trusted.

    `ca_file` (PEM) and `trust_store` (PKCS #12, for Java) stay where they are while it runs.
    """

    plain: Address
    tls: Address
    proxy: Address | None
    hosts: tuple[str, ...]
    ca_file: str
    trust_store: str

    def routes(self) -> dict[Address, Address]:
        """Return where a connection to a vendor's host and port leads; no other leads anywhere."""
        return {
            (host, port): address
            for host in self.hosts
            for port, address in ((HTTPS_PORT, self.tls), (HTTP_PORT, self.plain))
        }


def access_from(fields: Mapping[str, Any]) -> Access:
    """Read an Access back from its JSON; raise KeyError or ValueError when it is none."""
    proxy = fields["proxy"]
    return Access(
        plain=_address(fields["plain"]),
        tls=_address(fields["tls"]),
        proxy=None if proxy is None else _address(proxy),
        hosts=tuple(fields["hosts"]),
        ca_file=fields["ca_file"],
        trust_store=fields["trust_store"],
    )


def url_of(scheme: str, address: Address) -> str:
    """Return the origin of an address, such as `https://[::1]:8443`."""
    host, port = address
    return f"{scheme}://[{host}]:{port}" if ":" in host else f"{scheme}://{host}:{port}"


def _address(pair: Any) -> Address:  # noqa: ANN401 - JSON
    host, port = pair
    return str(host), int(port)
