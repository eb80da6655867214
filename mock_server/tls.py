"""A certificate authority of the mock's own, made on the spot, and the certificate it signs.

The authority is trusted by nobody but the programs that are told to.  It is handed out alone,
without the system's authorities: a program that trusts only it cannot speak to the real service
by mistake, and the proxy leads nowhere else anyway.

The server's private key is in a file only for the instant in which OpenSSL reads it; the
authority's is in none, unless it is kept for the next run.
"""

import os
import ssl
import tempfile
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from attrs import frozen

from mock_server.settings import SettingsError

if TYPE_CHECKING:
    from trustme import CA

LOCAL_NAMES = ("localhost", "127.0.0.1", "::1")
_AUTHORITY = "authority.pem"


@frozen
class Tls:
    """What the server answers TLS with, and the files that make programs trust it."""

    context: ssl.SSLContext
    ca_file: Path
    trust_store: Path


def make_tls(hosts: Iterable[str], folder: Path, *, keep: bool) -> Tls:
    """Make a certificate for this machine and the hosts; with `keep`, by the folder's authority.

    Raises SettingsError when the extra `tls` is missing or the folder is of no use.
    """
    _require_extra()
    try:
        authority = _kept(folder) if keep else _new_authority()
        ca_file, trust_store = folder / "ca.pem", folder / "ca.p12"
        _write(ca_file, authority.cert_pem.bytes())
        _write(trust_store, _java_trust_store(authority.cert_pem.bytes()))
        context = _server_context(authority, hosts, folder)
    except (OSError, ValueError) as error:
        msg = f"cannot keep certificates in {folder}: {error}"
        raise SettingsError(msg) from None
    return Tls(context, ca_file, trust_store)


def trusting(tls: Tls) -> ssl.SSLContext:
    """Return what a client verifies the server with: its authority and no other."""
    return ssl.create_default_context(cafile=str(tls.ca_file))


def _require_extra() -> None:
    try:
        import trustme  # noqa: F401, PLC0415 - an extra, and slow to import
    except ModuleNotFoundError as error:
        msg = f"--tls and --proxy need {error.name}: pip install 'kling-lipsync-twin[tls]'"
        raise SettingsError(msg) from None


def _new_authority() -> "CA":
    from trustme import CA  # noqa: PLC0415 - as above

    return CA(organization_name="kling-lipsync-twin")


def _kept(folder: Path) -> "CA":
    """Return the folder's authority; of servers that start at once, the first makes it."""
    from trustme import CA  # noqa: PLC0415 - as above

    path = folder / _AUTHORITY
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    if not path.is_file():
        made = _new_authority()
        temporary = _temporary(folder, made.private_key_pem.bytes() + made.cert_pem.bytes())
        try:
            os.link(temporary, path)
        except FileExistsError:
            pass
        finally:
            temporary.unlink()
    both = path.read_bytes()
    return CA.from_pem(both, both)


def _server_context(authority: "CA", hosts: Iterable[str], folder: Path) -> ssl.SSLContext:
    leaf = authority.issue_cert(*LOCAL_NAMES, *hosts)
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.set_alpn_protocols(["http/1.1"])
    with leaf.private_key_and_cert_chain_pem.tempfile(dir=str(folder)) as chain:
        context.load_cert_chain(chain)
    return context


def _java_trust_store(ca_pem: bytes) -> bytes:
    """Return PKCS #12 that Java reads without a password: it holds no secret."""
    from cryptography.hazmat.primitives.serialization import (  # noqa: PLC0415 - as above
        NoEncryption,
        pkcs12,
    )
    from cryptography.x509 import load_pem_x509_certificate  # noqa: PLC0415 - as above

    entry = pkcs12.PKCS12Certificate(load_pem_x509_certificate(ca_pem), b"lipsync-mock")
    return pkcs12.serialize_java_truststore([entry], NoEncryption())


def _write(path: Path, content: bytes) -> None:
    _temporary(path.parent, content).replace(path)


def _temporary(folder: Path, content: bytes) -> Path:
    """Write a new file that only its owner can read."""
    handle, name = tempfile.mkstemp(dir=folder)
    with os.fdopen(handle, "wb") as file:
        file.write(content)
    return Path(name)
