"""How a mock is reached survives the way through JSON, and routes lead to the mock only."""

import json

import pytest
from attrs import asdict, evolve

from mock_server.access import Access, access_from, url_of

ACCESS = Access(
    plain=("127.0.0.1", 8787),
    tls=("127.0.0.1", 8443),
    proxy=("127.0.0.1", 8888),
    hosts=("api.vendor.test", "api-2.vendor.test"),
    ca_file="/tmp/of a test/ca.pem",  # noqa: S108 - a name, no file
    trust_store="/tmp/of a test/ca.p12",  # noqa: S108 - a name, no file
)


@pytest.mark.parametrize("access", [ACCESS, evolve(ACCESS, proxy=None)])
def test_access_is_read_back_from_json(access: Access) -> None:
    """As it was, with and without a proxy."""
    assert access_from(json.loads(json.dumps(asdict(access)))) == access


def test_a_json_of_something_else_is_an_error() -> None:
    """It names what is missing."""
    with pytest.raises(KeyError, match="proxy"):
        access_from({"plain": ["127.0.0.1", 1]})


def test_each_host_has_two_routes() -> None:
    """HTTPS to the TLS listener, HTTP to the plain one, and no other port."""
    assert ACCESS.routes() == {
        ("api.vendor.test", 443): ACCESS.tls,
        ("api.vendor.test", 80): ACCESS.plain,
        ("api-2.vendor.test", 443): ACCESS.tls,
        ("api-2.vendor.test", 80): ACCESS.plain,
    }


@pytest.mark.parametrize(
    ("host", "url"), [("127.0.0.1", "http://127.0.0.1:1"), ("::1", "http://[::1]:1")]
)
def test_an_address_is_written_as_a_url(host: str, url: str) -> None:
    """An IPv6 address in brackets."""
    assert url_of("http", (host, 1)) == url
