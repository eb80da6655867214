"""The local authority is trusted by whoever is told to, and leaves no key behind."""

import os
import ssl
import sys
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.serialization import pkcs12
from cryptography.x509 import load_pem_x509_certificate

from mock_server.settings import SettingsError
from mock_server.tls import LOCAL_NAMES, Tls, make_tls, trusting

HOSTS = ("api.vendor.test", "api-2.vendor.test")


def shake_hands(tls: Tls, trust: ssl.SSLContext, name: str) -> None:
    """Let a client that trusts `trust` meet the server under a name; raise as it does."""
    to_client, to_server = ssl.MemoryBIO(), ssl.MemoryBIO()
    client = trust.wrap_bio(to_client, to_server, server_hostname=name)
    server = tls.context.wrap_bio(to_server, to_client, server_side=True)
    for _ in range(4):
        for side in (client, server):
            try:
                side.do_handshake()
            except ssl.SSLWantReadError:
                continue
    assert client.getpeercert()


@pytest.mark.parametrize("name", [*LOCAL_NAMES, *HOSTS])
def test_the_certificate_holds_for_this_machine_and_each_host(name: str, tmp_path: Path) -> None:
    """A client that trusts the CA file is content."""
    tls = make_tls(HOSTS, tmp_path, keep=False)

    shake_hands(tls, trusting(tls), name)


def test_the_certificate_holds_for_no_other_name(tmp_path: Path) -> None:
    """The name is checked."""
    tls = make_tls(HOSTS, tmp_path, keep=False)

    with pytest.raises(ssl.SSLCertVerificationError, match="Hostname mismatch"):
        shake_hands(tls, trusting(tls), "other.vendor.test")


def test_nobody_else_trusts_the_authority(tmp_path: Path) -> None:
    """The system's authorities do not vouch for it."""
    tls = make_tls(HOSTS, tmp_path, keep=False)

    with pytest.raises(ssl.SSLCertVerificationError, match="unable to get local issuer"):
        shake_hands(tls, ssl.create_default_context(), HOSTS[0])


def test_the_authority_is_alone_in_both_files(tmp_path: Path) -> None:
    """The PEM file and Java's trust store hold it, and nothing that is trusted besides."""
    tls = make_tls(HOSTS, tmp_path, keep=False)

    store = pkcs12.load_pkcs12(tls.trust_store.read_bytes(), None)
    authority = load_pem_x509_certificate(tls.ca_file.read_bytes())
    assert [entry.certificate for entry in store.additional_certs] == [authority]
    assert store.key is None
    assert tls.ca_file.read_text("utf-8").count("BEGIN CERTIFICATE") == 1


def test_no_key_stays_on_disk(tmp_path: Path) -> None:
    """Unless it is to be kept, only what is public is in the folder."""
    make_tls(HOSTS, tmp_path, keep=False)

    assert sorted(path.name for path in tmp_path.iterdir()) == ["ca.p12", "ca.pem"]
    assert not [path for path in tmp_path.iterdir() if b"PRIVATE KEY" in path.read_bytes()]


def test_a_kept_authority_is_the_same_in_the_next_run(tmp_path: Path) -> None:
    """Who trusts the first run's CA trusts the second's; only its owner reads the key."""
    folder = tmp_path / "new" / "folder"
    first = make_tls(HOSTS, folder, keep=True)
    trust = trusting(first)
    second = make_tls(HOSTS, folder, keep=True)

    shake_hands(second, trust, HOSTS[0])
    assert sorted(path.name for path in folder.iterdir()) == ["authority.pem", "ca.p12", "ca.pem"]
    assert (folder / "authority.pem").stat().st_mode & 0o777 == 0o600
    assert folder.stat().st_mode & 0o777 == 0o700


def test_of_two_that_make_an_authority_the_first_wins(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Servers that start at once on one folder answer with one authority."""
    link, firsts = os.link, list[Tls]()

    def overtaken(source: Path, target: Path) -> None:
        monkeypatch.undo()
        firsts.append(make_tls(HOSTS, tmp_path, keep=True))
        link(source, target)

    monkeypatch.setattr(os, "link", overtaken)
    second = make_tls(HOSTS, tmp_path, keep=True)

    shake_hands(second, trusting(firsts[0]), HOSTS[0])


def test_a_missing_extra_is_told_with_its_remedy(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """How to install it, not where its import failed."""
    monkeypatch.setitem(sys.modules, "trustme", None)

    with pytest.raises(SettingsError, match=r"pip install 'kling-lipsync-twin\[tls\]'"):
        make_tls(HOSTS, tmp_path, keep=False)


def test_a_folder_that_is_none_is_told(tmp_path: Path) -> None:
    """Its path, and what is wrong with it."""
    (tmp_path / "file").write_text("", "utf-8")

    with pytest.raises(SettingsError, match=r"cannot keep certificates in .*file"):
        make_tls(HOSTS, tmp_path / "file", keep=True)


def test_a_broken_authority_is_told(tmp_path: Path) -> None:
    """It is not replaced behind the user's back."""
    (tmp_path / "authority.pem").write_text("nothing", "utf-8")

    with pytest.raises(SettingsError, match="cannot keep certificates in"):
        make_tls(HOSTS, tmp_path, keep=True)
