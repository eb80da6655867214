"""An entry as a curl command does what the client did."""

import shlex
import subprocess

import pytest

from mock_server.as_curl import curl
from mock_server.journal_text import REDACTED, Shown
from mock_server.tests.entries import entry
from mock_server.tests.receivers import answering, receiving


def test_a_command_is_one_line() -> None:
    """With the token as a variable of the shell."""
    asked = entry(method="POST", credential=Shown("Bearer", "1234"), body=b"{}", body_bytes=2)

    assert curl(asked) == (
        "curl -sS -X POST http://127.0.0.1:8787/p "
        "-H \"Authorization: Bearer $TOKEN\" --data-binary '{}'\n"
    )


def test_another_scheme_is_a_variable_whole() -> None:
    """What it was is not kept."""
    assert '-H "Authorization: $TOKEN"' in curl(entry(credential=Shown(REDACTED, "")))


def test_a_head_waits_for_no_body() -> None:
    """Which curl would, if it were given the method by name."""
    assert shlex.split(curl(entry(method="HEAD")))[2:] == ["--head", "http://127.0.0.1:8787/p"]


def test_a_cut_body_says_so() -> None:
    """Before the command, as a comment."""
    first, second = curl(entry(body=b"{}", body_bytes=9)).splitlines()

    assert first == "# the body had 9 bytes; what is here was cut"
    assert second.startswith("curl ")


@pytest.mark.parametrize(
    "evil", ["'; touch pwned; '", "$(touch pwned)", "`touch pwned`", "\n-o pwned", "@pwned", "\\"]
)
def test_what_a_client_chose_is_one_word(evil: str) -> None:
    """No shell obeys it."""
    words = shlex.split(curl(entry(method=evil, query=evil, content_type=evil, body=evil.encode())))

    assert words[:3] == ["curl", "-sS", "-X"]
    assert words[3] == evil
    assert words[4].endswith(f"?{evil}")
    assert words[5:] == ["-H", f"Content-Type: {evil}", "--data-binary", evil]


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("POST", "/a/../b/%2e/[x]{y}", b'{"a": "\xe2\x82\xac\\n \'$HOME\' `id`"}'),
        ("POST", "/p", bytes(range(256))),
        ("GET", "/p", b""),
    ],
)
def test_curl_sends_it_again(method: str, path: str, body: bytes) -> None:
    """The same method, path, query, headers and bytes, through a real shell."""
    with receiving(answering(200)) as receiver:
        asked = entry(
            method=method,
            base_url=receiver.url,
            raw_path=path.encode(),
            query="a=[1]&b=$x",
            credential=Shown("Bearer", ""),
            content_type="application/json",
            body=body,
            body_bytes=len(body),
        )
        environment = {"TOKEN": "of-a-test", "PATH": "/usr/bin:/bin", "no_proxy": "*"}
        done = subprocess.run(["/bin/sh", "-c", curl(asked)], env=environment, check=False)  # noqa: S603 - what is tested

    assert done.returncode == 0
    assert receiver.got == [(method, f"{path}?a=[1]&b=$x", body)]
    assert receiver.headers[0]["Authorization"] == "Bearer of-a-test"
