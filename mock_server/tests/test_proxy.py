"""The head of a request decides: it leads to the mock, or nowhere."""

import pytest

from mock_server.proxy import Refused, Way, way_of
from mock_server.tests.test_access import ACCESS

ROUTES = ACCESS.routes()


def head(line: str, *fields: str) -> bytes:
    """Return the head of a request."""
    return "\r\n".join((line, *fields, "", "")).encode()


@pytest.mark.parametrize(
    "target", ["api.vendor.test:443", "API.Vendor.Test:443", "api.vendor.test.:443"]
)
def test_a_tunnel_leads_to_the_tls_listener(target: str) -> None:
    """Whatever the case of the name, and with the root's dot."""
    way = way_of(head(f"CONNECT {target} HTTP/1.1"), ROUTES)

    assert way == Way(ACCESS.tls, "api.vendor.test", None)


def test_a_plain_request_is_rewritten_for_the_mock() -> None:
    """Path and query are its target, its Host is the URL's, and it is the only one."""
    asked = head(
        "POST http://u:p@api.vendor.test/v1/a%20b?c=http://d HTTP/1.1",
        "Host: 127.0.0.1:8787",
        "Proxy-Connection: keep-alive",
        "Proxy-Authorization: Basic eDp5",
        "Connection: Upgrade, HTTP2-Settings",
        "Upgrade: h2c",
        "X-Kept: 1",
        "Content-Length: 2",
    )

    assert way_of(asked, ROUTES) == Way(
        ACCESS.plain,
        "api.vendor.test",
        head(
            "POST /v1/a%20b?c=http://d HTTP/1.1",
            "Host: api.vendor.test",
            "Connection: close",
            "X-Kept: 1",
            "Content-Length: 2",
        ),
    )


def test_a_whole_https_url_is_asked_by_tls() -> None:
    """Some programs send such a target instead of a tunnel."""
    way = way_of(head("GET https://api.vendor.test HTTP/1.1"), ROUTES)

    assert isinstance(way, Way)
    assert (way.address, way.secure) == (ACCESS.tls, True)
    assert way.head == head("GET / HTTP/1.1", "Host: api.vendor.test", "Connection: close")


@pytest.mark.parametrize(
    ("line", "status"),
    [
        ("CONNECT example.com:443 HTTP/1.1", 403),
        ("CONNECT api.vendor.test:8443 HTTP/1.1", 403),
        ("CONNECT api.vendor.test HTTP/1.1", 403),
        ("CONNECT api.vendor.test.evil.test:443 HTTP/1.1", 403),
        ("CONNECT 127.0.0.1:443 HTTP/1.1", 403),
        ("CONNECT api.vendor.test:https HTTP/1.1", 400),
        ("GET http://example.com/ HTTP/1.1", 403),
        ("GET http://api.vendor.test@example.com/ HTTP/1.1", 403),
        ("GET http://api.vendor.test:443/ HTTP/1.1", 403),
        ("GET https://api.vendor.test:80/ HTTP/1.1", 403),
        ("GET http://127.0.0.1:8787/__mock__/health HTTP/1.1", 403),
        ("GET ftp://api.vendor.test/ HTTP/1.1", 400),
        ("GET / HTTP/1.1", 400),
        ("GET http://[::/ HTTP/1.1", 400),
        ("nonsense", 400),
        ("GET http://api.vendor.test/ HTTP/2.0", 505),
    ],
)
def test_everything_else_is_refused(line: str, status: int) -> None:
    """With a sentence; 403 is for hosts and ports that are not the vendor's."""
    refused = way_of(head(line), ROUTES)

    assert isinstance(refused, Refused)
    assert refused.status == status
    assert (status != 403) or "api.vendor.test, api-2.vendor.test" in refused.text
