"""A target that looks at every reply of the API on its way through, and counts."""

from collections import Counter
from collections.abc import Mapping

from contract_tests.callers import IDENTIFY, TASKS
from contract_tests.exchanges import Exchange, faults
from contract_tests.targets import PREFIX, Target

KEPT_PROBLEMS = 20
MEDIA = "/media/"


class Watched(Target):
    """Wraps a target; what is wrong with any reply is kept with the request that caused it."""

    def __init__(self, target: Target) -> None:
        self.origin = target.origin
        self.requests = 0
        self.rules: Counter[str] = Counter()
        self.codes: Counter[int] = Counter()
        self.problems: list[str] = []
        self._target = target
        self._names: set[str] = set()

    def request(
        self,
        method: str,
        path: str,
        *,
        headers: Mapping[str, str] | None = None,
        body: bytes = b"",
    ) -> Exchange:
        """Send one request, and check its reply if it is one of the API."""
        exchange = self._target.request(method, path, headers=headers, body=body)
        if not path.startswith((PREFIX, MEDIA)):
            self._look(method, path, body, exchange)
        return exchange

    def close(self) -> None:
        """Leave the wrapped target to its owner."""

    def expect(self, exchange: Exchange, verdict: bool, what: str) -> None:  # noqa: FBT001 - a fact
        """Note a problem when a reply is not the one that was due."""
        if not verdict:
            self._note(f"{what}, but got {exchange.verdict}: {exchange.body[:300]!r}")

    def _look(self, method: str, path: str, body: bytes, exchange: Exchange) -> None:
        self.requests += 1
        found = list(faults(exchange, operation_of(method, path)))
        if not found:
            envelope = exchange.envelope
            self.codes[envelope["code"]] += 1
            self.rules[exchange.rule or ""] += 1
            name = envelope["request_id"]
            if name in self._names:
                found.append(f"request_id {name} was given before")
            self._names.add(name)
        for fault in found:
            self._note(f"{method} {path} {body[:600]!r}: {fault}: {exchange.body[:300]!r}")

    def _note(self, problem: str) -> None:
        if len(self.problems) < KEPT_PROBLEMS:
            self.problems.append(problem)


def operation_of(method: str, path: str) -> str:
    """Return the operation whose reply an accepted call has."""
    if path.startswith(IDENTIFY):
        return "identify"
    if method == "POST":
        return "create"
    return "get" if path.startswith(f"{TASKS}/") else "list"
