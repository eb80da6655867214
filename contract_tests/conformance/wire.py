"""The wire log: every request of the running example with its answer.

Hypothesis runs the shortest failing example last, so what the log holds when a test fails is
the shortest list of requests that it found.
"""

import re
from collections.abc import Mapping

import httpx

from contract_tests.conformance.results import Sent, text_of
from contract_tests.exchanges import Exchange
from contract_tests.targets import PREFIX, Credentials, Target

LONGEST_LOG = 200
LONGEST_TEXT = 20_000

_SIGNED = re.compile(r"(Bearer\s+[\w=-]+\.[\w=-]+)\.[\w=-]+")


class Log:
    """What went over the wire since the example began, the last `LONGEST_LOG` requests of it."""

    def __init__(self) -> None:
        self.kept: list[tuple[str, str, Mapping[str, str], bytes, Exchange]] = []
        self.open_points: list[str] = []

    def begin(self) -> None:
        """Forget what an earlier example sent."""
        self.kept.clear()

    def add(
        self, method: str, path: str, headers: Mapping[str, str], body: bytes, answer: Exchange
    ) -> None:
        """Keep one exchange."""
        self.kept.append((method, path, headers, body, answer))
        del self.kept[:-LONGEST_LOG]

    def is_open(self, point: str) -> None:
        """Note that a reply follows another reading than ours: the verdict becomes INFO."""
        if point not in self.open_points:
            self.open_points.append(point)

    def sent(self, secrets: tuple[str, ...] = ()) -> tuple[Sent, ...]:
        """Return what is kept, without secrets."""
        return tuple(_sent(*one, secrets) for one in self.kept)


class Recorded(Target):
    """A target of which each exchange is kept."""

    def __init__(self, inner: Target, log: Log) -> None:
        self.origin = inner.origin
        self.capabilities = inner.capabilities
        self.inner = inner
        self._log = log

    def request(
        self,
        method: str,
        path: str,
        *,
        headers: Mapping[str, str] | None = None,
        body: bytes = b"",
    ) -> Exchange:
        """Send one request, and keep it with its answer."""
        answer = self.inner.request(method, path, headers=headers, body=body)
        self._log.add(method, path, headers or {}, body, answer)
        return answer

    @property
    def credentials(self) -> Credentials:
        """The one account of a target that has no others."""
        return self.inner.credentials

    def transport(self) -> httpx.BaseTransport | None:
        """Return what carries the requests of an httpx client to it; None for the network."""
        return self.inner.transport()

    def close(self) -> None:
        """Stop the server."""
        self.inner.close()


def secrets_of(credentials: Credentials) -> tuple[str, ...]:
    """Return what must not stand in a report."""
    return tuple(filter(None, (credentials.secret_key, *credentials.api_keys)))


def _sent(
    method: str,
    path: str,
    headers: Mapping[str, str],
    body: bytes,
    answer: Exchange,
    secrets: tuple[str, ...],
) -> Sent:
    return Sent(
        method,
        path,
        {name: _hidden(value, secrets) for name, value in headers.items()},
        _cut(text_of(body)),
        answer.status,
        dict(answer.headers),
        _cut(text_of(answer.body)),
        path.startswith(PREFIX),
    )


def _hidden(text: str, secrets: tuple[str, ...]) -> str:
    """Return a header without secrets: keys are stars, and a token has lost its signature."""
    if not secrets:
        return text
    for secret in secrets:
        text = text.replace(secret, "***")
    return _SIGNED.sub(r"\1.***", text)


def _cut(text: str) -> str:
    return text if len(text) <= LONGEST_TEXT else f"{text[:LONGEST_TEXT]}… ({len(text)} characters)"
