"""The control API answers to its own machine, and every error says what could be given."""

import pytest

from kling_lipsync.contract import load_contract
from mock_server.tests.served import LOCAL_KEY, Served, serving


@pytest.mark.parametrize(
    ("client", "host", "status"),
    [
        ("127.0.0.1", "127.0.0.1:8787", 200),
        ("127.0.0.1", "localhost", 200),
        ("::1", "[::1]:8787", 200),
        ("127.0.0.1", "evil.example:8787", 403),
        ("127.0.0.1", "127.0.0.1.evil.example", 403),
        ("127.0.0.1", "localhost.evil.example:8787", 403),
        ("127.0.0.1", "[::1].evil.example", 403),
        ("192.0.2.7", "127.0.0.1:8787", 403),
        ("192.0.2.7", "mock.test", 403),
    ],
)
def test_only_loopback_by_a_loopback_name_is_answered(
    served: Served, client: str, host: str, status: int
) -> None:
    """A page that points a name of its own at 127.0.0.1 is refused."""
    reply = served.control("GET", "/health", headers={"host": host}, client=client)

    assert reply.status_code == status


@pytest.mark.parametrize(
    "headers",
    [
        {"origin": "https://evil.example"},
        {"origin": "null"},
        {"sec-fetch-site": "cross-site"},
    ],
)
def test_a_page_of_another_site_is_refused(served: Served, headers: dict[str, str]) -> None:
    """A browser sends such a request without asking, and with a loopback Host header."""
    sent = headers | {"content-type": "text/plain"}

    assert served.control("POST", "/reset", {}, headers=sent).status_code == 403


def test_the_control_token_opens_from_anywhere() -> None:
    """Its bearer may come from another host; a wrong one may not."""
    with serving(control_token="of-a-test") as served:
        codes = [
            served.control(
                "GET",
                "/health",
                headers={"host": "mock.test", "authorization": f"Bearer {token}"},
                client="192.0.2.7",
            ).status_code
            for token in ("of-a-test", "wrong", "")
        ]

    assert codes == [200, 403, 403]


def test_without_a_control_token_none_opens(served: Served) -> None:
    """An empty token is no token."""
    headers = {"authorization": "Bearer "}

    assert served.control("GET", "/health", headers=headers, client="192.0.2.7").status_code == 403


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/"),
        ("GET", "/nothing"),
        ("POST", "/health"),
        ("GET", "/accounts/"),
        ("POST", "/accounts/a"),
        ("PUT", "/media/"),
        ("DELETE", "/explain/1"),
    ],
)
def test_an_unknown_path_is_404_with_a_remedy(served: Served, method: str, path: str) -> None:
    """It says where the list of what there is can be found."""
    reply = served.control(method, path, {})

    assert reply.status_code == 404
    assert "GET /__mock__/control.json lists what there is" in reply.json()["error"]


@pytest.mark.parametrize(
    ("path", "body", "words"),
    [
        ("/accounts", {"colour": "red"}, "'colour'"),
        ("/accounts", {"readings": 5}, "readings: "),
        ("/accounts", {"readings": {"mood": "good"}}, "reading 'mood' is unknown"),
        ("/accounts", {"readings": {"no-face": "x"}}, "choices: empty-list, refuse"),
        ("/accounts", {"profile": "imagined"}, "profile: "),
        ("/accounts", {"pace": "fast"}, "pace 'fast' is not of the form MS+MS"),
        ("/accounts", {"time": "fast"}, "time 'fast' is none of: real, frozen"),
        ("/accounts", {"units": "many"}, "units 'many' is not a number from 0 up"),
        ("/accounts", {"units": "NaN"}, "units 'NaN' is not a number from 0 up"),
        ("/accounts", {"access_key": LOCAL_KEY}, "belongs to an account; drop that one"),
        ("/clock", {"advance": "soon"}, "'soon' is no span of time"),
        ("/clock", {"advance": -1}, "-1 is no span of time"),
        ("/clock", {"to": 0}, "cannot go back to 0; make a new account"),
        ("/clock", {"time": "x0"}, "time 'x0' is none of"),
        ("/faults", {}, "give exactly one of `code`"),
        ("/faults", {"code": 1}, "code 1 is none of: 1000"),
        ("/faults", {"code": 5000, "times": 0}, "times: "),
        ("/media", {}, "url"),
        ("/media", {"url": "http://a/b"}, "it is not on the host described.test"),
        ("/media", {"url": "http://described.test/video?colour=1"}, "unknown key 'colour'"),
    ],
)
def test_a_wrong_body_is_400_and_names_the_value(
    served: Served, path: str, body: object, words: str
) -> None:
    """The key or the value, and what it can be."""
    reply = served.control("POST", path, body)

    assert reply.status_code == 400
    assert words in reply.json()["error"]


@pytest.mark.parametrize(
    "content",
    [b"{", b"[]", b"5", b'"x"', b"\xff", b'{"advance": NaN}', b"[" * 100_000],
    ids=["half", "array", "number", "text", "no UTF-8", "NaN", "nested"],
)
def test_a_body_that_is_no_object_is_400(served: Served, content: bytes) -> None:
    """Whatever arrives, the answer is an error in words."""
    reply = served.control("POST", "/clock", content=content)

    assert reply.status_code == 400
    assert reply.json()["error"]


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("GET", "/accounts/nobody", None),
        ("PATCH", "/accounts/nobody", {}),
        ("DELETE", "/accounts/nobody", None),
        ("POST", "/reset", {"account": "nobody"}),
        ("POST", "/clock", {"account": "nobody"}),
        ("POST", "/faults", {"account": "nobody", "code": 5000}),
        ("DELETE", "/faults?account=nobody", None),
        ("POST", "/media", {"account": "nobody", "url": "http://described.test/video"}),
        ("PUT", "/media/a.mp4?account=nobody", None),
        ("GET", "/journal?account=nobody", None),
        ("GET", "/ledger?account=nobody", None),
        ("GET", "/deliveries?account=nobody", None),
    ],
)
def test_an_unknown_account_is_404(served: Served, method: str, path: str, body: object) -> None:
    """With the AccessKey that was asked for."""
    reply = served.control(method, path, body)

    assert reply.status_code == 404
    assert reply.json() == {"error": "no account has the AccessKey 'nobody'"}


def test_an_upload_has_a_bound(served: Served) -> None:
    """More than 128 MiB are refused before they are kept."""
    length = {"content-length": str(128 * 1024 * 1024 + 1), "expect": "100-continue"}
    pairs = [(name.encode(), value.encode()) for name, value in length.items()]
    host = (b"host", b"127.0.0.1:8787")

    sent = served.raw({"method": "PUT", "path": "/__mock__/media/a", "headers": [*pairs, host]}, [])

    assert sent.status == 413


def test_every_documented_path_is_answered(served: Served) -> None:
    """What control.yaml lists is not unknown to the server."""
    for path, operations in load_contract().control["paths"].items():
        for method in set(operations) - {"parameters"}:
            filled = path.removeprefix("/__mock__").replace("{", "").replace("}", "")
            reply = served.control(method.upper(), filled, {})
            assert "lists what there is" not in reply.text, (method, path)
